"""On which days something is told: plain counting of days from the due date, whatever the calendar looks like."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest

from programs.domain.owed import AFTER_DAYS, LEAD_DAYS
from reminders.domain.rhythm import anchors, newest, occurrences

DAY = timedelta(days=1)
USUAL = [-30, -7, -1, 0, 1, 3, 7, 14, 30, 60, 120, 240]
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)


def test_the_usual_occasions() -> None:
    assert occurrences(LEAD_DAYS, AFTER_DAYS, has_due_date=True) == USUAL


def test_where_nothing_is_due_there_is_nothing_to_lead_up_to() -> None:
    assert occurrences(LEAD_DAYS, AFTER_DAYS, has_due_date=False) == list(AFTER_DAYS)


def test_a_kind_may_end_with_its_day() -> None:
    assert occurrences((7, 1), (), has_due_date=True) == [-7, -1]


def test_less_and_less_often() -> None:
    pauses = [later - sooner for sooner, later in pairwise(AFTER_DAYS)]
    assert pauses == sorted(pauses)


@pytest.mark.parametrize(
    ("first", "last", "found"), [(0, 0, 0), (2, 2, None), (1, 7, 7), (-40, -31, None), (4, 6, None)]
)
def test_the_newest_occasion_of_some_days(first: int, last: int, found: int | None) -> None:
    anchor = date(2027, 3, 31)
    assert newest(anchor, USUAL, first=anchor + first * DAY, last=anchor + last * DAY) == found


def test_ends_of_months_are_days_as_any_other() -> None:
    """Everything due on each of the last days of every month of seven years is told on 12 days, each once."""
    ends = [date(year, month, monthrange(year, month)[1]) for year in range(2024, 2031) for month in range(1, 13)]
    due = [end - number * DAY for end in ends for number in range(4)]
    for anchor in due:
        days = [anchor + offset * DAY for offset in range(-31, 242)]
        told = [day for day in days if newest(anchor, USUAL, first=day, last=day) is not None]
        assert told == [anchor + one * DAY for one in USUAL]


def test_looking_at_several_days_at_once_misses_none() -> None:
    """Whatever stretches of days are looked at, each thing's newest occasion in them is among those asked for."""
    day = FIRST
    while day < LAST:
        last = day + (day.toordinal() % 5) * DAY
        asked = anchors(USUAL, first=day, last=last)
        around = [day + number * DAY for number in range(-250, 40)]
        assert asked == {one for one in around if newest(one, USUAL, first=day, last=last) is not None}
        day = last + 29 * DAY
