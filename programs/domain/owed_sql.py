"""The statement behind what people owe on programs: who, what and until when.

A statement, because PostgreSQL takes much longer to plan what Django writes for these rules than to
answer it. It reads the steps of somebody's programs once; every select after that is narrow.
"""

from typing import NamedTuple

from programs.models.programs import ROLES
from programs.standing import READERS


class Whose(NamedTuple):
    """What stands for {whose}, and whether the steps of those people are read first and kept."""

    condition: str
    kept: str


# One person by their number alone: PostgreSQL then keeps one plan for everybody, and planning takes most of the time.
OF_ONE = Whose("= %(user)s", "MATERIALIZED")
OF_THESE = Whose("= ANY(%(users)s)", "MATERIALIZED")
OF_EVERYBODY = Whose("IS NOT NULL", "NOT MATERIALIZED")  # who is asked for follows from what is due


class Condition:
    """A condition on whatever column stands in its brackets."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __getitem__(self, column: str) -> str:
        return self.pattern.format(column=column)


# What stands for {due[column]}, {since[column]}, {soon[column]} and {begun[column]}. What is not soon, or has not
# begun, is on no list of today; reminders name their days themselves.
ALWAYS = Condition("TRUE")
AT_ANY_TIME = {"due": ALWAYS, "since": ALWAYS, "soon": ALWAYS, "begun": ALWAYS}
ON_LISTS_OF_TODAY = AT_ANY_TIME | {
    "soon": Condition("{column} <= %(soon)s"),
    "begun": Condition("{column} <= %(today)s"),
}
ON_THESE_DAYS = AT_ANY_TIME | {
    "due": Condition("{column} = ANY(%(days)s::date[])"),
    "since": Condition("({column} AT TIME ZONE 'UTC')::date = ANY(%(days)s::date[])"),
}

# Reminders look for few rows among very many, so they are found by index one by one, whatever PostgreSQL expects:
# it may take days on which little is due for usual ones, and read whole tables.
BY_INDEX = """
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0; SET jit = off
"""
AS_USUAL = """
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_seqscan;
RESET max_parallel_workers_per_gather; RESET jit
"""

# A member owes what is theirs; a lead also what no member owns.
TEAMS = """
WITH team AS {kept} (
    SELECT member.user_id, member.program_id, program.name AS program_name, member.role = 'lead' AS is_lead,
           ARRAY(SELECT user_id FROM programs_membership WHERE program_id = member.program_id) AS members
    FROM programs_membership member
    JOIN programs_program program ON program.id = member.program_id AND program.archived_at IS NULL
    WHERE member.user_id {whose}
), plan AS {kept} (
    SELECT team.*, plan.id, plan.step_id, plan.state, plan.owner_id, plan.target_on, plan.look_again_on,
           step.number, step.title
    FROM team
    JOIN programs_stepplan plan USING (program_id)
    JOIN programs_guidestep step ON step.id = plan.step_id
)
"""

THEIRS = "({owner} = user_id OR is_lead AND NOT coalesce({owner} = ANY(members), false))"

# Whoever was asked by name from outside the team is asked only as long as they may read the program. OFFSET 0
# has it looked up row by row: PostgreSQL would otherwise read all teams and all listings to look into them once.
MAY_READ = f"""EXISTS (
    SELECT FROM ({ROLES}) standing
    WHERE standing.program_id = program.id AND standing.user_id = {{person}} AND role IN ({READERS}) OFFSET 0
)"""

# Items with a due date that are not settled. What a reviewer asked to change is owed as that alone.
ITEMS = f"""
SELECT 'item_due', user_id, program_id, program_name, plan.number, item.key, answer.id,
       item.number || ' ' || item.text, '', answer.due_on, NULL::timestamptz
FROM plan
JOIN programs_itemanswer answer ON answer.plan_id = plan.id
JOIN programs_guideitem item ON item.id = answer.item_id AND (item.step_id = plan.step_id OR answer.is_new)
WHERE plan.state IN ('not_started', 'in_progress', 'hold', 'returned') AND answer.returned_note = ''
  AND answer.due_on IS NOT NULL AND answer.answer <> 'done' AND {{due[answer.due_on]}}
  AND (answer.answer <> 'not_applicable' OR answer.reason = '')
  AND {THEIRS.format(owner="answer.owner_id")}
