"""Checks of capacity: the weakest side counts, the newest of a day counts, and nothing is ever changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from journal.models import Change
from partners.domain import capacity, capacity_reading, functions
from partners.domain.capacity import NewCheck, Pair
from partners.domain.capacity_anchors import ALL, VALUES
from partners.domain.partners import Refused
from partners.models import HIGHEST, SIDES, CapacityCheck, Function, Partner, Partnership
from partners.tests.role_cases import add_partner, function_of, give
from programs.domain import history
from programs.models import Program

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LAST_YEAR = TODAY - timedelta(days=365)


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def training(partner: Partner) -> Function:
    return function_of(partner.program)


def seen(*values: int, on: date = TODAY, note: str = "") -> NewCheck:
    return NewCheck(dict(zip(SIDES, values, strict=True)), on, note)


def pair(partner: Partner, function: Function, **facts: Any) -> Pair:
    return capacity_reading.of_pair(partner, function, today=TODAY)


# One check


def test_a_check_keeps_what_was_seen(partner: Partner, training: Function, editor: User) -> None:
    made = capacity.check(partner, training, seen(3, 1, 2, 3, note="Two trainers sat in."), by=editor)
    made.refresh_from_db()
    assert [getattr(made, side) for side in SIDES] == [3, 1, 2, 3]
    assert (made.lowest, made.checked_on, made.note, made.recorded_by) == (1, TODAY, "Two trainers sat in.", editor)


def test_the_same_form_twice_is_one_check(partner: Partner, training: Function, lead: User) -> None:
    first, second = (capacity.check(partner, training, seen(1, 1, 1, 1), by=lead, key="k" * 64) for _ in range(2))
    assert (first, CapacityCheck.objects.count()) == (second, 1)


def test_complaints_are_counted_again_after_a_check(partner: Partner, training: Function, lead: User) -> None:
    before = Partnership.objects.get(program=partner.program).inputs_seq
    capacity.check(partner, training, seen(1, 1, 1, 1), by=lead)
    assert Partnership.objects.get(program=partner.program).inputs_seq == before + 1


def test_a_check_is_told_in_the_history(partner: Partner, training: Function, lead: User) -> None:
    made = capacity.check(partner, training, seen(3, 1, 2, 3), by=lead)
    line = history.of_program(partner.program).lines[0]
    assert (line.what, line.about) == (
        "checked what Health office is able to do for Training: 1 of 3",
        "Training: Health office",
    )
    page = f"/programs/{partner.program_id}/capacity/{partner.pk}/{training.pk}/"
    assert (line.who, line.url) == (lead.name, f"{page}#check-{made.pk}")


@pytest.mark.parametrize("who", ["viewer", "facilitator", "donor", "admin", "other_lead", "stranger"])
def test_who_may_not_write_checks_nothing(
    request: pytest.FixtureRequest, partner: Partner, training: Function, who: str
) -> None:
    with pytest.raises(PermissionDenied):
        capacity.check(partner, training, seen(1, 1, 1, 1), by=request.getfixturevalue(who))
    assert not CapacityCheck.objects.exists()
    assert not Change.objects.filter(kind="capacity_check").exists()


def test_in_an_archived_program_nothing_is_checked(partner: Partner, training: Function, lead: User) -> None:
    Program.objects.filter(pk=partner.program_id).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied, match="archived"):
        capacity.check(partner, training, seen(1, 1, 1, 1), by=lead)


def test_what_is_no_part_of_the_scale_up_is_not_checked(
    partner: Partner, training: Function, other_program: Program, lead: User
) -> None:
    add_partner(other_program, "Elsewhere")
    with pytest.raises(Refused, match="not part of the scale-up"):
        capacity.check(partner, function_of(other_program), seen(1, 1, 1, 1), by=lead)
    functions.drop(training, by=lead)
    with pytest.raises(Refused, match="not part of the scale-up"):
        capacity.check(partner, training, seen(1, 1, 1, 1), by=lead)
    Partner.objects.filter(pk=partner.pk).delete()
    with pytest.raises(Refused, match="not on the list"):
        capacity.check(partner, training, seen(1, 1, 1, 1), by=lead)


def test_nobody_checks_tomorrow(partner: Partner, training: Function, lead: User) -> None:
    with pytest.raises(Refused, match="still to come"):
        capacity.check(partner, training, seen(1, 1, 1, 1, on=TODAY + timedelta(days=1)), by=lead)


# What checks say together


def test_the_newest_check_of_the_newest_day_counts(partner: Partner, training: Function, lead: User) -> None:
    mistaken = capacity.check(partner, training, seen(0, 0, 0, 0), by=lead)
    older = capacity.check(partner, training, seen(1, 2, 2, 2, on=LAST_YEAR), by=lead)
    corrected = capacity.check(partner, training, seen(2, 3, 3, 2), by=lead)
    found = pair(partner, training)
    assert list(found.checks) == [corrected, mistaken, older]
    assert found.counted == [corrected, older]
    assert (found.newest, found.before, found.direction) == (corrected, older, "up")


@pytest.mark.parametrize(
    ("checks", "direction"),
    [
        ([], None),
        ([(2, 2, 2, 2)], "first"),
        ([(1, 3, 3, 3), (3, 2, 3, 3)], "up"),
        ([(3, 3, 3, 3), (3, 3, 3, 0)], "down"),
        ([(1, 2, 3, 3), (3, 3, 2, 1)], "same"),
    ],
)
def test_the_trend_is_that_of_the_weakest_side(
    partner: Partner, training: Function, lead: User, checks: list[tuple[int, ...]], direction: str | None
) -> None:
    for days, values in enumerate(checks):
        capacity.check(partner, training, seen(*values, on=LAST_YEAR + timedelta(days=days)), by=lead)
    assert pair(partner, training).direction == direction


@pytest.mark.parametrize(
    ("needed", "letter", "values", "state"),
    [
        (2, "A", (3, 3, 3, 1), "too_low"),
        (2, "", (3, 3, 3, 1), "too_low"),
        (2, "A", (2, 3, 3, 2), "enough"),
        (3, "A", (2, 3, 3, 2), "too_low"),
        (0, "A", (0, 0, 0, 0), "enough"),
        (2, "A", None, "unchecked"),
        (2, "R", None, "unchecked"),
        (2, "C", None, "open"),
        (2, "", None, "open"),
        (0, "A", None, "open"),
    ],
)
def test_too_low_is_a_side_below_what_the_role_needs(
    partner: Partner,
    training: Function,
    lead: User,
    needed: int,
    letter: str,
    values: tuple[int, ...] | None,
    state: str,
) -> None:
    training.capacity_needed = needed
    training.save()
    give(partner, letter)
    if values:
        capacity.check(partner, training, seen(*values), by=lead)
    assert pair(partner, training).state == state


def test_all_weakest_sides_are_named(partner: Partner, training: Function, lead: User) -> None:
    capacity.check(partner, training, seen(3, 1, 2, 1), by=lead)
    assert pair(partner, training).weakest == ["leadership", "system"]


scores = st.lists(st.integers(0, HIGHEST), min_size=len(SIDES), max_size=len(SIDES))


@given(scores, st.integers(0, HIGHEST), st.integers(0, 3))
def test_raising_one_side_never_makes_a_partner_less_able(values: list[int], needed: int, place: int) -> None:
    raised = [min(HIGHEST, value + 1) if at == place else value for at, value in enumerate(values)]
    before, after = (state_of(each, needed) for each in (values, raised))
    assert (before, after) != ("enough", "too_low")
    assert (state_of(values, needed) == "enough") == all(value >= needed for value in values)


def state_of(values: list[int], needed: int) -> str:
    check = CapacityCheck(checked_on=TODAY, **dict(zip(SIDES, values, strict=True)))
    return Pair(Partner(), Function(capacity_needed=needed), checks=[check]).state


# All pairs of a program


def names(program: Program, **options: Any) -> list[tuple[str, str, str, str]]:
    found = capacity_reading.of_program(program, today=TODAY)
    return [(str(one.partner), str(one.function), one.letter, one.state) for one in found.pairs]


def test_pairs_with_a_task_or_a_check_stand_in_the_table_the_most_pressing_first(
    partner: Partner, training: Function, lead: User
) -> None:
    council = add_partner(partner.program, "Council")
    give(partner, "A")
    give(partner, "R", key="supply")
    give(partner, "I", key="advocacy")
    give(council, "C", key="supervision")
    supervision, monitoring = (function_of(partner.program, key) for key in ("supervision", "monitoring"))
    capacity.check(council, monitoring, seen(1, 1, 1, 1), by=lead)
    capacity.check(partner, supervision, seen(0, 3, 3, 3), by=lead)
    capacity.check(partner, training, seen(3, 3, 3, 2), by=lead)
    assert names(partner.program) == [
        ("Health office", "Supervision", "", "too_low"),
        ("Council", "Monitoring and evaluation", "", "too_low"),
        ("Health office", "Supply", "R", "unchecked"),
        ("Health office", "Training", "A", "enough"),
    ]


def test_tasks_that_ended_are_no_tasks(partner: Partner, training: Function, lead: User) -> None:
    yesterday = TODAY - timedelta(days=1)
    give(partner, "A", until_on=yesterday)
    assert names(partner.program) == []
    give(partner, "A", until_on=TODAY)
    assert names(partner.program) == [("Health office", "Training", "A", "unchecked")]
    Partner.objects.filter(pk=partner.pk).update(until_on=yesterday)
    assert names(partner.program) == []
    Partner.objects.filter(pk=partner.pk).update(until_on=None)
    functions.drop(training, by=lead)
    assert names(partner.program) == []


def test_the_table_shows_nothing_of_other_programs(
    partner: Partner, training: Function, other_program: Program, lead: User, other_lead: User
) -> None:
    elsewhere = add_partner(other_program, "Elsewhere")
    give(elsewhere, "A")
    capacity.check(elsewhere, function_of(other_program), seen(1, 1, 1, 1), by=other_lead)
    capacity.check(partner, training, seen(2, 2, 2, 2), by=lead)
    assert names(partner.program) == [("Health office", "Training", "", "enough")]


# The words


def test_every_side_has_a_sentence_for_every_value() -> None:
    assert tuple(ALL) == SIDES
    assert len(VALUES) == HIGHEST + 1
    sentences = [str(words) for side in ALL.values() for words in side.anchors]
    assert len(sentences) == len(set(sentences)) == len(SIDES) * (HIGHEST + 1)
