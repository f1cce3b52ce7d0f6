"""Telling what is due: on its days, in everybody's own morning, once, until it is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.domain import mailing
from accounts.models import User
from journal.tests.haste import at_once
from programs.models import Program
from reminders.domain import inbox, letters, marks, telling
from reminders.models import Delivery, Notice, Snooze, SweepMark, Wish
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep, sweep_often, told

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def owner(editor: User) -> User:
    return lives_in(editor)


@pytest.fixture(autouse=True)
def item(program: Program, owner: User) -> Any:
    return item_of(program, owner=owner, due_on=DUE_ON)


def test_it_is_told_on_its_days_and_on_no_other(owner: User) -> None:
    sweep_often(at(DUE_ON - 40 * DAY), at(DUE_ON + 15 * DAY, 23))
    assert told(owner) == [("item_due", days) for days in (-30, -7, -1, 0, 1, 3, 7, 14)]


def test_each_morning_at_the_hour_of_its_owner(owner: User) -> None:
    lives_in(owner, morning=9)
    day = DUE_ON - 7 * DAY
    assert [sweep(at(day, hour, minute)) for hour, minute in ((8, 59), (9, 0), (9, 1), (19, 59))] == [0, 1, 0, 0]


def test_at_night_nobody_is_told_anything(owner: User) -> None:
    day = DUE_ON - 7 * DAY
    assert sweep(at(day - DAY, 22)) == 0
    assert sweep(at(day, 20)) == 0  # written in the evening, say
    assert sweep(at(day + DAY, 7)) == 0
    assert sweep(at(day + DAY, 8)) == 1
    assert told(owner) == [("item_due", -7)]


def test_the_newest_of_what_was_missed_is_told_once_and_marked_late(owner: User) -> None:
    sweep(at(DUE_ON - 40 * DAY))
    assert sweep(at(DUE_ON + 5 * DAY)) == 1
    assert list(Notice.objects.values_list("occurrence", "is_late")) == [(3, True)]


@pytest.mark.parametrize("hour", [2, 8, 22])
def test_who_slept_when_sweeping_went_on_is_told_what_was_missed(owner: User, hour: int) -> None:
    sweep(at(DUE_ON - 10 * DAY))
    told_at = sweep_often(at(DUE_ON - 5 * DAY, hour), at(DUE_ON - 3 * DAY))
    assert (told_at, told(owner)) == (1, [("item_due", -7)])
    assert Notice.objects.get().is_late


def test_a_pause_is_made_up_for_and_then_forgotten(owner: User) -> None:
    began, resumed = at(DUE_ON - 10 * DAY), at(DUE_ON - 5 * DAY)
    sweep(began)
    sweep_often(resumed, resumed + 20 * HOUR)
    name = SweepMark.Name.DUE
    assert marks.told_to_all_through(name, resumed + 24 * HOUR) == began
    assert marks.told_to_all_through(name, resumed + 26 * HOUR) == marks.through(name, resumed + 26 * HOUR)


def test_what_is_done_is_told_no_more(owner: User, item: Any) -> None:
    assert sweep(at(DUE_ON)) == 1
    item.answer = "done"
    item.save()
    assert sweep(at(DUE_ON + DAY)) == 0


def test_a_new_date_is_told_anew(owner: User, item: Any) -> None:
    sweep(at(DUE_ON - DAY))
    item.due_on = DUE_ON + 7 * DAY
    item.save()
    assert sweep(at(DUE_ON)) == 1
    assert told(owner) == [("item_due", -1), ("item_due", -7)]


def test_one_mail_carries_all_that_somebody_hears_at_once(owner: User, program: Program) -> None:
    item_of(program, "1.2", owner=owner, due_on=DUE_ON + 7 * DAY)
    assert sweep(at(DUE_ON)) == 2
    carried = Delivery.objects.get()
    assert (carried.user, carried.kind, carried.notices.count()) == (owner, "due", 2)
    owner.refresh_from_db()
    assert owner.unread_count == 2


def test_a_mail_nobody_has_begun_to_send_takes_along_what_is_told_next(owner: User) -> None:
    sweep(at(DUE_ON))
    sweep(at(DUE_ON + DAY))
    assert Delivery.objects.get().notices.count() == 2
    Delivery.objects.update(mail_attempts=1, mail_faults=1)  # somebody tries now, or died trying
    sweep(at(DUE_ON + 3 * DAY))
    assert [one.notices.count() for one in Delivery.objects.order_by("pk")] == [2, 1]


def test_a_mail_server_that_was_away_for_days_brings_one_mail(owner: User, settings: Any) -> None:
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "reminders.tests.test_send_due.DeadServer"
    numbers = set()
    for days in (0, 1, 3):
        sweep(at(DUE_ON + days * DAY))
        Delivery.objects.update(mail_not_before=None)
        mailing.send_waiting()
        numbers.add(letters.write(Delivery.objects.get()).extra_headers["Message-ID"])
    settings.EMAIL_BACKEND = good
    Delivery.objects.update(mail_not_before=None)
    mailing.send_waiting()
    [sent] = mail.outbox
    assert (Delivery.objects.get().notices.count(), len(numbers)) == (3, 3)
    assert sent.extra_headers["Message-ID"] in numbers


def test_by_the_ways_they_chose(owner: User) -> None:
    Wish.objects.create(user=owner, kind="item_due", by_mail=False, in_inbox=False)
    assert sweep(at(DUE_ON)) == 1  # it is written down all the same
    owner.refresh_from_db()
    assert (Notice.objects.in_inbox().count(), Delivery.objects.count(), owner.unread_count) == (0, 0, 0)


def test_the_newest_word_on_a_thing_stands_in_the_inbox(owner: User, program: Program) -> None:
    item_of(program, "1.2", owner=owner, due_on=DUE_ON)
    sweep(at(DUE_ON - 7 * DAY))
    inbox.put_away(Notice.objects.filter(user=owner).earliest("pk"))
    for days in (-1, 0, 1):
        sweep(at(DUE_ON + days * DAY))
    standing = Notice.objects.filter(user=owner, is_in_inbox=True).order_by("pk")
    assert [(one.occurrence, one.done_at is None) for one in standing] == [(-7, False), (1, True), (1, True)]
    owner.refresh_from_db()
    assert (owner.unread_count, Notice.objects.filter(user=owner).count()) == (2, 8)


def test_who_is_made_up_gets_no_mail(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_demo=True)
    assert sweep(at(DUE_ON)) == 1
    owner.refresh_from_db()
    assert (Delivery.objects.count(), owner.unread_count) == (0, 1)


def test_what_is_put_off_is_not_told(owner: User, item: Any, program: Program) -> None:
    put_off = {"kind": "item_due", "subject_id": item.pk, "reason": "Waits for the ministry"}
    Snooze.objects.create(user=owner, program=program, until_on=DUE_ON + DAY, **put_off)
    assert [sweep(at(DUE_ON)), sweep(at(DUE_ON + DAY))] == [0, 1]


def test_who_is_closed_out_is_told_nothing(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert sweep(at(DUE_ON)) == 0


def test_a_clock_that_jumps_back_tells_nothing_again(owner: User) -> None:
    sweep_often(at(DUE_ON - 7 * DAY), at(DUE_ON))
    assert sweep_often(at(DUE_ON - 7 * DAY), at(DUE_ON)) == 0
    assert SweepMark.objects.get().through == at(DUE_ON)


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_tell_it_once(owner: User, program: Program) -> None:
    for number in ("1.2", "1.3", "2.1"):
        item_of(program, number, owner=owner, due_on=DUE_ON)
    results = at_once(*[lambda: telling.tell_due(at(DUE_ON))] * 8)
    assert (sum(results), Notice.objects.count(), Delivery.objects.count()) == (4, 4, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int, owner: User, lead: User, program: Program, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in ("1.2", "1.3")[: count - 1]:
        item_of(program, number, owner=owner, due_on=DUE_ON)
    item_of(program, "2.1", owner=lives_in(lead), due_on=DUE_ON)
    sweep(at(DUE_ON - 40 * DAY))
    with django_assert_num_queries(20):
        assert sweep(at(DUE_ON)) == count + 1
