"""Putting off: reminders stop until the day, then one says that the pause is over, if it is still owed."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.models import User
from journal.models import Change
from journal.tests.haste import at_once
from programs.models import Membership, Program
from reminders.domain import snoozing
from reminders.domain.snoozing import NotOwed, Refused
from reminders.models import Delivery, Notice, Snooze
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep, sweep_often, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "The ministry answers next week"


@pytest.fixture
def owner(editor: User) -> User:
    return lives_in(editor)


@pytest.fixture(autouse=True)
def item(program: Program, owner: User) -> Any:
    return item_of(program, owner=owner, due_on=DUE_ON)


def put_off(owner: User, item: Any, until_on: date, *, today: date, key: str = "") -> Snooze | None:
    with time_machine.travel(at(today), tick=False):
        thing = snoozing.find(owner, "item_due", item.pk, today=today)
        assert thing is not None
        return snoozing.put_off(thing, until_on=until_on, reason=WHY, today=today, by=owner, key=key)


def reasons(user: User) -> list[tuple[str, date, int]]:
    """Why somebody was told, with the day it was told on, in order."""
    rows = Notice.objects.filter(user=user).order_by("pk")
    return [(one.reason, one.anchor_on, one.occurrence) for one in rows]


def test_it_stops_reminders_until_the_day_and_then_says_so_once(owner: User, item: Any) -> None:
    overdue = DUE_ON + 2 * DAY
    sweep(at(overdue))
    put_off(owner, item, DUE_ON + 8 * DAY, today=overdue)
    sweep_often(at(overdue), at(DUE_ON + 15 * DAY))
    assert reasons(owner) == [
        ("due", DUE_ON, 1),
        ("snoozed", DUE_ON + 8 * DAY, 0),
        ("due", DUE_ON, 14),
    ]
    assert Delivery.objects.get(user=owner).notices.count() == 3  # nobody sent it meanwhile


def test_on_its_day_it_is_told_once_even_if_it_falls_due_on_that_day(owner: User, item: Any) -> None:
    put_off(owner, item, DUE_ON, today=DUE_ON - 5 * DAY)
    sweep_often(at(DUE_ON - 5 * DAY), at(DUE_ON, 23))
    assert reasons(owner) == [("snoozed", DUE_ON, 0)]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
def test_by_the_days_of_its_owner(zone: str, owner: User, item: Any) -> None:
    lives_in(owner, zone)
    put_off(owner, item, DUE_ON + 3 * DAY, today=DUE_ON - DAY + 2 * DAY)
    sweep_often(at(DUE_ON + DAY), at(DUE_ON + 5 * DAY))
    assert [row for row in reasons(owner) if row[1] + row[2] * DAY != DUE_ON + 3 * DAY] == []
    notice = Notice.objects.get(user=owner)
    assert (notice.reason, notice.anchor_on) == ("snoozed", DUE_ON + 3 * DAY)


def test_what_was_done_meanwhile_is_told_no_more(owner: User, item: Any) -> None:
    put_off(owner, item, DUE_ON, today=DUE_ON - 5 * DAY)
    item.answer = "done"
    item.save()
    assert sweep(at(DUE_ON)) == 0


def test_it_is_told_after_days_without_a_sweep_and_late(owner: User, item: Any) -> None:
    sweep(at(DUE_ON - 5 * DAY))
    put_off(owner, item, DUE_ON - DAY, today=DUE_ON - 5 * DAY)
    assert sweep(at(DUE_ON + 2 * DAY)) == 2
    found = Notice.objects.order_by("pk").values_list("reason", "occurrence", "is_late", "delivery")
    mail = Delivery.objects.get().pk
    assert list(found) == [("due", 1, False, mail), ("snoozed", 0, True, mail)]


def test_ended_by_hand_reminders_go_on(owner: User, item: Any) -> None:
    sweep(at(DUE_ON - 6 * DAY))
    made = put_off(owner, item, DUE_ON, today=DUE_ON - 5 * DAY)
    assert sweep(at(DUE_ON - DAY)) == 0
    assert [snoozing.end(made, by=owner), snoozing.end(made, by=owner)] == [True, False]
    assert sweep(at(DUE_ON - DAY, 9)) == 1
    assert told(owner)[-1] == ("item_due", -1)
    assert list(Change.objects.filter(kind="snooze").order_by("pk").values_list("verb", flat=True)) == [
        "put_off",
        "taken_up",
    ]


def test_nobody_ends_the_pause_of_another(owner: User, lead: User, item: Any) -> None:
    made = put_off(owner, item, DUE_ON, today=DUE_ON - 5 * DAY)
    assert snoozing.end(made, by=lead) is False
    assert Snooze.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (DUE_ON - 5 * DAY, DUE_ON),  # not beyond the day it is due
        (DUE_ON, DUE_ON + 60 * DAY),  # that is today: so it is late soon, and waits with a reason
        (DUE_ON + 5 * DAY, DUE_ON + 65 * DAY),
        (DUE_ON - 100 * DAY, DUE_ON - 40 * DAY),
    ],
)
def test_until_when_at_most(today: date, last: date, owner: User, item: Any) -> None:
    for wrong in (today - DAY, today, last + DAY):
        with pytest.raises(Refused):
            put_off(owner, item, wrong, today=today)
    put_off(owner, item, last, today=today)
    assert Snooze.objects.get().until_on == last


def test_a_new_pause_takes_the_place_of_the_old_one(owner: User, item: Any) -> None:
    put_off(owner, item, DUE_ON - 4 * DAY, today=DUE_ON - 9 * DAY)
    put_off(owner, item, DUE_ON - 2 * DAY, today=DUE_ON - 9 * DAY)
    assert Snooze.objects.get(ended_at=None).until_on == DUE_ON - 2 * DAY
    assert sweep_often(at(DUE_ON - 9 * DAY), at(DUE_ON - 2 * DAY)) == 1


def test_one_form_makes_one_pause(owner: User, item: Any) -> None:
    first, again = (put_off(owner, item, DUE_ON, today=DUE_ON - DAY, key="a form") for _ in range(2))
    assert (first is None, again is None, Snooze.objects.count(), Change.objects.filter(verb="put_off").count()) == (
        False, True, 1, 1,
    )  # fmt: skip


def test_what_is_done_cannot_be_put_off(owner: User, item: Any) -> None:
    thing = snoozing.find(owner, "item_due", item.pk, today=DUE_ON)
    item.answer = "done"
    item.save()
    with pytest.raises(NotOwed):
        snoozing.put_off(thing, until_on=DUE_ON + DAY, reason=WHY, today=DUE_ON, by=owner)


def test_who_left_the_team_cannot_put_off(owner: User, item: Any) -> None:
    thing = snoozing.find(owner, "item_due", item.pk, today=DUE_ON)
    Membership.objects.filter(user=owner).delete()
    with pytest.raises(PermissionDenied):
        snoozing.put_off(thing, until_on=DUE_ON + DAY, reason=WHY, today=DUE_ON, by=owner)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_leave_one_pause(owner: User, item: Any) -> None:
    thing = snoozing.find(owner, "item_due", item.pk, today=DUE_ON)

    def wait() -> None:
        snoozing.put_off(thing, until_on=DUE_ON + DAY, reason=WHY, today=DUE_ON, by=owner)

    at_once(*[wait] * 8)
    assert Snooze.objects.filter(ended_at=None).count() == 1
