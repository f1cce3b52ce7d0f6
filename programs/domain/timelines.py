"""The timeline of a step: every turn through its gate, with its loops, and every second look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum, auto
from typing import Any

from django.utils import timezone

from accounts.models import User
from journal.models import Change
from programs.domain.reviewing import turns_of
from programs.models import GateReview, StepPlan

LOOKED, WITHDRAWN = "looked_again", "withdrawn"


class Kind(StrEnum):
    """What happened at the gate."""

    SUBMITTED = auto()
    WITHDRAWN = auto()
    DECIDED = auto()
    RETURNED_HERE = auto()  # by the decision on a later step
    LOOKED_AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `on` is its day as people count it, `at` its place in the order."""

    kind: Kind
    at: datetime
    on: date
    who: User | None
    review: GateReview | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened at the gate of a step, newest first. `loops` counts how often it went back."""

    events: Sequence[Event]
    waiting: GateReview | None
    loops: int


def read(plan: StepPlan) -> Timeline:
    """The whole timeline in four queries."""
    turns = list(turns_of(plan).prefetch_related("conditions__owner"))
    words = list(_words(plan))
    withdrawn_by = {_said(change, "review"): change.actor for change in words if change.verb == WITHDRAWN}
    events = [event for turn in turns for event in _events(turn, plan, withdrawn_by.get(turn.pk))]
    events += [_looked(change) for change in words if change.verb == LOOKED]
    waiting = (turn for turn in turns if turn.plan_id == plan.pk and not turn.outcome and turn.withdrawn_at is None)
    return Timeline(
        events=sorted(events, key=lambda event: event.at, reverse=True),
        waiting=next(waiting, None),
        loops=sum(turn.returned_to_id == plan.pk for turn in turns),
    )


def _events(turn: GateReview, plan: StepPlan, withdrawn_by: User | None) -> Iterator[Event]:
    is_own = turn.plan_id == plan.pk
    if is_own and turn.submitted_at:
        yield Event(Kind.SUBMITTED, turn.submitted_at, _day(turn.submitted_at), turn.submitted_by, turn)
    if is_own and turn.withdrawn_at:
        yield Event(Kind.WITHDRAWN, turn.withdrawn_at, _day(turn.withdrawn_at), withdrawn_by, turn)
    if turn.decided_at and turn.decided_on:
        # A decision recorded later stands where it was made, not where it was entered.
        at = _noon(turn.decided_on) if turn.is_recorded_later else turn.decided_at
        yield Event(Kind.DECIDED if is_own else Kind.RETURNED_HERE, at, turn.decided_on, turn.decided_by, turn)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def _looked(change: Change) -> Event:
    return Event(Kind.LOOKED_AGAIN, change.at, _day(change.at), change.actor, why=_said(change, "reasons"))


def _said(change: Change, name: str) -> Any:
    return (change.new or {}).get(name, "")


def _words(plan: StepPlan) -> Iterator[Change]:
    changes = Change.objects.about("plan", plan.pk).filter(verb__in=(LOOKED, WITHDRAWN))
    return changes.newest_first().iterator()


def _day(at: datetime) -> date:
    return timezone.localdate(at)
