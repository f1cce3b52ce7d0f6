"""The statements behind decisions: what donors may know of them, and nothing else, is ever selected.

Statements, because Django takes longer to write these than PostgreSQL to answer them, and the donor's
page has only a few times the cost of an empty one to spend.
"""

DECISIONS = """
WITH decided AS (
    SELECT review.id, review.outcome, review.decided_on, review.decided_at, review.is_recorded_later,
           review.returned_to_id, plan.program_id, plan.step_id
    FROM programs_gatereview review
    JOIN programs_stepplan plan ON plan.id = review.plan_id
    {joined}
    WHERE review.outcome <> '' AND {where}
), newest AS (
    SELECT * FROM decided ORDER BY {order} DESC, id DESC {limit}
){moved}
SELECT newest.program_id, program.name, step.number, step.title, newest.outcome, newest.decided_on,
       newest.is_recorded_later, back_step.number,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(text, due_on, met_at IS NOT NULL, confirmed_at IS NOT NULL)
                                  ORDER BY due_on, id), '[]')
        FROM programs_condition WHERE review_id = newest.id)
       {selected}
FROM {source}
JOIN programs_program program ON program.id = newest.program_id
JOIN programs_guidestep step ON step.id = newest.step_id
LEFT JOIN programs_stepplan back ON back.id = newest.returned_to_id
LEFT JOIN programs_guidestep back_step ON back_step.id = back.step_id
ORDER BY newest.{order} DESC, newest.id DESC
"""
TEN = "LIMIT 10"  # said here and not asked for: a plan that is kept must know that they are few
NOT_COUNTED = {"moved": "", "selected": "", "source": "newest"}

# Of the programs donors may know of: agreed by their lead, and not archived.
LISTED = """
    JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
    JOIN programs_listing listing ON listing.program_id = plan.program_id
     AND listing.portfolio_id = %(portfolio)s AND listing.agreed_at IS NOT NULL"""

# The newest are known from when the portfolio was last added up; what was decided since comes by index. It is
# read as a list of ids, and as a short one, so that PostgreSQL keeps the plan: planning took longer than reading.
OF_PORTFOLIO = DECISIONS.format(
    joined=LISTED,
    where="""review.id = ANY(%(known)s::bigint[] || ARRAY(
        SELECT id FROM programs_gatereview WHERE decided_at > coalesce(%(since)s::timestamptz, '-infinity')
        ORDER BY decided_at DESC LIMIT 100
    ))""",
    order="decided_at",
    limit=TEN,
    **NOT_COUNTED,
)

# With how many programs moved.
OF_PORTFOLIO_SINCE = DECISIONS.format(
    joined=LISTED,
    where="review.decided_at > %(since)s",
    order="decided_at",
    limit=TEN,
    moved=""", moved AS (
    SELECT count(DISTINCT program_id) FILTER (WHERE outcome IN ('go', 'conditions') AND NOT is_recorded_later),
           count(DISTINCT program_id) FILTER (WHERE outcome = 'returned' AND NOT is_recorded_later),
           count(DISTINCT program_id) FILTER (WHERE outcome = 'hold' AND NOT is_recorded_later),
           count(*)
    FROM decided
)""",
    selected=", moved.*",
    source="newest CROSS JOIN moved",
)
OF_PROGRAM = DECISIONS.format(
    joined="", where="plan.program_id = %(program)s", order="decided_on", limit="", **NOT_COUNTED
)
SINCE_SEEN = DECISIONS.format(
    joined="""
    JOIN unnest(%(programs)s::bigint[], %(moments)s::timestamptz[]) seen(program_id, moment)
      ON seen.program_id = plan.program_id""",
    where="review.decided_at > seen.moment",
    order="decided_at",
    limit="",
    **NOT_COUNTED,
)
