"""Things that happen in a program by day, and sweeps of news a moment later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from django.db.models import Model

from accounts.models import User
from programs.domain import gates
from programs.domain.gates import Decision, NewCondition, Outcome
from programs.models import GateReview, Program, StepPlan
from reminders.domain import announcing, letters
from reminders.models import Delivery, Notice
from reminders.tests.due_cases import at

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
TODAY = date(2027, 3, 31)
NOON = at(TODAY, 12)


@contextmanager
def moment(now: datetime = NOON) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def plan_of(program: Program, number: int = 1) -> StepPlan:
    return StepPlan.objects.select_related("step", "program").get(program=program, step__number=number)


def submit(program: Program, *, to: User, by: User, now: datetime = NOON, number: int = 1) -> GateReview:
    with moment(now):
        promised = now.date() + 14 * DAY
        return gates.submit(plan_of(program, number), reviewer=to, promised_on=promised, message="Please look", by=by)


def decide(review: GateReview, outcome: str, *, by: User, now: datetime = NOON, **details: Any) -> GateReview:
    with moment(now):
        return gates.decide(review, Decision(outcome, "The reasons", **details), by=by)


def condition(owner: User, text: str = "Train the supervisors") -> NewCondition:
    return NewCondition(text, TODAY + 30 * DAY, owner)


def date_back(row: Model, **moments: datetime) -> None:
    """Gives a row the moments its database would have given it at that time."""
    type(row)._default_manager.filter(pk=row.pk).update(**moments)


def sweep(now: datetime = NOON + MINUTE) -> int:
    with moment(now):
        return announcing.tell_news(now)


def begin(now: datetime = NOON - MINUTE) -> None:
    """The first sweep there was."""
    sweep(now)


def news(user: User) -> list[str]:
    """What somebody was told, in words, in order."""
    from reminders.domain import noticing

    return [noticing.owed_of(one).text for one in Notice.objects.filter(user=user, reason="news").order_by("pk")]


def mail_to(user: User, now: datetime = NOON + MINUTE) -> Any:
    """Their newest mail as it would be written now."""
    with moment(now):
        return letters.write(Delivery.objects.filter(user=user).latest("pk"))


GO, CONDITIONS, HOLD, RETURNED = Outcome.GO, Outcome.CONDITIONS, Outcome.HOLD, Outcome.RETURNED
