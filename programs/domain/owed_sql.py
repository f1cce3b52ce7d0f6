"""The statement behind what people owe on programs: who, what and until when.

A statement, because PostgreSQL takes much longer to plan what Django writes for these rules than to
answer it. It reads the steps of somebody's programs once; every select after that is narrow.
"""

# What stands for {whose}.
OF_ONE_PERSON, OF_EVERYBODY = "= %(user)s", "IS NOT NULL"

# A member owes what is theirs; a lead also what no member owns.
TEAMS = """
WITH team AS MATERIALIZED (
    SELECT member.user_id, member.program_id, program.name AS program_name, member.role = 'lead' AS is_lead,
           ARRAY(SELECT user_id FROM programs_membership WHERE program_id = member.program_id) AS members
    FROM programs_membership member
    JOIN programs_program program ON program.id = member.program_id AND program.archived_at IS NULL
    WHERE member.user_id {whose}
), plan AS MATERIALIZED (
    SELECT team.*, plan.id, plan.step_id, plan.state, plan.owner_id, plan.target_on, plan.look_again_on,
           step.number, step.title
    FROM team
    JOIN programs_stepplan plan USING (program_id)
    JOIN programs_guidestep step ON step.id = plan.step_id
)
"""

THEIRS = "({owner} = user_id OR is_lead AND NOT coalesce({owner} = ANY(members), false))"

# Items a reviewer asked to change, and items with a due date that are not settled; never both.
ITEMS = f"""
SELECT CASE WHEN answer.returned_note <> '' THEN 'item_returned' ELSE 'item_due' END, user_id, program_id, program_name,
       plan.number, item.key, answer.id, item.number || ' ' || item.text, answer.returned_note, answer.due_on,
       NULL::timestamptz
FROM plan
JOIN programs_itemanswer answer ON answer.plan_id = plan.id
JOIN programs_guideitem item ON item.id = answer.item_id AND (item.step_id = plan.step_id OR answer.is_new)
WHERE plan.state IN ('not_started', 'in_progress', 'hold', 'returned')
  AND (answer.returned_note <> '' OR answer.due_on IS NOT NULL AND answer.answer <> 'done'
       AND (answer.answer <> 'not_applicable' OR answer.reason = ''))
  AND {THEIRS.format(owner="answer.owner_id")}
"""  # noqa: S608  all words are our own

# Steps that a decision sent back, and steps whose target date has passed; never both.
STEPS = f"""
SELECT CASE state WHEN 'returned' THEN 'step_returned' ELSE 'step_late' END, user_id, program_id, program_name,
       number, '', id, title, '', target_on, NULL
FROM plan
WHERE (state = 'returned' OR state IN ('not_started', 'in_progress', 'hold') AND target_on < %(today)s)
  AND {THEIRS.format(owner="owner_id")}
"""  # noqa: S608

# Steps on hold whose day to look again is near.
STEPS_TO_LOOK_AT = f"""
SELECT 'step_look_again', user_id, program_id, program_name, number, '', id, title, '', look_again_on, NULL
FROM plan
WHERE state = 'hold' AND look_again_on <= %(soon)s AND {THEIRS.format(owner="owner_id")}
"""  # noqa: S608

# Conditions of a decision in force that nobody says are met.
CONDITIONS = f"""
SELECT 'condition_due', user_id, program_id, program_name, number, '', condition.id, condition.text, '',
       condition.due_on, NULL
FROM plan
JOIN programs_gatereview review ON review.plan_id = plan.id
JOIN programs_condition condition ON condition.review_id = review.id
WHERE plan.state = 'conditions' AND condition.met_at IS NULL AND {THEIRS.format(owner="condition.owner_id")}
  AND NOT EXISTS (
      SELECT FROM programs_gatereview newer
      WHERE newer.plan_id = review.plan_id AND newer.id > review.id AND newer.outcome <> ''
  )
"""  # noqa: S608

# Open threads in which somebody from outside the team had the last word.
REMARKS = f"""
SELECT 'remark_waiting', user_id, program_id, program_name, plan.number, coalesce(item.key, ''), thread.id,
       coalesce(item.number || ' ' || item.text, plan.title), newest.text, NULL, newest.written_at
FROM plan
JOIN programs_remark thread ON thread.plan_id = plan.id AND thread.thread_id IS NULL AND thread.resolved_at IS NULL
CROSS JOIN LATERAL (
    SELECT author_id, text, written_at FROM programs_remark remark
    WHERE remark.id = thread.id OR remark.thread_id = thread.id
    ORDER BY remark.id DESC LIMIT 1
) newest
LEFT JOIN programs_itemanswer answer ON answer.id = thread.answer_id
LEFT JOIN programs_guideitem item ON item.id = answer.item_id
WHERE newest.author_id <> ALL(members) AND {THEIRS.format(owner="answer.owner_id")}
"""  # noqa: S608

# Submitted steps that wait for their reviewer, who is on no team.
REVIEWS = """
SELECT 'review_promised', review.reviewer_id, plan.program_id, program.name, step.number, '', review.id, step.title, '',
       review.promised_on, review.submitted_at
FROM programs_gatereview review
JOIN programs_stepplan plan ON plan.id = review.plan_id
JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
JOIN programs_guidestep step ON step.id = plan.step_id
WHERE review.outcome = '' AND review.withdrawn_at IS NULL AND review.reviewer_id {whose}
"""

SELECTS = (ITEMS, STEPS, STEPS_TO_LOOK_AT, CONDITIONS, REMARKS, REVIEWS)
