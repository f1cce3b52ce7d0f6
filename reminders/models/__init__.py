"""Tables of what people are told, how they want to be told, and what was sent."""

from reminders.models.choices import CalendarEvent, CalendarFeed, ChasingPlan, Rhythm, Snooze, Wish
from reminders.models.notices import Delivery, Notice, SweepMark

__all__ = [
    "CalendarEvent",
    "CalendarFeed",
    "ChasingPlan",
    "Delivery",
    "Notice",
    "Rhythm",
    "Snooze",
    "SweepMark",
    "Wish",
]
