"""On which days something is told: some before it is due, then less and less often until it is done; plain Python."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

DAY = timedelta(days=1)


def occurrences(lead_days: Iterable[int], after_days: Iterable[int], *, has_due_date: bool) -> list[int]:
    """The occasions of one thing, as days from its anchor, in order: -7 is a week before it is due.

    Without a due date there is nothing to lead up to: the anchor is then the day somebody began to wait.
    """
    before = [-lead for lead in lead_days] if has_due_date else []
    return sorted({*before, *after_days})


def newest(anchor: date, wanted: Collection[int], *, first: date, last: date) -> int | None:
    """The latest of the wanted occasions that falls on a day from `first` to `last`; None if none does.

    Earlier ones that were missed are not made up for: one word is enough.
    """
    return max((one for one in wanted if first <= anchor + one * DAY <= last), default=None)


def anchors(wanted: Iterable[int], *, first: date, last: date) -> set[date]:
    """The anchors of which an occasion falls on a day from `first` to `last`."""
    days = range((last - first).days + 1)
    return {first + (day - one) * DAY for day in days for one in wanted}
