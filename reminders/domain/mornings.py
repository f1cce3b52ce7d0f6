"""When somebody's morning is: local days and hours in any time zone, plain Python.

All moments passed in and out are aware and in UTC; days are local days of the zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GAP_AT_MOST = timedelta(hours=24)  # Samoa skipped a whole day in 2011


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The day it is in the zone."""
    return now.astimezone(zone).date()


def moment_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """When the hour (0 to 23) strikes on that day in the zone.

    Where clocks are put forward over it, the first moment after the gap; where it comes twice, the first time.
    """
    wanted = datetime.combine(day, time(hour), zone)
    moment = wanted.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return moment
    return _end_of_gap(wanted, moment)


def is_waking(now: datetime, zone: ZoneInfo, *, morning: int, evening: int) -> bool:
    """Whether it is `morning` o'clock or later in the zone, and not `evening` o'clock yet."""
    return morning <= now.astimezone(zone).hour < evening


def _end_of_gap(wanted: datetime, moment: datetime) -> datetime:
    """The first moment at which the zone's clock shows the wanted time or more, found by halving to the second."""
    shown = wanted.replace(tzinfo=None)
    low, high = moment - GAP_AT_MOST, moment + GAP_AT_MOST
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(wanted.tzinfo).replace(tzinfo=None) < shown:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
