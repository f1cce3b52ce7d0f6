"""When somebody's morning is: in all zones, around every change of their clocks from 2024 to 2030.

Compared with a table made another way: by walking through each day and looking at the clock.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from reminders.domain.mornings import is_waking, local_day, moment_of

Find = Callable[[date, int, ZoneInfo], datetime]
Morning = tuple[date, int, datetime]  # its day and hour, and the moment it should be
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
HOURS = (0, 2, 3, 8, 23)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ENDS_OF_MONTHS = [date(year, month, 1) - DAY for year in range(2024, 2031) for month in range(1, 13)]


def offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The first moments (in UTC, to the minute) at which the zone's clocks are set otherwise than before."""
    sooner = datetime.combine(FIRST, time(), UTC)
    before = offset(sooner, zone)
    while sooner.date() <= LAST:
        later = sooner + 7 * DAY
        after = offset(later, zone)
        if before != after:
            yield _between(sooner, later, zone)
        sooner, before = later, after


def _between(sooner: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    before = offset(sooner, zone)
    while later - sooner > MINUTE:
        middle = sooner + (later - sooner) // 2
        sooner, later = (middle, later) if offset(middle, zone) == before else (sooner, middle)
    return later.replace(second=0, microsecond=0)


def walked(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """By walking: the first moment at which the clock shows the hour of that day, or more."""
    wanted = datetime.combine(day, time(hour))
    moment = wanted.replace(tzinfo=UTC) - offset(wanted.replace(tzinfo=UTC) - DAY, zone) - 3 * HOUR
    for step in (15 * MINUTE, MINUTE):  # no clock is set back sooner than a quarter after a full hour
        while (moment + step).astimezone(zone).replace(tzinfo=None) < wanted:
            moment += step
    return moment + MINUTE


def mornings_of(zone: ZoneInfo, changed: Sequence[datetime]) -> list[list[Morning]]:
    """Around each change of the clocks, and at the other ends of months: mornings in the order of their days."""
    middles = [change.astimezone(zone).date() for change in changed]
    around = [[middle - DAY, middle, middle + DAY] for middle in middles]
    usual = sorted(set(ENDS_OF_MONTHS) - {day for days in around for day in days})
    found = [[(day, hour, walked(day, hour, zone)) for day in days] for days in around for hour in HOURS]
    for hour in HOURS:
        found.append([(day, hour, datetime.combine(day, time(hour), zone).astimezone(UTC)) for day in usual])
    return found


def wrong_ones(find: Find, zones: Iterable[str]) -> tuple[int, list[tuple[str, date, int]]]:
    """How many mornings were looked at, and which were found at another moment than by walking, or out of order."""
    count, wrong = 0, []
    known: dict[Any, list[list[Morning]]] = {}  # many zones have the same clock under other names
    for name in zones:
        zone = ZoneInfo(name)
        changed = list(changes(zone))
        clock = (offset(datetime.combine(FIRST, time(), UTC), zone), *((one, offset(one, zone)) for one in changed))
        for stretch in known.get(clock) or known.setdefault(clock, mornings_of(zone, changed)):
            found = [find(day, hour, zone) for day, hour, _right in stretch]
            in_order = all(sooner < later for sooner, later in pairwise(found))
            pairs = zip(stretch, found, strict=True)
            wrong += [(name, day, hour) for (day, hour, right), moment in pairs if moment != right or not in_order]
            count += len(stretch)
    return count, wrong


def test_every_morning_of_every_zone_comes_once_and_in_order() -> None:
    count, wrong = wrong_ones(moment_of, sorted(available_timezones()))
    assert (wrong, count >= 100_000) == ([], True)


def ignoring_gaps(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def the_second_of_two(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour, fold=1), zone).astimezone(UTC)


def as_at_midnight(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC) + hour * HOUR


def as_in_winter(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), UTC) - offset(datetime(2024, 1, 1, tzinfo=UTC), zone)


@pytest.mark.parametrize("mistake", [ignoring_gaps, the_second_of_two, as_at_midnight, as_in_winter])
def test_usual_mistakes_would_be_seen(mistake: Find) -> None:
    _count, wrong = wrong_ones(mistake, ["Europe/Berlin", "Africa/Cairo", "Antarctica/Troll", "Pacific/Chatham"])
    assert len(wrong) > 10


@pytest.mark.parametrize(
    ("zone", "day", "hour", "moment"),
    [
        ("Asia/Phnom_Penh", date(2027, 3, 31), 8, "2027-03-31 01:00"),
        ("Europe/Berlin", date(2027, 3, 28), 2, "2027-03-28 01:00"),  # 2 o'clock is not there: at 3
        ("Europe/Berlin", date(2027, 10, 31), 2, "2027-10-31 00:00"),  # twice: the first time
        ("Africa/Cairo", date(2027, 4, 30), 0, "2027-04-29 22:00"),  # a day that begins at 1
        ("Australia/Lord_Howe", date(2027, 10, 3), 2, "2027-10-02 15:30"),  # half an hour forward
        ("Pacific/Kiritimati", date(2027, 1, 1), 8, "2026-12-31 18:00"),
        ("Pacific/Apia", date(2011, 12, 30), 8, "2011-12-30 10:00"),  # a day that was left out: when the next began
    ],
)
def test_a_morning(zone: str, day: date, hour: int, moment: str) -> None:
    assert moment_of(day, hour, ZoneInfo(zone)) == datetime.fromisoformat(f"{moment}+00:00")


@pytest.mark.parametrize(("clock", "wakes"), [("07:59", False), ("08:00", True), ("19:59", True), ("20:00", False)])
def test_waking_hours(clock: str, wakes: bool) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    now = datetime.fromisoformat(f"2027-03-31T{clock}").replace(tzinfo=zone).astimezone(UTC)
    assert is_waking(now, zone, morning=8, evening=20) == wakes


def test_the_day_it_is_somewhere() -> None:
    now = datetime(2027, 3, 31, 12, tzinfo=UTC)
    days = [local_day(now, ZoneInfo(name)).day for name in ("Pacific/Kiritimati", "UTC", "Etc/GMT+12")]
    assert days == [1, 31, 31]
