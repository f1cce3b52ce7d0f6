"""The statements behind the rollups: set-based, one snapshot each, whatever the size."""

# A row for every portfolio and view; there already is one for most.
LAY_OUT = """
INSERT INTO dashboards_portfoliorollup (portfolio_id, view, figures, is_dirty)
SELECT portfolio.id, kind.view, '{}', true
FROM accounts_portfolio portfolio CROSS JOIN (VALUES ('live'), ('settled')) kind(view)
WHERE NOT EXISTS (
    SELECT FROM dashboards_portfoliorollup rollup
    WHERE rollup.portfolio_id = portfolio.id AND rollup.view = kind.view
)
ON CONFLICT DO NOTHING
"""

# Out of date: the worker wrote one of the listings since, or there are more or fewer of them.
MARK_STALE = """
WITH listed AS (
    SELECT portfolio_id, max(greatest(refreshed_at, agreed_at)) AS changed_at,
           count(*) FILTER (WHERE agreed_at IS NOT NULL AND NOT is_archived) AS programs
    FROM programs_listing
    GROUP BY portfolio_id
), stale AS (
    SELECT rollup.id
    FROM dashboards_portfoliorollup rollup LEFT JOIN listed USING (portfolio_id)
    WHERE NOT rollup.is_dirty AND (
        listed.changed_at > rollup.refreshed_at - %(late_commit)s::interval
        OR coalesce(listed.programs, 0) <> (rollup.figures ->> 'programs')::int
    )
    ORDER BY rollup.id
    FOR NO KEY UPDATE OF rollup
)
UPDATE dashboards_portfoliorollup SET is_dirty = true WHERE id IN (SELECT id FROM stale)
"""

