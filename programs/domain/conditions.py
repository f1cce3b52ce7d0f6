"""What must follow a go with conditions: the team says it is met, the reviewer confirms it, or not yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.models import Change
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Condition, Program
from programs.models.gates import ConditionQuerySet
from programs.standing import Can, require

KIND = "condition"


class NotNow(Exception):
    """The condition is not in a state that allows this; the message says why."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A condition as its program follows it, with what the reviewer said was missing."""

    condition: Condition
    is_in_force: bool  # false once its step was returned or decided anew
    missing: str


@transaction.atomic
def say_met(condition: Condition, *, note: str, by: User) -> Condition:
    """The team's word, with how it was met. Saying the same again changes nothing.

    Raises PermissionDenied, and NotNow when somebody said it before.
    """
    held = _hold(condition, by=by, needs=Can.WRITE)
    if held.met_at is not None:
        if (held.met_by_id, held.met_note) == (by.pk, note):
            return held
        raise NotNow(_("This condition was already reported as met."))
    held.met_at, held.met_by, held.met_note = timezone.now(), by, note
    return _save(held, "condition_met", by=by, note=note)


@transaction.atomic
def confirm(condition: Condition, *, by: User) -> Condition:
    """The reviewer's word. Confirming again changes nothing. Raises PermissionDenied, and NotNow before it is met."""
    held = _hold(condition, by=by, needs=Can.DECIDE)
    if held.met_at is None:
        raise NotNow(_("The team has not said that this is met, or it was sent back meanwhile."))
    if held.confirmed_at is not None:
        return held
    held.confirmed_at, held.confirmed_by = timezone.now(), by
    return _save(held, "condition_confirmed", by=by)


@transaction.atomic
def send_back(condition: Condition, *, note: str, by: User) -> Condition:
    """Not yet: the reviewer opens it again and says what is missing, also after a confirmation.

    Raises PermissionDenied, and NotNow when it is open already.
    """
    held = _hold(condition, by=by, needs=Can.DECIDE)
    if held.met_at is None:
        raise NotNow(_("This condition is open already."))
    held.met_at, held.met_by, held.met_note = None, None, ""
    held.confirmed_at, held.confirmed_by = None, None
    return _save(held, "condition_sent_back", by=by, note=note)


def of_program(program: Program) -> ConditionQuerySet:
    """All conditions of a program, those that are not confirmed first, then by date."""
    conditions = Condition.objects.filter(review__plan__program=program)
    people = ("owner", "met_by", "confirmed_by")
    return conditions.select_related("review__plan__step", *people).order_by("-confirmed_at", "due_on", "id")


def followed(program: Program) -> list[Followed]:
    """All conditions of a program with what was missing when they were sent back; two queries."""
    found = list(of_program(program).with_force())
    said = _last_said(program, found)
    return [Followed(one, one.is_in_force, missing=said.get(one.pk, "") if one.met_at is None else "") for one in found]


def _last_said(program: Program, found: Sequence[Condition]) -> dict[int, str]:
    """What the reviewer last said was missing, by condition."""
    sent_back = Change.objects.filter(program_id=program.pk, kind=KIND, verb="condition_sent_back")
    rows = sent_back.filter(object_id__in=[condition.pk for condition in found]).order_by("pk")
    return dict(rows.values_list("object_id", "new__note"))


def _hold(condition: Condition, *, by: User, needs: Can) -> Condition:
    rows = Condition.objects.select_for_update(of=("self",), no_key=True).select_related("review__plan__step")
    held = rows.with_force().get(pk=condition.pk)
    require(by, held.review.plan.program_id, needs)
    if not held.is_in_force:
        raise NotNow(_("This is no longer asked for: the step was opened again, or decided on anew."))
    return held


def _save(condition: Condition, verb: str, *, by: User, note: str = "") -> Condition:
    condition.save()
    plan = condition.review.plan
    new = {"condition": condition.text, "step": plan.step.number, "note": note}
    record(verb, KIND, condition.pk, by=by, program_id=plan.program_id, new=new)
    mark_stale(plan.program_id)
    return condition
