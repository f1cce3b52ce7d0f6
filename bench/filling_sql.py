"""The statements that fill a database: set-based, whatever the size. Programs are numbered from 1.

Program n belongs to lead n and stands in portfolio 1. It has passed n mod 12 steps; of the step it is
on about half is done, and what it says of every item follows from their numbers, so that two fillings
are the same.
"""

PEOPLE = """
INSERT INTO accounts_user (id, password, email, name, language, time_zone, is_active, is_demo, email_wanted)
SELECT n, '!', 'lead' || n || '@bench.example', 'Lead ' || n, 'en', 'UTC', true, false, ''
FROM generate_series(%(first)s, %(last)s) n
"""
ORGANISATIONS = """
INSERT INTO accounts_organisation (id, name)
SELECT n, 'Organisation ' || n FROM generate_series(%(first)s / 50 + 1, %(last)s / 50 + 1) n
ON CONFLICT DO NOTHING
"""
PROGRAMS = """
INSERT INTO programs_program (id, organisation_id, guide_id, name, about, sector, country, ambition_actor,
    ambition_change, ambition_whom, ambition_count, ambition_place, ambition_by, direction, created_by_id,
    inputs_seq, summarised_seq, changed_at)
SELECT n, n / 50 + 1, (SELECT max(id) FROM programs_guide),
    (ARRAY['Safe Start', 'Clear Water', 'Reading Together', 'Green Fields', 'First Steps'])[mod(n * 7, 5) + 1]
        || ' ' || md5(n::text)::char(6) || ' ' || n,
    'Brings what worked in ' || mod(n, 9) + 2 || ' districts to the whole country.',
    CASE WHEN mod(n, 10) < 6 THEN 'health' ELSE (ARRAY['nutrition', 'education', 'water'])[mod(n, 3) + 1] END,
    (ARRAY['KH', 'ET', 'BO', 'NP', 'TZ', 'PE', 'GH', 'LA'])[mod(n * 3, 8) + 1],
    'the ministry', 'are reached within two days', 'households', 1000 + mod(n * 37, 90000), 'district ' || mod(n, 700),
    date '2029-12-31', 'up', n, 1, 0, now() - mod(n, 90) * interval '1 day'
FROM generate_series(%(first)s, %(last)s) n
"""
MEMBERS = """
INSERT INTO programs_membership (program_id, user_id, role)
SELECT n, n, 'lead' FROM generate_series(%(first)s, %(last)s) n
"""
LISTINGS = """
INSERT INTO programs_listing (portfolio_id, program_id, is_home, asked_by_id, agreed_at, agreed_by_id, name, sector,
    country, is_archived, current_step, readiness, coverage, band, attention)
SELECT 1, id, true, id, now(), id, name, sector, country, false, 1, 0, 0, 'not_yet', 5
FROM programs_program WHERE id BETWEEN %(first)s AND %(last)s
"""
PLANS = """
INSERT INTO programs_stepplan (program_id, step_id, state, current_since, look_again, settled, settled_at, versions)
SELECT program.id, step.id,
    CASE WHEN step.number <= mod(program.id, 12) THEN
             CASE WHEN mod(program.id + step.number, 7) = 0 THEN 'conditions' ELSE 'go' END
         WHEN step.number = mod(program.id, 12) + 1 THEN
             CASE WHEN mod(program.id, 3) = 0 THEN 'submitted' ELSE 'in_progress' END
         ELSE 'not_started' END,
    CASE WHEN step.number <= mod(program.id, 12) + 1 THEN current_date - mod(program.id * 13, 300)::int END,
    '{}', '{}', CASE WHEN step.number <= mod(program.id, 12) THEN now() END, '{}'
FROM programs_program program JOIN programs_guidestep step USING (guide_id)
WHERE program.id BETWEEN %(first)s AND %(last)s
ORDER BY program.id, step.number
"""
ANSWERS = """
INSERT INTO programs_itemanswer (plan_id, item_id, answer, reason, note, owner_id, due_on, changed_at, versions,
    verified_at, verified_by_id, verified_evidence, returned_note, is_new)
SELECT plan_id, item_id, answer, CASE answer WHEN 'not_applicable' THEN 'Another body does this here.' ELSE '' END,
    CASE WHEN mod(dice, 4) = 0 THEN 'Agreed in meeting ' || dice || ' with the district team.' ELSE '' END,
    CASE WHEN mod(dice, 3) > 0 THEN program_id END,
    CASE WHEN answer = 'under_way' THEN current_date + dice END,
    CASE WHEN answer <> 'not_started' THEN now() - dice * interval '1 day' END,
    CASE WHEN answer <> 'not_started'
         THEN jsonb_build_object('answer', jsonb_build_array(1, program_id, '', to_jsonb(now())))
         ELSE '{}' END,
    CASE WHEN is_verified THEN now() END, CASE WHEN is_verified THEN %(reviewer)s END, '{}', '', false
FROM (
    SELECT *, state IN ('go', 'conditions') AND (dice < 50 OR answer = 'not_applicable') AS is_verified
    FROM (
        SELECT *, CASE
            WHEN state IN ('go', 'conditions') THEN CASE WHEN dice < 88 THEN 'done' ELSE 'not_applicable' END
            WHEN state = 'not_started' OR dice >= 84 THEN 'not_started'
            WHEN dice < 45 THEN 'done' WHEN dice < 70 THEN 'under_way' WHEN dice < 78 THEN 'dont_know'
            ELSE 'later' END AS answer
        FROM (
            SELECT plan.id AS plan_id, plan.program_id, plan.state, item.id AS item_id,
                   mod(plan.program_id * 31 + item.id * 17, 100)::int AS dice
            FROM programs_stepplan plan JOIN programs_guideitem item ON item.step_id = plan.step_id
            WHERE plan.program_id BETWEEN %(first)s AND %(last)s
        ) thrown
    ) said
) judged
ORDER BY plan_id, item_id
"""
EVIDENCE = """
INSERT INTO programs_evidence (answer_id, kind, title, dated_on, file, file_name, media_type, size, url, text, version,
    is_current, added_by_id)
SELECT answer.id, 'link', 'Report ' || answer.id, current_date - 40, '', '', '', 0,
    'https://reports.example/' || answer.id, '', 1, true, plan.program_id
FROM programs_itemanswer answer JOIN programs_stepplan plan ON plan.id = answer.plan_id
WHERE plan.program_id BETWEEN %(first)s AND %(last)s AND answer.answer = 'done' AND mod(answer.id, 3) > 0
"""
SETTLED = """
UPDATE programs_stepplan plan SET settled = found.settled
FROM (
    SELECT answer.plan_id, jsonb_object_agg(item.key,
        jsonb_build_array(answer.answer, answer.verified_at IS NOT NULL, mod(answer.id, 3) > 0)) AS settled
    FROM programs_itemanswer answer
    JOIN programs_guideitem item ON item.id = answer.item_id
    JOIN programs_stepplan plan ON plan.id = answer.plan_id
    WHERE plan.program_id BETWEEN %(first)s AND %(last)s AND plan.settled_at IS NOT NULL
    GROUP BY answer.plan_id
) found
WHERE plan.id = found.plan_id
"""
# The newest decision of each program; earlier ones would only make the filling longer.
DECISIONS = """
INSERT INTO programs_gatereview (plan_id, submitted_by_id, submitted_at, message, reviewer_id, outcome, reasons,
    decided_on, decided_at, decided_by_id, signers, waiver, is_recorded_later, settled)
SELECT plan.id, plan.program_id, now() - interval '9 days', '', %(reviewer)s, plan.state, 'All is there.',
    current_date - 2, now() - interval '2 days', %(reviewer)s, '{}', '', false, plan.settled
FROM programs_stepplan plan JOIN programs_guidestep step ON step.id = plan.step_id
WHERE plan.program_id BETWEEN %(first)s AND %(last)s AND step.number = mod(plan.program_id, 12)
"""
MUTATIONS = """
INSERT INTO journal_mutation (key, fingerprint, actor_id, program_id, kind, object_id, field, base, value, outcome,
    result)
SELECT md5('bench' || answer.id), '', plan.program_id, plan.program_id, 'answer', answer.id, 'answer', 0,
    to_jsonb(answer.answer), 'applied', '{}'
FROM programs_itemanswer answer JOIN programs_stepplan plan ON plan.id = answer.plan_id
WHERE plan.program_id BETWEEN %(first)s AND %(last)s AND answer.answer <> 'not_started'
"""
CHANGES = """
INSERT INTO journal_change (actor_id, program_id, kind, object_id, verb, field, old, new, key)
SELECT actor_id, program_id, kind, object_id, 'changed', field, '"not_started"', value, key
FROM journal_mutation WHERE program_id BETWEEN %(first)s AND %(last)s
"""
# Programs beyond the sample get the summaries of programs in it, in turn.
COPIED_SUMMARIES = """
INSERT INTO programs_programsummary ({columns}, program_id)
SELECT {columns}, n
FROM generate_series(%(first)s, %(last)s) n
JOIN programs_programsummary summary ON summary.program_id = mod(n - 1, %(sample)s) + 1
"""
COPIED_LISTINGS = """
UPDATE programs_listing listing
SET current_step = summary.current_step, current_since = summary.current_since, readiness = summary.before,
    band = summary.band, attention = summary.attention, last_activity_at = summary.last_activity_at,
    coverage = CASE WHEN summary.done = 0 THEN 0 ELSE summary.evidenced::float / summary.done END, refreshed_at = now()
FROM programs_programsummary summary
WHERE summary.program_id = listing.program_id AND summary.view = 'live'
    AND listing.program_id BETWEEN %(first)s AND %(last)s
"""
SETTLE_COPIED = "UPDATE programs_program SET summarised_seq = inputs_seq WHERE id BETWEEN %(first)s AND %(last)s"

