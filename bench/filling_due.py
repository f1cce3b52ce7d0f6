"""Filling a database with things that are due: items of programs, program n of lead n, for whom it is noon."""

from datetime import UTC, date, datetime, timedelta

from bench import filling_sql
from bench.site import Site

STEPS = 3  # enough for ten items

PROGRAMS = """
INSERT INTO programs_program (id, organisation_id, guide_id, name, about, sector, country, ambition_actor,
    ambition_change, ambition_whom, ambition_count, ambition_place, ambition_by, direction, created_by_id,
    inputs_seq, summarised_seq, changed_at)
SELECT n, n / 50 + 1, (SELECT max(id) FROM programs_guide), 'Program ' || n, '', 'health', 'KH', 'the ministry',
    'are reached', 'households', 1000, 'district ' || mod(n, 700), date '2029-12-31', 'up', n, 1, 1, now()
FROM generate_series(%(first)s, %(last)s) n
"""
PLANS = """
INSERT INTO programs_stepplan (program_id, step_id, state, look_again, settled, versions)
SELECT n, step.id, 'in_progress', '{}', '{}', '{}'
FROM generate_series(%(first)s, %(last)s) n
JOIN programs_guidestep step ON step.guide_id = (SELECT max(id) FROM programs_guide) AND step.number <= %(steps)s
"""
# The first items of each program, due on one of so many days from a first one on.
ITEMS = """
INSERT INTO programs_itemanswer (plan_id, item_id, answer, reason, note, owner_id, due_on, changed_at, versions,
    verified_evidence, returned_note, is_new)
SELECT plan_id, item_id, 'under_way', '', '', program_id, %(day)s::date + mod(program_id * 31 + place, %(days)s)::int,
    now(), '{}', '{}', '', false
FROM (
    SELECT plan.id AS plan_id, plan.program_id, item.id AS item_id,
           row_number() OVER (PARTITION BY plan.program_id ORDER BY item.id) AS place
    FROM programs_stepplan plan JOIN programs_guideitem item ON item.step_id = plan.step_id
    WHERE plan.program_id BETWEEN %(first)s AND %(last)s
) every
WHERE place <= %(items)s
ORDER BY plan_id, item_id
"""
# One item of each of the first programs is due on that day.
FALL_DUE = """
UPDATE programs_itemanswer answer SET due_on = %(day)s
FROM (
    SELECT min(answer.id) AS id
    FROM programs_itemanswer answer JOIN programs_stepplan plan ON plan.id = answer.plan_id
    WHERE plan.program_id <= %(count)s GROUP BY plan.program_id
) first
WHERE answer.id = first.id
"""
# Whatever the clock says, it is noon where they live.
AT_NOON = "UPDATE accounts_user SET time_zone = %(zone)s"


def fill(site: Site, *, programs: int, items: int, days: int, after: int = 0, first: int = 1) -> date:
    """Programs with items that are due `after` so many days, one after the other on so many days; gives today."""
    zone, today = noon_now(datetime.now(UTC))
    numbers = {"first": first, "last": programs, "steps": STEPS, "items": items, "days": days}
    numbers |= {"day": today + timedelta(days=after)}
    outline = (filling_sql.ORGANISATIONS, filling_sql.PEOPLE, PROGRAMS, filling_sql.MEMBERS, PLANS, ITEMS)
    with site.connect() as database:
        for statement in outline:
            database.execute(statement, numbers)
        database.execute(AT_NOON, {"zone": zone})
        database.execute("VACUUM (ANALYZE)")
    return today


def noon_now(now: datetime) -> tuple[str, date]:
    """A time zone in which it is noon, and the day it is there."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC", (now + timedelta(hours=ahead)).date()
