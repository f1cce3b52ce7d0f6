"""Things that are due, people in their time zones, and sweeps at a moment of the test's choice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

from accounts.models import User
from programs.models import ItemAnswer, Program
from reminders.domain import telling
from reminders.models import Notice, Rhythm

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")  # UTC+7, no summer time
DUE_ON = date(2027, 3, 31)


def item_of(program: Program, number: str = "1.1", **fields: Any) -> ItemAnswer:
    """One item of the program, changed."""
    row = ItemAnswer.objects.select_related("item", "plan__step").get(plan__program=program, item__number=number)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def lives_in(user: User, zone: str = "Asia/Phnom_Penh", *, morning: int = 8) -> User:
    """The person, at home in a time zone, who gets up at an hour."""
    user.time_zone = zone
    user.save(update_fields=["time_zone"])
    user.rhythm = Rhythm.objects.update_or_create(user=user, defaults={"morning": morning})[0]
    return user


def at(day: date, hour: int = 8, minute: int = 0, *, zone: ZoneInfo = PHNOM_PENH) -> datetime:
    """That moment on the clock of the zone, in UTC."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def sweep(moment: datetime) -> int:
    """Sweeps as if it were that moment; returns how many notices are new."""
    with time_machine.travel(moment, tick=False):
        return telling.tell_due(moment)


def sweep_often(first: datetime, last: datetime) -> int:
    """Sweeps every four hours from the first moment to the last, the first and the last included."""
    told = 0
    while first < last:
        told += sweep(first)
        first += timedelta(hours=4)
    return told + sweep(last)


def told(user: User) -> list[tuple[str, int]]:
    """What somebody was told, in order: the kind, and how many days from its anchor."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", "occurrence"))
