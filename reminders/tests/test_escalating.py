"""Escalation: leads, then facilitators of the home portfolio, after the days a program chose; nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from programs.models import ItemAnswer, Listing, Membership, Program
from reminders.domain import noticing
from reminders.models import ChasingPlan, Delivery, Notice, Snooze, SweepMark
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep, sweep_often

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def people(lead: User, editor: User, viewer: User, facilitator: User, donor: User, admin: User) -> None:
    """All of the cast wake at eight in Phnom Penh."""
    for user in (lead, editor, viewer, facilitator, donor, admin):
        lives_in(user)


@pytest.fixture(autouse=True)
def item(program: Program, people: None, editor: User) -> ItemAnswer:
    return item_of(program, owner=editor, due_on=DUE_ON)


def escalated() -> list[tuple[str, int]]:
    """Who was told of what others owe, and how many days it was late, in order."""
    rows = Notice.objects.filter(reason="escalated", kind="item_due").order_by("pk")
    return [(one.user.email.split("@")[0], one.occurrence) for one in rows.select_related("user")]


def test_leads_hear_after_a_week_and_facilitators_after_two(editor: User) -> None:
    sweep_often(at(DUE_ON - DAY), at(DUE_ON + 30 * DAY))
    assert escalated() == [
        ("own_lead", 7),
        ("own_lead", 14),
        ("facilitator", 14),
        ("own_lead", 30),
        ("facilitator", 30),
    ]
    assert noticing.owed_of(Notice.objects.filter(reason="escalated").first()).user_id == editor.pk


def test_they_hear_by_mail_too_in_the_same_transaction(lead: User) -> None:
    sweep(at(DUE_ON + 7 * DAY))
    assert Delivery.objects.get(user=lead).notices.get().reason == "escalated"
    lead.refresh_from_db()
    assert lead.unread_count == 1


@pytest.mark.parametrize(
    ("plan", "heard"),
    [
        ({"lead_after": None, "facilitator_after": None}, []),
        ({"lead_after": None, "facilitator_after": 3}, [("facilitator", 3), ("facilitator", 7)]),
        ({"lead_after": 3, "facilitator_after": None}, [("own_lead", 3), ("own_lead", 7)]),
    ],
)
def test_by_choice_of_the_program(plan: dict[str, Any], heard: list[tuple[str, int]], program: Program) -> None:
    ChasingPlan.objects.create(program=program, **plan)
    sweep_often(at(DUE_ON), at(DUE_ON + 8 * DAY))
    assert escalated() == heard


def test_what_a_lead_owes_goes_to_facilitators_alone(program: Program, lead: User, item: ItemAnswer) -> None:
    item_of(program, owner=lead, due_on=DUE_ON)
    sweep_often(at(DUE_ON + 6 * DAY), at(DUE_ON + 14 * DAY, 12))
    assert escalated() == [("facilitator", 14)]


def test_what_nobody_owns_is_told_to_each_facilitator_once(program: Program, item: ItemAnswer, make_user: Any) -> None:
    Membership.objects.create(program=program, user=lives_in(make_user("second_lead")), role="lead")
    item_of(program, owner=None, due_on=DUE_ON)
    sweep(at(DUE_ON + 14 * DAY))
    assert escalated() == [("facilitator", 14)]


def test_each_in_their_own_morning(lead: User) -> None:
    lives_in(lead, "America/New_York")
    day = DUE_ON + 7 * DAY
    assert [sweep(at(day, 8)), sweep(at(day, 12))] == [1, 0]  # the owner; in New York it is night
    assert sweep(at(day, 20)) == 1
    assert escalated() == [("own_lead", 7)]


def test_a_facilitator_of_a_portfolio_that_is_no_home_hears_nothing(program: Program) -> None:
    Listing.objects.filter(program=program).update(is_home=False)
    sweep(at(DUE_ON + 14 * DAY))
    assert escalated() == [("own_lead", 14)]


def test_who_is_on_no_team_is_not_escalated(program: Program, lead: User, editor: User, stranger: User) -> None:
    """The item falls to the lead then; it goes above the lead alone."""
    item_of(program, owner=stranger, due_on=DUE_ON)
    sweep(at(DUE_ON + 14 * DAY))
    assert escalated() == [("facilitator", 14)]


def test_a_pause_of_its_owner_does_not_stop_it(program: Program, editor: User, item: ItemAnswer) -> None:
    put_off = {"kind": "item_due", "subject_id": item.pk, "reason": "Waits for the ministry"}
    Snooze.objects.create(user=editor, program=program, until_on=DUE_ON + 20 * DAY, **put_off)
    assert sweep(at(DUE_ON + 7 * DAY)) == 1
    assert escalated() == [("own_lead", 7)]


def test_what_is_done_goes_no_further(item: ItemAnswer) -> None:
    sweep(at(DUE_ON + 7 * DAY))
    item.answer = "done"
    item.save()
    sweep(at(DUE_ON + 14 * DAY))
    assert escalated() == [("own_lead", 7)]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int, program: Program, editor: User, viewer: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in ("1.2", "1.3")[: count - 1]:
        item_of(program, number, owner=viewer, due_on=DUE_ON)
    SweepMark.objects.create(name="due", through=at(DUE_ON + 13 * DAY))
    with django_assert_num_queries(25):
        sweep(at(DUE_ON + 14 * DAY))
    assert len(escalated()) == 2 * count
