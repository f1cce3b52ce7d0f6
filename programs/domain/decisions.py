"""What a decision says, and what each outcome must say to be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from programs.domain.passing import Steps, needs_waiver
from programs.models import GateReview, Membership, StepPlan, StepState

Outcome = GateReview.Outcome
PASSING = frozenset({Outcome.GO, Outcome.CONDITIONS})


class Incomplete(Exception):
    """Something is missing or cannot be so; `field` names what, the message says it in words."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewCondition:
    """A condition as the reviewer writes it; its owner is on the team."""

    text: str
    due_on: date
    owner: User | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decides, with everything that belongs to the outcome. `return_to` is a step's number."""

    outcome: str
    reasons: str
    signers: Sequence[str] = ()
    conditions: Sequence[NewCondition] = ()
    return_to: int | None = None
    look_again_on: date | None = None
    waiver: str = ""

    @property
    def passes(self) -> bool:
        return self.outcome in PASSING


class Past(NamedTuple):
    """A decision made before the program came here."""

    plan: StepPlan
    decision: Decision
    decided_on: date


def check(decision: Decision, plan: StepPlan, steps: Steps, *, is_past: bool = False) -> None:
    """Raises Incomplete when the outcome lacks what belongs to it."""
    if not decision.reasons.strip():
        raise Incomplete("reasons", _("Give the reasons: the team must be able to act on them."))
    if decision.outcome == Outcome.HOLD and decision.look_again_on is None:
        raise Incomplete("look_again_on", _("Choose the day on which you will look again."))
    if decision.outcome == Outcome.RETURNED:
        _check_return(decision, plan, steps)
    if decision.outcome == Outcome.CONDITIONS:
        _check_conditions(decision, plan, is_past=is_past)
    if decision.passes and needs_waiver(plan, steps.plans) and not decision.waiver.strip():
        raise Incomplete("waiver", _("Steps 1 to 6 have not all passed. Say why this one may pass before them."))


def _check_return(decision: Decision, plan: StepPlan, steps: Steps) -> None:
    target = steps.numbered(decision.return_to)
    if target is None or target.step.number > plan.step.number:
        raise Incomplete("return_to", _("Choose this step or an earlier one."))
    if target is not plan and target.state == StepState.SUBMITTED:
        message = _("Step %(number)s itself waits for a decision. Decide on it first.")
        raise Incomplete("return_to", message % {"number": decision.return_to})


def _check_conditions(decision: Decision, plan: StepPlan, *, is_past: bool) -> None:
    if not decision.conditions and not is_past:
        raise Incomplete("conditions", _("Write at least one condition, or choose “Go”."))
    owners = {condition.owner.pk if condition.owner else None for condition in decision.conditions}
    if is_past:
        owners.discard(None)
    team = Membership.objects.filter(program=plan.program_id).values_list("user", flat=True)
    if not owners <= set(team):
        raise Incomplete("conditions", _("Every condition needs an owner from the program’s team."))


def check_day(decided_on: date, *, earliest: date = date.min) -> None:
    """Raises Incomplete for a day in the future, or before the submission that is decided on."""
    if decided_on > timezone.localdate():
        raise Incomplete("decided_on", _("A decision cannot lie in the future."))
    if decided_on < earliest:
        raise Incomplete("decided_on", _("A decision cannot lie before the submission it decides on."))
