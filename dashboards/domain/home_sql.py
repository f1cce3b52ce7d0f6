"""The statements behind a person's home, each narrow and constant: Django would write them longer than they run."""

# A program's name and ambition, in the order of the model's fields.
PROGRAM = (
    "id",
    "name",
    "ambition_actor",
    "ambition_change",
    "ambition_whom",
    "ambition_count",
    "ambition_place",
    "ambition_by",
    "direction",
)
# Somebody's running programs, and how they stand.
PROGRAMS = f"""
SELECT {", ".join(f"program.{column}" for column in PROGRAM)},
       summary.path, summary.current_step, summary.before
FROM programs_membership member
JOIN programs_program program ON program.id = member.program_id AND program.archived_at IS NULL
JOIN programs_programsummary summary ON summary.program_id = program.id AND summary.view = 'live'
WHERE member.user_id = %(user)s
ORDER BY lower(program.name), program.id
"""  # noqa: S608  all words are our own

STEPS = """
SELECT plan.program_id, step.number, step.title, step.short_title, plan.state, plan.target_on
FROM programs_stepplan plan
JOIN programs_guidestep step ON step.id = plan.step_id
WHERE plan.program_id = ANY(%(programs)s)
ORDER BY plan.program_id, step.number
"""

# Portfolios somebody follows, with their sums as seen by their role, then the organisations they keep.
HATS = """
SELECT role, id, name, of_whom, programs, waiting FROM (
    SELECT watcher.role, portfolio.id, portfolio.name, organisation.name AS of_whom,
           coalesce((rollup.figures ->> 'programs')::int, 0) AS programs,
           coalesce((rollup.figures ->> 'waiting')::int, 0) AS waiting
    FROM accounts_watcher watcher
    JOIN accounts_portfolio portfolio ON portfolio.id = watcher.portfolio_id
    JOIN accounts_organisation organisation ON organisation.id = portfolio.organisation_id
    LEFT JOIN dashboards_portfoliorollup rollup ON rollup.portfolio_id = portfolio.id
     AND rollup.view = CASE watcher.role WHEN 'facilitator' THEN 'live' ELSE 'settled' END
    WHERE watcher.user_id = %(user)s
    UNION ALL
    SELECT 'admin', organisation.id, organisation.name, '', 0, 0
    FROM accounts_affiliation affiliation
    JOIN accounts_organisation organisation ON organisation.id = affiliation.organisation_id
    WHERE affiliation.user_id = %(user)s AND affiliation.is_admin
) hat
ORDER BY role = 'admin', lower(name), role, id
"""
