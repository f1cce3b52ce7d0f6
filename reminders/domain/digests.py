"""Making digests: one a week for everybody, and one a portfolio for its facilitators, at the hour they chose.

A row is made when the hour comes; what it says is read when it is sent, and nothing is sent when there is nothing
to say.
"""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import User, Watcher
from reminders.domain import marks, mornings, portfolio_week, week, wishes
from reminders.domain.digest_parts import PERIOD, Digest
from reminders.models import Delivery, Rhythm, SweepMark
from reminders.models.notices import MAIL_IS_WORTH

DAY = timedelta(days=1)
LOOKS_BACK = timedelta(days=6)  # whoever did not get theirs for longer gets the next one
HOURS = 24

# Those whose day and hour came in one of these zones; whoever has chosen none has the default.
INSERT = """
WITH person AS (
    SELECT person.id, slot.week_of
    FROM unnest(%(zones)s::text[], %(days)s::int[], %(hours)s::int[], %(weeks)s::date[])
        AS slot (zone, day, hour, week_of)
    JOIN accounts_user person ON person.time_zone = slot.zone AND person.is_active AND NOT person.is_demo
    LEFT JOIN reminders_rhythm rhythm ON rhythm.user_id = person.id
    WHERE CASE WHEN rhythm.user_id IS NULL THEN (slot.day, slot.hour) = (%(day)s, %(hour)s)
          ELSE slot.day = rhythm.digest_on AND slot.hour = rhythm.digest_hour END
), wanted AS (
    SELECT id, 'week' AS kind, NULL::bigint AS portfolio_id, week_of FROM person
    UNION ALL
    SELECT person.id, 'portfolio', watcher.portfolio_id, week_of
    FROM person JOIN accounts_watcher watcher ON watcher.user_id = person.id AND watcher.role = 'facilitator'
)
INSERT INTO reminders_delivery
    (user_id, kind, portfolio_id, week_of, made_at, expires_at, mail_wanted, mail_attempts, mail_error)
SELECT id, kind, portfolio_id, week_of, %(now)s, %(expires_at)s, true, 0, ''
FROM wanted
WHERE NOT EXISTS (
    SELECT FROM reminders_wish wish WHERE wish.user_id = wanted.id AND wish.kind = wanted.kind AND NOT wish.by_mail
)
ORDER BY id, kind, portfolio_id
ON CONFLICT DO NOTHING
"""


class Slot(NamedTuple):
    """An hour that struck in a zone; `week_of` is the Monday of the week in which that digest's time began."""

    zone: str
    day: int
    hour: int
    week_of: date


def make(now: datetime) -> int:
    """Makes the digests whose hour has come since the last sweep; returns how many. Sweeps may overlap."""
    began = time.monotonic()
    after = max(marks.through(SweepMark.Name.DIGESTS, now), now - LOOKS_BACK)
    slots = list(_slots(after, now)) if after < now else []
    made = _insert(slots, now) if slots else 0
    marks.leave(SweepMark.Name.DIGESTS, now, told=made, took=time.monotonic() - began)
    return made


def of(delivery: Delivery) -> Digest | None:
    """What a digest says when it is sent; None when nothing is to be said, or it is no longer wanted or allowed."""
    if not wishes.of(delivery.user).get(delivery.kind, wishes.DEFAULT).by_mail:
        return None
    since = delivery.made_at - PERIOD
    if delivery.portfolio is None:
        return week.read(delivery.user, since=since)
    role = Watcher.Role.FACILITATOR
    if not Watcher.objects.filter(user=delivery.user, portfolio=delivery.portfolio, role=role).exists():
        return None
    return portfolio_week.read(delivery.portfolio, by=delivery.user, since=since)


def comes_at(user: User, now: datetime) -> datetime | None:
    """When their next digest comes; None if they want none."""
    rhythm = Rhythm.objects.filter(user=user).first() or Rhythm(user=user)
    if rhythm.digest_on is None:
        return None
    today = mornings.local_day(now, user.zone)
    ahead = (rhythm.digest_on - today.weekday()) % 7
    moments = (mornings.moment_of(today + (ahead + 7 * weeks) * DAY, rhythm.digest_hour, user.zone) for weeks in (0, 1))
    return next(moment for moment in moments if moment > now)


def _slots(after: datetime, until: datetime) -> Iterator[Slot]:
    """Every hour that struck in between, in every zone somebody lives in."""
    names = User.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct()
    for name in names:
        yield from _struck(name, User(time_zone=name).zone, after, until)


def _struck(name: str, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[Slot]:
    first, last = mornings.local_day(after, zone), mornings.local_day(until, zone)
    for n in range((last - first).days + 1):
        day = first + n * DAY
        for hour in range(HOURS):
            if after < mornings.moment_of(day, hour, zone) <= until:
                yield Slot(name, day.weekday(), hour, day - day.weekday() * DAY - PERIOD)


def _insert(slots: list[Slot], now: datetime) -> int:
    zones, days, hours, weeks = (list(column) for column in zip(*slots, strict=True))
    default = Rhythm()
    values = {
        "zones": zones,
        "days": days,
        "hours": hours,
        "weeks": weeks,
        "day": default.digest_on,
        "hour": default.digest_hour,
        "now": now,
        "expires_at": now + MAIL_IS_WORTH,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        return cursor.rowcount