# Step titles come from the newest version of each guide; scores and states stand in step order.
# Scores are added as numerics: a sum that depends on the order of its rows would fail the nightly check.
ADD_UP = """
WITH listed AS MATERIALIZED (
    SELECT program.id AS program_id, program.guide_id, program.sector, program.country,
           program.ambition_count AS ambition, summary.band, summary.attention, summary.current_step,
           summary.applicable, summary.done, summary.evidenced, summary.verified, summary.reached,
           summary.step_scores, translate(summary.path, '|0123456789', '') AS states,
           translate(split_part(summary.path, '|', 1), '0123456789', '') AS states_before,
           roles.functions, roles.covered, roles.agreed,
           money.currency, money.cost, money.secured, money.gap, money.left_out, money.is_known
    FROM programs_listing listing
    JOIN programs_program program ON program.id = listing.program_id AND program.archived_at IS NULL
    JOIN programs_programsummary summary ON summary.program_id = program.id AND summary.view = %(view)s
    LEFT JOIN partners_rolesummary roles ON roles.program_id = program.id AND roles.partners > 0
    LEFT JOIN funding_fundingsummary money ON money.program_id = program.id
         AND (money.cost > 0 OR NOT money.is_known)
    WHERE listing.portfolio_id = %(portfolio)s AND listing.agreed_at IS NOT NULL
), versions AS (
    SELECT guide_id, count(*) AS programs FROM listed GROUP BY guide_id
), scores AS (
    SELECT guide_id, number, sum(score::numeric) AS score_sum, count(score) AS scored,
           count(*) FILTER (WHERE substr(states, number::int, 1) IN ('g', 'c', 'G', 'C')) AS passed
    FROM listed, jsonb_array_elements_text(step_scores) WITH ORDINALITY AS step (score, number)
    GROUP BY guide_id, number
), steps AS (
    SELECT guide.key AS guide, number, (array_agg(step.short_title ORDER BY guide.version DESC))[1] AS title,
           sum(programs) AS programs, coalesce(round(sum(score_sum), 6), 0) AS score_sum,
           coalesce(sum(scored), 0) AS scored, coalesce(sum(passed), 0) AS passed
    FROM versions
    JOIN programs_guide guide ON guide.id = guide_id
    JOIN programs_guidestep step USING (guide_id)
    LEFT JOIN scores USING (guide_id, number)
    GROUP BY guide.key, number
), totals AS (
    SELECT count(*) AS programs,
           coalesce(sum(applicable), 0) AS applicable,
           coalesce(sum(done), 0) AS done,
           coalesce(sum(evidenced), 0) AS evidenced,
           coalesce(sum(verified), 0) AS verified,
           coalesce(sum(reached) FILTER (WHERE ambition > 0), 0) AS reached,
           coalesce(sum(ambition) FILTER (WHERE reached IS NOT NULL), 0) AS planned,
           count(reached) FILTER (WHERE ambition > 0) AS counted,
           count(*) FILTER (WHERE translate(states_before, 'gcGC', '') = '') AS past_before,
           count(*) FILTER (WHERE translate(states_before, 'gcGC', '') = ''
                            AND translate(states_before, 'cC', '') <> states_before) AS past_before_with_conditions,
           count(*) FILTER (WHERE position('s' IN states) > 0) AS waiting,
           count(*) FILTER (WHERE position('r' IN states) > 0) AS returned,
           count(*) FILTER (WHERE position('h' IN states) > 0) AS on_hold,
           count(*) FILTER (WHERE attention = %(stuck)s) AS stuck,
           count(*) FILTER (WHERE current_step = 0) AS graduated,
           coalesce(sum(functions), 0) AS functions,
           coalesce(sum(covered), 0) AS covered,
           coalesce(sum(agreed), 0) AS agreed
    FROM listed
), kinds AS (
    SELECT sector, country, band, attention, count(*) AS n FROM listed
    GROUP BY GROUPING SETS ((sector), (country), (band), (attention))
), money AS (
    SELECT currency, count(*) FILTER (WHERE is_known) AS programs,
           count(*) FILTER (WHERE is_known AND left_out > 0) AS partly, count(*) FILTER (WHERE NOT is_known) AS unknown,
           coalesce(sum(cost) FILTER (WHERE is_known), 0)::text AS cost,
           coalesce(sum(secured) FILTER (WHERE is_known), 0)::text AS secured,
           coalesce(sum(gap) FILTER (WHERE is_known), 0)::text AS gap
    FROM listed WHERE currency IS NOT NULL
    GROUP BY currency
), decided AS (
    SELECT review.id, review.decided_at
    FROM programs_gatereview review
    JOIN programs_stepplan plan ON plan.id = review.plan_id
    WHERE review.outcome <> '' AND plan.program_id IN (SELECT program_id FROM listed)
), newest_decided AS (
    SELECT id FROM decided ORDER BY decided_at DESC, id DESC LIMIT 10
)
SELECT to_jsonb(totals) || jsonb_build_object(
    'sectors', (SELECT coalesce(jsonb_object_agg(sector, n), '{}') FROM kinds WHERE sector IS NOT NULL),
    'countries', (SELECT coalesce(jsonb_object_agg(country, n), '{}') FROM kinds WHERE country IS NOT NULL),
    'bands', (SELECT coalesce(jsonb_object_agg(band, n), '{}') FROM kinds WHERE band IS NOT NULL),
    'attention', (SELECT coalesce(jsonb_object_agg(attention, n), '{}') FROM kinds WHERE attention IS NOT NULL),
    'money', (SELECT coalesce(jsonb_agg(to_jsonb(money) ORDER BY programs DESC, currency), '[]') FROM money),
    'steps', (SELECT coalesce(jsonb_agg(to_jsonb(steps) ORDER BY programs DESC, guide, number), '[]') FROM steps),
    'decided', (SELECT count(*) FROM decided),
    'newest_decided', (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM newest_decided),
    'open_conditions', (
        SELECT count(*)
        FROM programs_condition condition
        JOIN programs_gatereview review ON review.id = condition.review_id
        JOIN programs_stepplan plan ON plan.id = review.plan_id AND plan.state = 'conditions'
        WHERE condition.confirmed_at IS NULL AND plan.program_id IN (SELECT program_id FROM listed)
          AND NOT EXISTS (
              SELECT FROM programs_gatereview newer
              WHERE newer.plan_id = review.plan_id AND newer.id > review.id AND newer.outcome <> ''
          )
    )
)
FROM totals
"""
