"""The statement behind what happened lately, to whom it is news, and whether it is still so.

Each select returns the columns of `programs.domain.owed.Owed`; `since` is when it happened. In it `{when[column]}`
stands for a condition on that moment, which an index answers. What was taken back, or is none of somebody's business
any more, is no longer found: so the same statement says whether a mail that waits is still true. Who did it is
never told. All words are our own.
"""

from programs.domain.owed_sql import Condition

# What stands for {when[column]}: since the last look, or at some moments that are looked at again.
# {on_day[column]} says the same more broadly, where the index is one of days.
ON_DAY = Condition("({column} AT TIME ZONE 'UTC')::date = ANY(%(days)s::date[])")
LATELY = {"when": Condition("({column} > %(after)s AND {column} <= %(until)s)"), "on_day": ON_DAY}
AGAIN = {"when": Condition("{column} = ANY(%(moments)s::timestamptz[])"), "on_day": ON_DAY}

# Who may decide on a program: its home's facilitators, or its named reviewer without a home; never a member. As a
# list, so that nobody's are gathered but those of the program that has news.
DECIDERS = """
CROSS JOIN LATERAL (
    SELECT ARRAY(
        SELECT watcher.user_id
        FROM programs_listing listing
        JOIN accounts_watcher watcher USING (portfolio_id)
        WHERE listing.program_id = program.id AND listing.is_home AND listing.agreed_at IS NOT NULL
          AND watcher.role = 'facilitator'
        UNION
        SELECT program.reviewer_id
        WHERE program.reviewer_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM programs_listing WHERE program_id = program.id AND is_home AND agreed_at IS NOT NULL
        )
        EXCEPT
        SELECT user_id FROM programs_membership WHERE program_id = program.id
    ) AS people
) decider
"""

# The one who is named, while they may decide; else all who may.
CHOSEN = """
CROSS JOIN LATERAL unnest(
    CASE WHEN {chosen} = ANY(decider.people) THEN ARRAY[{chosen}] ELSE decider.people END
) AS reader (user_id)
"""

OF_STEP = """
JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
JOIN programs_guidestep step ON step.id = plan.step_id
"""

# Submissions that wait for their decision.
SUBMITTED = f"""
SELECT 'news_submitted', reader.user_id, plan.program_id, program.name, step.number, '', review.id, step.title,
       review.message, review.promised_on, review.submitted_at
FROM programs_gatereview review
JOIN programs_stepplan plan ON plan.id = review.plan_id
{OF_STEP} {DECIDERS} {CHOSEN.format(chosen="review.reviewer_id")}
WHERE review.outcome = '' AND review.withdrawn_at IS NULL AND {{when[review.submitted_at]}}
  AND reader.user_id IS DISTINCT FROM review.submitted_by_id
"""  # noqa: S608

# Decisions, for leads, the step's owner, who submitted it and who is to meet a condition. `item_key` is the outcome
# with what belongs to it: how many conditions, the step it goes back to, the day to look again.
DECIDED = f"""
SELECT 'news_decided', member.user_id, plan.program_id, program.name, step.number,
       review.outcome || ' ' || CASE review.outcome
           WHEN 'conditions' THEN (SELECT count(*) FROM programs_condition WHERE review_id = review.id)::text
           WHEN 'returned' THEN back_to.number::text
           WHEN 'hold' THEN review.look_again_on::text
           ELSE '' END,
       review.id, step.title, review.reasons, NULL::date, review.decided_at
FROM programs_gatereview review
JOIN programs_stepplan plan ON plan.id = review.plan_id
{OF_STEP}
JOIN programs_membership member ON member.program_id = plan.program_id
LEFT JOIN programs_stepplan target ON target.id = review.returned_to_id
LEFT JOIN programs_guidestep back_to ON back_to.id = target.step_id
WHERE review.outcome <> '' AND NOT review.is_recorded_later AND {{when[review.decided_at]}}
  AND member.user_id IS DISTINCT FROM review.decided_by_id
  AND (
      member.role = 'lead' OR member.user_id IN (plan.owner_id, review.submitted_by_id)
      OR EXISTS (SELECT FROM programs_condition WHERE review_id = review.id AND owner_id = member.user_id)
  )
"""  # noqa: S608

# Items a reviewer sent back, for their owner, or the leads where no member owns them. Of a step that waits for its
# decision the team hears with the decision: until then it can change nothing, and the reviewer still may.
SENT_BACK = f"""
SELECT 'news_sent_back', member.user_id, plan.program_id, program.name, step.number, item.key, answer.id,
       item.number || ' ' || item.text, answer.returned_note, answer.due_on, answer.returned_at
FROM programs_itemanswer answer
JOIN programs_stepplan plan ON plan.id = answer.plan_id AND plan.state <> 'submitted'
{OF_STEP}
JOIN programs_guideitem item ON item.id = answer.item_id AND (item.step_id = plan.step_id OR answer.is_new)
JOIN programs_membership member ON member.program_id = plan.program_id
WHERE answer.returned_note <> '' AND {{on_day[answer.returned_at]}} AND {{when[answer.returned_at]}}
  AND (member.user_id = answer.owner_id OR member.role = 'lead' AND NOT EXISTS (
      SELECT FROM programs_membership WHERE program_id = plan.program_id AND user_id = answer.owner_id
  ))
"""  # noqa: S608

