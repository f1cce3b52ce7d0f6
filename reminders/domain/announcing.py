"""Telling what happened, within a minute: in the inbox at any hour, by mail as soon as it is day for the reader.

A sweep looks at everything since the last one and a little before, for what was committed late; what was told
already stays told.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from django.db import connection

from accounts.models import User
from programs.domain.owed import Owed
from reminders.domain import marks, mornings, news_sql, noticing, wishes
from reminders.domain.noticing import Telling
from reminders.models import Delivery, Notice, SweepMark
from reminders.models.choices import EVENING

DAY = timedelta(days=1)
OVERLAP = timedelta(minutes=5)  # longer than any transaction may last
LOOKS_BACK = timedelta(days=31)
LATE_AFTER = timedelta(days=1)
PEOPLE_AT_ONCE = 100
Happened = dict[int, list[Owed]]


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is to be told, and from when on by mail (None: at once)."""

    tellings: list[Telling]
    mail_from: datetime | None


def tell_news(now: datetime) -> int:
    """Tells everybody what happened to them since the last sweep; returns how many notices are new."""
    began = time.monotonic()
    after = max(marks.through(SweepMark.Name.NEWS, now), now - LOOKS_BACK) - OVERLAP
    people, told = _by_person(_lately(after, now)), 0
    while group := dict(islice(people, PEOPLE_AT_ONCE)):
        told += _tell(group, now=now)
    marks.leave(SweepMark.Name.NEWS, now, told=told, took=time.monotonic() - began)
    return told


def still_true(delivery: Delivery) -> list[Owed]:
    """What a mail speaks of, as it is now: without what was taken back, seen in the inbox, or is not wanted by mail."""
    notices = list(delivery.notices.filter(done_at=None, read_at=None))
    chosen = wishes.of(delivery.user)
    wanted = [noticing.owed_of(one) for one in notices if chosen.get(one.kind, wishes.DEFAULT).by_mail]
    known = {_key(one) for one in wanted}
    return [one for one in _again(delivery.user_id, wanted) if _key(one) in known]


def day_of(user: User, now: datetime) -> datetime | None:
    """When the person's next morning begins, if it is night there; None by day. Needs their rhythm."""
    morning, zone = wishes.rhythm_of(user).morning, user.zone
    if mornings.is_waking(now, zone, morning=morning, evening=EVENING):
        return None
    today = mornings.local_day(now, zone)
    soon = mornings.moment_of(today, morning, zone)
    return soon if soon > now else mornings.moment_of(today + DAY, morning, zone)


def _tell(group: Happened, *, now: datetime) -> int:
    told = list(_told(group, now=now))
    mail_from = {one.tellings[0].owed.user_id: one.mail_from for one in told if one.mail_from}
    tellings = [telling for one in told for telling in one.tellings]
    return noticing.tell(tellings, kind=Delivery.Kind.NEWS, mail_from=mail_from)


def _told(group: Happened, *, now: datetime) -> Iterator[Told]:
    people = User.objects.filter(pk__in=list(group), is_active=True).select_related("rhythm").order_by("pk")
    chosen = wishes.of_people(group)
    for user in people:
        ways = chosen.get(user.pk, {})
        tellings = [
            _telling(one, ways.get(one.kind, wishes.DEFAULT), gets_mail=not user.is_demo, now=now)
            for one in group[user.pk]
        ]
        yield Told(tellings, day_of(user, now))


def _telling(one: Owed, ways: wishes.Ways, *, gets_mail: bool, now: datetime) -> Telling:
    happened_at = _moment(one)
    return Telling(
        one,
        Notice.Reason.NEWS,
        happened_at.date(),
        occurrence=_minute(happened_at),
        by_mail=ways.by_mail and gets_mail,
        in_inbox=ways.in_inbox,
        is_late=now - happened_at > LATE_AFTER,
    )


def _minute(moment: datetime) -> int:
    """Of its day: what happens to the same row twice in a day (sent back, met) is news twice."""
    return 60 * moment.hour + moment.minute


def _lately(after: datetime, until: datetime) -> Iterator[Owed]:
    """Person by person, and never all in memory."""
    days = [after.date() + n * DAY for n in range((until.date() - after.date()).days + 1)]
    values: dict[str, Any] = {"after": after, "until": until, "days": days}
    with connection.chunked_cursor() as cursor:
        cursor.execute(news_sql.ALL.format(whose="", **news_sql.LATELY), values)
        yield from (Owed(*row) for row in cursor)


def _again(user_id: int, told: list[Owed]) -> list[Owed]:
    """Those of them that are so still."""
    if not told:
        return []
    moments = {_moment(one) for one in told}
    values: dict[str, Any] = {"user": user_id, "moments": list(moments), "days": list({one.date() for one in moments})}
    with connection.cursor() as cursor:
        cursor.execute(news_sql.ALL.format(whose="WHERE user_id = %(user)s", **news_sql.AGAIN), values)
        return [Owed(*row) for row in cursor.fetchall()]


def _key(one: Owed) -> tuple[str, int, datetime]:
    return one.kind, one.subject_id, _moment(one)


def _moment(one: Owed) -> datetime:
    if one.since is None:
        raise ValueError(f"{one.kind} {one.subject_id} happened at no moment.")
    return one.since


def _by_person(found: Iterable[Owed]) -> Iterator[tuple[int, list[Owed]]]:
    return ((user_id, list(things)) for user_id, things in groupby(found, key=lambda one: one.user_id))