"""  # noqa: S608  all words are our own

# Items a reviewer asked to change; without a due date reminders count from the day they came back. Two selects,
# because one condition on two dates is found by neither index.
RETURNED_ITEMS, RETURNED_UNDATED_ITEMS = (
    f"""
SELECT 'item_returned', user_id, program_id, program_name, plan.number, item.key, answer.id,
       item.number || ' ' || item.text, answer.returned_note, answer.due_on, answer.returned_at
FROM plan
JOIN programs_itemanswer answer ON answer.plan_id = plan.id
JOIN programs_guideitem item ON item.id = answer.item_id AND (item.step_id = plan.step_id OR answer.is_new)
WHERE plan.state IN ('not_started', 'in_progress', 'hold', 'returned') AND answer.returned_note <> ''
  AND {which} AND {THEIRS.format(owner="answer.owner_id")}
"""  # noqa: S608
    for which in (
        "answer.due_on IS NOT NULL AND {due[answer.due_on]} AND answer.answer <> 'done'",
        "answer.due_on IS NULL AND {since[answer.returned_at]}",
    )
)

# Steps whose target date is near or has passed.
STEPS = f"""
SELECT 'step_due', user_id, program_id, program_name, number, '', id, title, '', target_on, NULL
FROM plan
WHERE state IN ('not_started', 'in_progress', 'hold') AND target_on IS NOT NULL
  AND {{due[target_on]}} AND {{soon[target_on]}}
  AND {THEIRS.format(owner="owner_id")}
"""  # noqa: S608

# Steps that a decision sent back, with a date to be ready again.
RETURNED_STEPS = f"""
SELECT 'step_returned', user_id, program_id, program_name, number, '', id, title, '', target_on, NULL
FROM plan
WHERE state = 'returned' AND target_on IS NOT NULL AND {{due[target_on]}} AND {THEIRS.format(owner="owner_id")}
"""  # noqa: S608

# Those without one; reminders count from the day of the decision, which may have been on a later step.
RETURNED_UNDATED_STEPS = f"""
SELECT 'step_returned', user_id, program_id, program_name, number, '', plan.id, title, '', NULL, review.decided_at
FROM plan
JOIN programs_gatereview review ON review.returned_to_id = plan.id AND review.outcome = 'returned'
WHERE plan.state = 'returned' AND plan.target_on IS NULL AND {{since[review.decided_at]}}
  AND {THEIRS.format(owner="owner_id")}
  AND NOT EXISTS (
      SELECT FROM programs_gatereview newer
      WHERE newer.returned_to_id = plan.id AND newer.id > review.id AND newer.outcome = 'returned'
  )
"""  # noqa: S608

# Steps on hold whose day to look again is near.
STEPS_TO_LOOK_AT = f"""
SELECT 'step_look_again', user_id, program_id, program_name, number, '', id, title, '', look_again_on, NULL
FROM plan
WHERE state = 'hold' AND look_again_on IS NOT NULL
  AND {{due[look_again_on]}} AND {{soon[look_again_on]}} AND {THEIRS.format(owner="owner_id")}
"""  # noqa: S608

# Conditions of a decision in force: none newer was made on their step.
IN_FORCE = """
plan.state = 'conditions' AND NOT EXISTS (
    SELECT FROM programs_gatereview newer
    WHERE newer.plan_id = review.plan_id AND newer.id > review.id AND newer.outcome <> ''
)"""

# Those that nobody says are met.
CONDITIONS = f"""
SELECT 'condition_due', user_id, program_id, program_name, number, '', condition.id, condition.text, '',
       condition.due_on, NULL
FROM plan
JOIN programs_gatereview review ON review.plan_id = plan.id
JOIN programs_condition condition ON condition.review_id = review.id
WHERE condition.met_at IS NULL AND {{due[condition.due_on]}} AND {THEIRS.format(owner="condition.owner_id")}
  AND {IN_FORCE}
"""  # noqa: S608

# Those that the team says are met, by whoever set them.
CONDITIONS_TO_CONFIRM = f"""
SELECT 'condition_confirm', review.decided_by_id, plan.program_id, program.name, step.number, '', condition.id,
       condition.text, condition.met_note, NULL, condition.met_at
FROM programs_condition condition
JOIN programs_gatereview review ON review.id = condition.review_id
JOIN programs_stepplan plan ON plan.id = review.plan_id
JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
JOIN programs_guidestep step ON step.id = plan.step_id
WHERE condition.met_at IS NOT NULL AND condition.confirmed_at IS NULL AND {{since[condition.met_at]}}
  AND review.decided_by_id {{whose}} AND {MAY_READ.format(person="review.decided_by_id")} AND {IN_FORCE}
