"""The steps of a program together: held for a decision, moved by it, and which one is current."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from programs import look_again
from programs.models import Answer, Evidence, ItemAnswer, Phase, Program, StepPlan, StepState
from programs.standing import Can, require


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps of one program in order, locked until the transaction ends."""

    program: Program
    plans: Sequence[StepPlan]

    def own(self, plan: StepPlan) -> StepPlan:
        """The same step as it is now, under the lock."""
        return next(held for held in self.plans if held.pk == plan.pk)

    def numbered(self, number: int | None) -> StepPlan | None:
        return next((held for held in self.plans if held.step.number == number), None)


def hold(program_id: int, *, by: User, needs: Can) -> Steps:
    """Locks the steps of a program for somebody who may do this; saves of their items wait meanwhile.

    All steps, in one order, because a decision may touch several: so two decisions never wait for each
    other. Saves lock one step, then its item, then the program. Raises PermissionDenied.
    """
    rows = StepPlan.objects.select_for_update(of=("self",), no_key=True).select_related("step")
    held = list(rows.filter(program=program_id).order_by("pk"))
    program = require(by, program_id, needs)
    for plan in held:
        plan.program = program
    return Steps(program, sorted(held, key=lambda plan: plan.step.number))


def change(plan: StepPlan, **fields: Any) -> None:
    """Writes some fields of a step that is held."""
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(fields))


def settle(plan: StepPlan) -> dict[str, list[Any]]:
    """Keeps the step's items as they are now: what donors see until the next submission or decision."""
    evidence = Evidence.objects.unexpired(timezone.localdate()).filter(answer=OuterRef("pk"))
    rows = ItemAnswer.objects.filter(plan=plan).standing().annotate(has_evidence=Exists(evidence))
    columns = rows.values_list("item__key", "answer", "reason", "verified_at", "has_evidence")
    settled = {
        key: [_counted(answer, reason), verified_at is not None, has_evidence]
        for key, answer, reason, verified_at, has_evidence in columns
    }
    change(plan, settled=settled, settled_at=timezone.now())
    return settled


def let_pass(plan: StepPlan, state: str, *, is_recorded_later: bool) -> None:
    """The step has passed: what was asked for on its items is settled by that."""
    change(plan, state=state, look_again={}, look_again_on=None, is_recorded_later=is_recorded_later)
    ItemAnswer.objects.filter(plan=plan).exclude(returned_note="").update(returned_note="", returned_at=None)


def send_back(steps: Steps, plan: StepPlan, *, to: StepPlan) -> None:
    """Reopens the step `to`. Decided steps after it keep their decision and ask for a look."""
    if to is not plan:
        change(plan, state=StepState.IN_PROGRESS, look_again_on=None)
    change(to, state=StepState.RETURNED, look_again={}, look_again_on=None)
    why = look_again.reopened(to.step.number, on=timezone.localdate())
    for later in steps.plans:
        if later.step.number > to.step.number and later.is_passed:
            change(later, look_again=why)


def mark_current(steps: Steps, *, on: date) -> None:
    """The current step is the lowest not passed; it keeps the day it became so."""
    current = next((plan for plan in steps.plans if not plan.is_passed), None)
    for plan in steps.plans:
        since = (plan.current_since or on) if plan is current else None
        if plan.current_since != since:
            change(plan, current_since=since)


def needs_waiver(plan: StepPlan, plans: Sequence[StepPlan]) -> bool:
    """Whether a step of the second phase would pass before all of the first have."""
    if plan.step.phase != Phase.DURING:
        return False
    return any(other.step.phase == Phase.BEFORE and not other.is_passed for other in plans)


def _counted(answer: str, reason: str) -> str:
    """What “not applicable” counts without its reason: nothing."""
    return Answer.NOT_STARTED if answer == Answer.NOT_APPLICABLE and not reason else answer
