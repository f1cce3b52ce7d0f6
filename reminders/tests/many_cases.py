"""Very many things that are not due on the days asked for, set down at once whatever their number."""

from django.db import connection

FIRST = 1_000_001  # beyond the numbers of other rows

PEOPLE = """
INSERT INTO accounts_user (id, password, email, name, language, time_zone, is_active, is_demo, email_wanted)
SELECT n, '!', 'lead' || n || '@many.example', 'Lead ' || n, 'en', 'UTC', true, false, ''
FROM generate_series(%(first)s, %(last)s) n
"""
PROGRAMS = """
INSERT INTO programs_program (id, organisation_id, guide_id, name, about, sector, country, ambition_actor,
    ambition_change, ambition_whom, ambition_place, direction, created_by_id, inputs_seq, summarised_seq, changed_at)
SELECT n, (SELECT min(id) FROM accounts_organisation), (SELECT max(id) FROM programs_guide), 'Program ' || n, '',
    'health', 'KH', '', '', '', '', 'up', n, 1, 1, now() + mod(n, 900) * interval '1 day'
FROM generate_series(%(first)s, %(last)s) n
"""
MEMBERS = """
INSERT INTO programs_membership (program_id, user_id, role)
SELECT n, n, 'lead' FROM generate_series(%(first)s, %(last)s) n
"""
PLANS = """
INSERT INTO programs_stepplan (program_id, step_id, state, target_on, look_again, look_again_on, settled, versions)
SELECT program.id, step.id,
    (ARRAY['in_progress', 'hold', 'returned', 'conditions', 'submitted'])[mod(program.id + step.number, 5) + 1],
    CASE WHEN step.number < 9 THEN date '2040-01-01' + mod(program.id, 900)::int END, '{}',
    date '2040-01-01' + mod(program.id, 900)::int, '{}', '{}'
FROM programs_program program JOIN programs_guidestep step USING (guide_id) WHERE program.id >= %(first)s
"""
ANSWERS = """
INSERT INTO programs_itemanswer (plan_id, item_id, answer, reason, note, due_on, returned_note, returned_at, is_new,
    versions, verified_evidence)
SELECT plan.id, (SELECT min(id) FROM programs_guideitem WHERE step_id = plan.step_id), 'under_way', '', '',
    CASE WHEN mod(plan.id, 3) > 0 THEN date '2040-01-01' + mod(plan.id, 900)::int END,
    CASE WHEN mod(plan.id, 3) < 2 THEN 'More' ELSE '' END, now() + mod(plan.id, 900) * interval '1 day', false,
    '{}', '{}'
FROM programs_stepplan plan WHERE plan.program_id >= %(first)s
"""
EVIDENCE = """
INSERT INTO programs_evidence (answer_id, kind, title, dated_on, expires_on, file, file_name, media_type, size, url,
    text, version, is_current, added_by_id)
SELECT answer.id, 'link', 'Permit', '2026-01-01', date '2040-01-01' + mod(answer.id, 900)::int, '', '', '', 0, '', '',
    1, true, %(first)s
FROM programs_itemanswer answer JOIN programs_stepplan plan ON plan.id = answer.plan_id
WHERE plan.program_id >= %(first)s
"""
REMARKS = """
INSERT INTO programs_remark (plan_id, text, author_id, written_at)
SELECT id, 'What of this?', %(first)s + 1, now() + mod(id, 900) * interval '1 day'
FROM programs_stepplan WHERE program_id >= %(first)s
"""
REVIEWS = """
INSERT INTO programs_gatereview (plan_id, submitted_by_id, submitted_at, message, reviewer_id, promised_on, outcome,
    reasons, decided_on, decided_at, decided_by_id, returned_to_id, signers, waiver, is_recorded_later, settled)
SELECT id, program_id, now(), '', program_id, date '2040-01-01' + mod(id, 900)::int, decided, decided,
    CASE WHEN decided <> '' THEN '2026-01-01'::date END, now() + mod(id, 900) * interval '1 day',
    CASE WHEN decided <> '' THEN program_id END, CASE WHEN decided = 'returned' THEN id END, '{}', '', false, '{}'
FROM (
    SELECT *, CASE state WHEN 'submitted' THEN '' WHEN 'in_progress' THEN 'go' ELSE state END AS decided
    FROM programs_stepplan
) plan
WHERE program_id >= %(first)s
"""
CONDITIONS = """
INSERT INTO programs_condition (review_id, text, due_on, met_at, met_note)
SELECT review.id, 'More', date '2040-01-01' + mod(review.id, 900)::int,
    CASE WHEN met THEN now() + mod(review.id, 900) * interval '1 day' END, ''
FROM programs_gatereview review, (VALUES (true), (false)) AS said (met)
WHERE review.outcome = 'conditions' AND review.reviewer_id >= %(first)s
"""
INVITATIONS = """
INSERT INTO accounts_invitation (expires_at, mail_wanted, mail_attempts, mail_error, mailed_at, email, name, kind,
    object_id, role, invited_by_id, nonce)
SELECT now() + interval '900 days', true, 1, '', now() + mod(n, 900) * interval '1 day', n || '@many.example', '',
    'program', n, 'editor', n, ''
FROM generate_series(%(first)s, %(last)s) n
"""
PARTNERS = """
INSERT INTO partners_partner (program_id, organisation_id, kind, levels, brings, wants, created_by_id)
SELECT n, (SELECT min(id) FROM accounts_organisation), 'ngo', '{district}', '', '', n
FROM generate_series(%(first)s, %(last)s) n
"""
AGREEMENTS = """
INSERT INTO partners_agreement (program_id, title, kind, starts_on, ends_on, notice_days, decision_rights,
    dispute_path, exit_terms, state, signed_on, ended_why, created_by_id)
SELECT n, 'Memorandum', 'mou', '2026-01-01', date '2040-01-01' + mod(n, 900)::int, 90, '', '', '', 'signed',
    '2026-01-01', '', n
FROM generate_series(%(first)s, %(last)s) n
"""
BODIES = """
INSERT INTO partners_coordinationbody (program_id, name, level, rhythm, next_meeting_on)
SELECT n, 'Group', 'district', 'monthly', date '2040-01-01' + mod(n, 900)::int
FROM generate_series(%(first)s, %(last)s) n
"""
NEEDS = """
INSERT INTO partners_supportneed (partner_id, function_id, kind, text, owner_id, due_on, done_note, created_by_id)
SELECT partner.id, (SELECT min(id) FROM partners_function), 'training', 'Two days', program_id,
    date '2040-01-01' + mod(partner.id, 900)::int, '', program_id
FROM partners_partner partner WHERE program_id >= %(first)s
"""
ROUNDS = """
INSERT INTO assessments_assessment (program_id, instrument_id, state, title, due_on, facilitator_id, keyer_id, names,
    is_for_donors, target, revision, created_by_id, opened_at, revealed_at)
SELECT n, (SELECT min(id) FROM assessments_instrument), state, 'Round', date '2040-01-01' + mod(n, 900)::int, n, n,
    'agreed', true, 0.6, 0, n, now(), now() + mod(n, 900) * interval '1 day'
FROM generate_series(%(first)s, %(last)s) n, (VALUES ('rating'), ('discussing')) AS said (state)
"""
RATERS = """
INSERT INTO assessments_rater (assessment_id, user_id, name, role_group, parts, is_on_paper, code, link_digest)
SELECT id, CASE WHEN NOT is_on_paper THEN program_id END, 'R', 'team', '{}', is_on_paper, is_on_paper::text, ''
FROM assessments_assessment, (VALUES (true), (false)) AS said (is_on_paper) WHERE program_id >= %(first)s
"""
ACTIONS = """
INSERT INTO assessments_roundaction (assessment_id, item_id, text, owner_id, due_on, created_by_id, done_note)
SELECT id, (SELECT min(id) FROM assessments_instrumentitem), 'Act', program_id,
    date '2040-01-01' + mod(program_id, 900)::int, program_id, ''
FROM assessments_assessment WHERE program_id >= %(first)s AND state = 'discussing'
"""
ALL = (PEOPLE, PROGRAMS, MEMBERS, PLANS, ANSWERS, EVIDENCE, REMARKS, REVIEWS, CONDITIONS, INVITATIONS, PARTNERS)
ALL += (AGREEMENTS, BODIES, NEEDS, ROUNDS, RATERS, ACTIONS)


def fill(count: int) -> None:
    """So many programs with something of every kind; all of it falls on days to come."""
    with connection.cursor() as cursor:
        for statement in ALL:
            cursor.execute(statement, {"first": FIRST, "last": FIRST + count - 1})
        cursor.execute("ANALYZE")