"""  # noqa: S608

# Open threads in which somebody from outside the team had the last word.
REMARKS = f"""
SELECT 'remark_waiting', user_id, program_id, program_name, plan.number, coalesce(item.key, ''), thread.id,
       coalesce(item.number || ' ' || item.text, plan.title), newest.text, NULL, newest.written_at
FROM plan
JOIN programs_remark newest ON newest.plan_id = plan.id
JOIN programs_remark thread ON thread.id = coalesce(newest.thread_id, newest.id) AND thread.resolved_at IS NULL
LEFT JOIN programs_itemanswer answer ON answer.id = thread.answer_id
LEFT JOIN programs_guideitem item ON item.id = answer.item_id
WHERE {{since[newest.written_at]}} AND newest.author_id <> ALL(members) AND {THEIRS.format(owner="answer.owner_id")}
  AND NOT EXISTS (
      SELECT FROM programs_remark later WHERE later.thread_id = thread.id AND later.id > newest.id
  )
"""  # noqa: S608

# Evidence on items that stand, before it expires and for a month after, until a newer version or none is there.
EVIDENCE = f"""
SELECT 'evidence_expiring', user_id, program_id, program_name, plan.number, item.key, evidence.id,
       item.number || ' ' || evidence.title, '', evidence.expires_on, NULL
FROM plan
JOIN programs_itemanswer answer ON answer.plan_id = plan.id
JOIN programs_guideitem item ON item.id = answer.item_id AND (item.step_id = plan.step_id OR answer.is_new)
JOIN programs_evidence evidence ON evidence.answer_id = answer.id AND evidence.is_current
WHERE evidence.expires_on >= %(today)s::date - 30 AND {{due[evidence.expires_on]}} AND {{soon[evidence.expires_on]}}
  AND {THEIRS.format(owner="answer.owner_id")}
"""  # noqa: S608

# Submitted steps that wait for their reviewer, who is on no team.
REVIEWS = f"""
SELECT 'review_promised', review.reviewer_id, plan.program_id, program.name, step.number, '', review.id, step.title, '',
       review.promised_on, review.submitted_at
FROM programs_gatereview review
JOIN programs_stepplan plan ON plan.id = review.plan_id
JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
JOIN programs_guidestep step ON step.id = plan.step_id
WHERE review.outcome = '' AND review.withdrawn_at IS NULL AND review.reviewer_id {{whose}}
  AND {{due[review.promised_on]}} AND {MAY_READ.format(person="review.reviewer_id")}
"""  # noqa: S608

# Programs in which nothing has moved for as long as they said, unless they wait for a decision or have passed
# all steps; `item_key` is for how many days. What moves only in parts that no step rests on is in the history.
SILENT_FROM = "((program.changed_at AT TIME ZONE 'UTC')::date + program.silent_after)"
SILENCE = f"""
SELECT 'program_silent', user_id, program.id, program.name, 0,
       (%(today)s::date - (program.changed_at AT TIME ZONE 'UTC')::date)::text, program.id, program.name, '', NULL,
       {SILENT_FROM}::timestamp AT TIME ZONE 'UTC'
FROM team
JOIN programs_program program ON program.id = team.program_id AND program.archived_at IS NULL
WHERE is_lead AND {SILENT_FROM} <= %(today)s AND {{due[{SILENT_FROM}]}}
  AND coalesce((
      SELECT (change.at AT TIME ZONE 'UTC')::date + program.silent_after <= %(today)s
      FROM journal_change change WHERE change.program_id = program.id ORDER BY change.id DESC LIMIT 1
  ), true)
  AND EXISTS (SELECT FROM programs_stepplan WHERE program_id = program.id AND state NOT IN ('go', 'conditions'))
  AND NOT EXISTS (SELECT FROM programs_stepplan WHERE program_id = program.id AND state = 'submitted')
"""  # noqa: S608

SELECTS = (
    ITEMS,
    RETURNED_ITEMS,
    RETURNED_UNDATED_ITEMS,
    STEPS,
    RETURNED_STEPS,
    RETURNED_UNDATED_STEPS,
    STEPS_TO_LOOK_AT,
    CONDITIONS,
    CONDITIONS_TO_CONFIRM,
    REMARKS,
    EVIDENCE,
    REVIEWS,
    SILENCE,
)
