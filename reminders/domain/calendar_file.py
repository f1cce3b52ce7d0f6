"""A calendar file (RFC 5545) of days on which things are due. Plain Python: of the same entries the same bytes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

MAKER = "-//ScaleUp//What is due//EN"
ASK_AGAIN_AFTER = timedelta(hours=6)  # a wish: each calendar has its own habit
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day on which one thing is due.

    `uid` names the thing for ever; `sequence` rises and `changed_at` (aware) moves on with its day and its title.
    """

    uid: str
    day: date
    title: str
    category: str
    url: str
    sequence: int
    changed_at: datetime


def written(entries: Iterable[Entry], *, name: str, alarm: timedelta | None) -> bytes:
    """The file, with entries in the order of their days.

    `alarm` is the time from midnight at the beginning of its day to the alarm of an entry (negative: on a day
    before); None for no alarms.
    """
    calendar = Calendar()
    for key, value in (("prodid", MAKER), ("version", "2.0"), ("calscale", "GREGORIAN"), ("name", name)):
        calendar.add(key, value)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in sorted(entries, key=lambda one: (one.day, one.uid)):
        calendar.add_component(_event(entry, alarm))
    return bytes(calendar.to_ical())


def _event(entry: Entry, alarm: timedelta | None) -> Event:
    """All day, and nobody is busy for it. Without a method, DTSTAMP says when it was last changed."""
    said: dict[str, Any] = {
        "uid": entry.uid,
        "dtstamp": entry.changed_at,
        "last-modified": entry.changed_at,
        "sequence": entry.sequence,
        "dtstart": entry.day,
        "dtend": entry.day + DAY,
        "transp": "TRANSPARENT",
        "status": "CONFIRMED",
        "summary": entry.title,
        "categories": [entry.category],
        "url": entry.url,
    }
    event = Event()
    for key, value in said.items():
        event.add(key, value)
    if alarm is not None:
        event.add_component(_alarm(entry, alarm))
    return event


def _alarm(entry: Entry, alarm: timedelta) -> Alarm:
    found = Alarm()
    for key, value in (("action", "DISPLAY"), ("description", entry.title), ("trigger", alarm)):
        found.add(key, value)
    return found
