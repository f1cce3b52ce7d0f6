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
), moved AS (
    SELECT count(DISTINCT program_id) FILTER (WHERE outcome IN ('go', 'conditions') AND NOT is_recorded_later),
           count(DISTINCT program_id) FILTER (WHERE outcome = 'returned' AND NOT is_recorded_later),
           count(DISTINCT program_id) FILTER (WHERE outcome = 'hold' AND NOT is_recorded_later),
           count(*)
    FROM decided
)
SELECT decided.program_id, program.name, step.number, step.title, decided.outcome, decided.decided_on,
       decided.is_recorded_later, back_step.number,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(text, due_on, met_at IS NOT NULL, confirmed_at IS NOT NULL)
                                  ORDER BY due_on, id), '[]')
        FROM programs_condition WHERE review_id = decided.id)
       {selected}
FROM {source}
JOIN programs_program program ON program.id = decided.program_id
JOIN programs_guidestep step ON step.id = decided.step_id
LEFT JOIN programs_stepplan back ON back.id = decided.returned_to_id
LEFT JOIN programs_guidestep back_step ON back_step.id = back.step_id
ORDER BY {order}
"""

# Of the programs donors may know of: agreed by their lead, and not archived. With how many moved.
OF_PORTFOLIO = DECISIONS.format(
    joined="""
    JOIN programs_program program ON program.id = plan.program_id AND program.archived_at IS NULL
    JOIN programs_listing listing ON listing.program_id = plan.program_id""",
    where="""
        listing.portfolio_id = %(portfolio)s AND listing.agreed_at IS NOT NULL
        AND (%(since)s::timestamptz IS NULL OR review.decided_at > %(since)s)""",
    selected=", moved.*",
    source="moved CROSS JOIN decided",
    order="decided.decided_at DESC, decided.id DESC LIMIT %(limit)s",
)
OF_PROGRAM = DECISIONS.format(
    joined="",
    where="plan.program_id = %(program)s",
    selected="",
    source="decided",
    order="decided.decided_on DESC, decided.id DESC",
)
SINCE_SEEN = DECISIONS.format(
    joined="""
    JOIN unnest(%(programs)s::bigint[], %(moments)s::timestamptz[]) seen(program_id, moment)
      ON seen.program_id = plan.program_id""",
    where="review.decided_at > seen.moment",
    selected="",
    source="decided",
    order="decided.decided_at DESC, decided.id DESC",
)
