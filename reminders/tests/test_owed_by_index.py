"""What is due on some days is found by index: reading grows with what falls on them, not with what there is."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from assessments.models import Instrument
from partners.models import Partner
from partners.tests.role_cases import add_partner
from programs.domain import owed
from programs.domain.owed_sql import OF_EVERYBODY, ON_THESE_DAYS
from programs.models import Program
from reminders.domain import rhythm
from reminders.tests.many_cases import fill

TODAY = date(2020, 6, 15)
MANY = 1200
LISTS_OF_THE_FIELD = {"programs_guidestep", "programs_guideitem", "assessments_instrumentitem"}
INDEXES = [
    "item_answer_due",
    "item_answer_sent_back",
    "step_plan_target",
    "step_plan_look_again",
    "gate_review_decided_on",
    "gate_review_promised",
    "condition_due",
    "condition_met_on",
    "remark_by_day",
    "evidence_expiring",
    "program_silent_from",
    "invitation_sent_on",
    "agreement_ending",
    "agreement_notice",
    "body_meeting",
    "support_need_due",
    "assessment_due",
    "assessment_revealed_on",
    "round_action_due",
]
# Without these it skips from program to program, or from owner to owner, in an index on both, or goes through all
# of one on the way: not many rows either.
SKIPPED_TO = {"agreement_ending", "support_need_due", "gate_review_promised"}


@pytest.fixture
def partner(program: Program, instrument: Instrument) -> Partner:
    """What rows of every kind need."""
    return add_partner(program)


def days() -> list[date]:
    """Those a sweep asks for, of one day: so few that going through thousands would never be quicker."""
    rules = owed.RULES.values()
    every = (rhythm.occurrences(rule.lead_days, rule.after_days, has_due_date=True) for rule in rules)
    wanted = {one for occasions in every for one in occasions}
    return sorted(rhythm.anchors(wanted, first=TODAY, last=TODAY))


def plan_of() -> dict[str, Any]:
    """What PostgreSQL does for the days, and how many rows it reads."""
    values = {"today": TODAY, "soon": TODAY, "days": days()}
    statement = f"EXPLAIN (ANALYZE, FORMAT JSON) {owed.statement_of(OF_EVERYBODY, ON_THESE_DAYS)}"
    with owed.by_index(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        [[said]] = cursor.fetchall()
    return (json.loads(said) if isinstance(said, str) else said)[0]["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def rows_read(plan: dict[str, Any]) -> Counter[str]:
    """By table, how many rows were taken up, wanted or not; the lists of the field aside, which never grow."""
    found: Counter[str] = Counter()
    for node in nodes(plan):
        rows = node["Actual Rows"] + sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        if rows * node["Actual Loops"] and node.get("Relation Name", "") not in {"", *LISTS_OF_THE_FIELD}:
            found[node["Relation Name"]] += round(rows * node["Actual Loops"])
    return found


def test_of_very_many_that_are_not_due_none_is_read(partner: Partner) -> None:
    fill(MANY)
    plan = plan_of()
    assert rows_read(plan) == {}
    used = {node["Index Name"] for node in nodes(plan) if "Index Name" in node and node["Actual Loops"]}
    assert set(INDEXES) - used == set()


def test_without_any_one_of_the_indexes_very_many_are_read(partner: Partner) -> None:
    fill(MANY)
    for index in set(INDEXES) - SKIPPED_TO:
        mark = transaction.savepoint()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX {index}")
        assert (index, rows_read(plan_of()).total() >= MANY / 5) == (index, True)
        transaction.savepoint_rollback(mark)


def test_afterwards_the_database_plans_as_usual(partner: Partner) -> None:
    list(owed.on([TODAY], today=TODAY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_settings WHERE name LIKE 'enable_%' AND setting <> reset_val")
        assert cursor.fetchall() == []