# Remarks, for whom they mention and who may still read them.
MENTIONED = f"""
SELECT 'news_mentioned', reader.user_id, plan.program_id, program.name, step.number, coalesce(item.key, ''),
       remark.id, coalesce(item.number || ' ' || item.text, step.title), remark.text, NULL, remark.written_at
FROM programs_remark remark
JOIN programs_stepplan plan ON plan.id = remark.plan_id
{OF_STEP} {DECIDERS}
LEFT JOIN programs_itemanswer answer ON answer.id = remark.answer_id
LEFT JOIN programs_guideitem item ON item.id = answer.item_id
CROSS JOIN LATERAL unnest(remark.mentioned) AS reader (user_id)
WHERE remark.mentioned <> '{{{{}}}}' AND {{when[remark.written_at]}} AND reader.user_id <> remark.author_id
  AND (
      reader.user_id = ANY(decider.people)
      OR EXISTS (SELECT FROM programs_membership WHERE program_id = plan.program_id AND user_id = reader.user_id)
  )
"""  # noqa: S608

# Conditions in force that the team says are met, for who decided or is to review.
CONDITIONS_MET = f"""
SELECT 'news_condition_met', reader.user_id, plan.program_id, program.name, step.number, '', condition.id,
       condition.text, condition.met_note, NULL, condition.met_at
FROM programs_condition condition
JOIN programs_gatereview review ON review.id = condition.review_id
JOIN programs_stepplan plan ON plan.id = review.plan_id AND plan.state = 'conditions'
{OF_STEP} {DECIDERS} {CHOSEN.format(chosen="coalesce(review.reviewer_id, review.decided_by_id)")}
WHERE condition.met_at IS NOT NULL AND condition.confirmed_at IS NULL AND {{when[condition.met_at]}}
  AND reader.user_id IS DISTINCT FROM condition.met_by_id
  AND NOT EXISTS (
      SELECT FROM programs_gatereview newer
      WHERE newer.plan_id = review.plan_id AND newer.id > review.id AND newer.outcome <> ''
  )
"""  # noqa: S608

# Rounds that opened, for raters who sign in and have not finished.
TO_RATE = """
SELECT 'news_round_opened', rater.user_id, round.program_id, program.name, 0, '', rater.id, round.title, '',
       round.due_on, {moment}
FROM assessments_assessment round
JOIN assessments_rater rater ON rater.assessment_id = round.id
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
WHERE round.state = 'rating' AND rater.user_id IS NOT NULL AND NOT rater.is_on_paper
  AND rater.removed_at IS NULL AND rater.finished_at IS NULL AND {condition}
"""
OPENED = TO_RATE.format(
    moment="round.opened_at", condition="{when[round.opened_at]} AND rater.created_at <= round.opened_at"
)
# Who is asked while others rate already.
ASKED_TO_RATE = TO_RATE.format(
    moment="rater.created_at", condition="{when[rater.created_at]} AND rater.created_at > round.opened_at"
)

# Closed rounds, for the team.
CLOSED = """
SELECT 'news_round_closed', member.user_id, round.program_id, program.name, 0, '', round.id, round.title, '',
       NULL::date, round.closed_at
FROM assessments_assessment round
JOIN programs_program program ON program.id = round.program_id AND program.archived_at IS NULL
JOIN programs_membership member ON member.program_id = round.program_id
WHERE round.state = 'closed' AND {when[round.closed_at]} AND member.user_id IS DISTINCT FROM round.closed_by_id
"""

# Portfolios that ask for the program, for its leads.
ASKED = """
SELECT 'news_listing_asked', member.user_id, listing.program_id, program.name, 0, '', listing.id, portfolio.name, '',
       NULL::date, listing.asked_at
FROM programs_listing listing
JOIN accounts_portfolio portfolio ON portfolio.id = listing.portfolio_id
JOIN programs_program program ON program.id = listing.program_id AND program.archived_at IS NULL
JOIN programs_membership member ON member.program_id = listing.program_id AND member.role = 'lead'
WHERE listing.agreed_at IS NULL AND {when[listing.asked_at]} AND member.user_id <> listing.asked_by_id
"""

# Listings agreed to, for the other leads and for who asked, while they follow that portfolio.
LISTED = """
SELECT 'news_listed', reader.user_id, listing.program_id, program.name, 0, '', listing.id, portfolio.name, '',
       NULL::date, listing.agreed_at
FROM programs_listing listing
JOIN accounts_portfolio portfolio ON portfolio.id = listing.portfolio_id
JOIN programs_program program ON program.id = listing.program_id AND program.archived_at IS NULL
CROSS JOIN LATERAL (
    SELECT user_id FROM programs_membership WHERE program_id = listing.program_id AND role = 'lead'
    UNION
    SELECT user_id FROM accounts_watcher
    WHERE portfolio_id = listing.portfolio_id AND user_id = listing.asked_by_id AND role = 'facilitator'
) reader
WHERE {when[listing.agreed_at]} AND reader.user_id IS DISTINCT FROM listing.agreed_by_id
"""

SELECTS = (
    SUBMITTED,
    DECIDED,
    SENT_BACK,
    MENTIONED,
    CONDITIONS_MET,
    OPENED,
    ASKED_TO_RATE,
    CLOSED,
    ASKED,
    LISTED,
)

# In one order, so that two who write them down at once wait for each other, and not crosswise.
ALL = "SELECT * FROM (" + "UNION ALL".join(SELECTS) + ") news {whose} ORDER BY 2, 1, 7, 11"  # noqa: S608