# Two partners a program: its own organisation, and one that many programs share. One program in fifty complains.
PARTNERS = """
INSERT INTO partners_partner (program_id, organisation_id, kind, levels, brings, wants, created_by_id)
SELECT DISTINCT n, organisation_id, 'ngo', ARRAY['district'], 'Staff', 'Results', n
FROM generate_series(%(first)s, %(last)s) n,
    LATERAL (VALUES (n / 50 + 1), (mod(n, %(last)s / 50 + 1) + 1)) AS theirs (organisation_id)
"""
ROLES = """
INSERT INTO partners_rolesummary (program_id, partners, functions, covered, agreed, complaints, serious, hints,
    accepted, next_end_on, counted_on, inputs_seq)
SELECT n, 2, 10, 10 - mod(n, 4), 5, CASE WHEN mod(n, 50) = 0 THEN 3 ELSE 0 END,
    CASE WHEN mod(n, 50) = 0 THEN 1 ELSE 0 END, mod(n, 5), 0, current_date + mod(n, 900)::int, current_date, 1
FROM generate_series(%(first)s, %(last)s) n
"""
LISTED_ROLES = """
UPDATE programs_listing listing
SET has_partners = true, has_complaints = complaints > 0, agreement_ends_on = next_end_on
FROM partners_rolesummary summary
WHERE summary.program_id = listing.program_id AND listing.program_id BETWEEN %(first)s AND %(last)s
"""
MONEY = """
INSERT INTO funding_fundingsummary (program_id, currency, years, cost, secured, gap, left_out, without_rate, is_known,
    counted_on, inputs_seq)
SELECT n, (ARRAY['USD', 'USD', 'KES'])[mod(n, 3) + 1], '[]', 1000 + n, n, 1000, 0, '[]', true, current_date, 1
FROM generate_series(%(first)s, %(last)s) n
"""
OUTLINE = (ORGANISATIONS, PEOPLE, PROGRAMS, MEMBERS, LISTINGS, PARTNERS, ROLES, LISTED_ROLES, MONEY)
WITH_ANSWERS = (PLANS, ANSWERS, EVIDENCE, SETTLED, DECISIONS, MUTATIONS, CHANGES)
