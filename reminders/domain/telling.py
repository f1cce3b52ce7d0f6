"""Telling what is due: in everybody's own morning, on each occasion once, until it is done.

A sweep looks at all occasions of the days since the last one, so that nothing is lost while nobody swept.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import Any

from programs.domain import owed
from programs.domain.owed import RULES, Owed
from reminders.domain import escalating, listening, marks, noticing, rhythm, snoozing
from reminders.domain.listening import Listener
from reminders.domain.noticing import Telling
from reminders.models import Notice, SweepMark

DAY = timedelta(days=1)
LOOKS_BACK = timedelta(days=31)
PEOPLE_AT_ONCE = 100


def tell_due(now: datetime) -> int:
    """Tells what is due to everybody whose morning has come; returns how many notices are new.

    Sweeps may overlap: what one has told, the other finds told.
    """
    began = time.monotonic()
    first = _first_day(now)
    days = _anchors(first=first, last=now.date() + DAY)
    told = 0
    for group in _groups(owed.on(days, today=now.date())):
        below, above = _tellings(group, now=now, first=first), escalating.tellings(group, now=now, first=first)
        told += noticing.tell([*below, *above])
    for group in _groups(snoozing.over(first=first, last=now.date() + DAY)):
        told += noticing.tell(list(snoozing.tellings(group, now=now, first=first)))
    marks.leave(SweepMark.Name.DUE, now, told=told, took=time.monotonic() - began)
    return told


def _first_day(now: datetime) -> date:
    """The day before the last sweep: what was written late in somebody's evening is told the next morning."""
    return max(marks.told_to_all_through(SweepMark.Name.DUE, now), now - LOOKS_BACK).date() - DAY


def _anchors(*, first: date, last: date) -> set[date]:
    rules = RULES.values()
    wanted = {one for rule in rules for one in rhythm.occurrences(rule.lead_days, rule.after_days, has_due_date=True)}
    return rhythm.anchors(wanted, first=first, last=last)


def _groups(found: Iterable[Any]) -> Iterator[dict[int, list[Any]]]:
    """What belongs to some people at a time, by person, of what comes person by person."""
    people = ((user_id, list(things)) for user_id, things in groupby(found, key=lambda one: one.user_id))
    while group := dict(islice(people, PEOPLE_AT_ONCE)):
        yield group


def _tellings(things: dict[int, list[Owed]], *, now: datetime, first: date) -> Iterator[Telling]:
    """What is to be told to these people now of what they owe."""
    put_off = snoozing.until(things, first=first)
    for listener in listening.among(things, now=now, first=first):
        for one in things[listener.user.pk]:
            if telling := _telling(one, listener, put_off.get((one.user_id, one.kind, one.subject_id))):
                yield telling


def _telling(one: Owed, listener: Listener, put_off_until: date | None) -> Telling | None:
    """Its newest occasion since the last sweep, if there is one; none up to the day until which it was put off."""
    if one.anchor_on is None:
        return None
    first = max(listener.first, put_off_until + DAY) if put_off_until else listener.first
    wanted = rhythm.occurrences(one.lead_days, one.rule.after_days, has_due_date=one.due_on is not None)
    occurrence = rhythm.newest(one.anchor_on, wanted, first=first, last=listener.today)
    if occurrence is None:
        return None
    return listener.hears(one, Notice.Reason.DUE, anchor_on=one.anchor_on, occurrence=occurrence)
