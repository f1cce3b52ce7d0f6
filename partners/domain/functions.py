"""The functions of one scale-up: built-in ones and the program's own, for the whole or for one step."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain import partners
from partners.domain.counting import mark_stale
from partners.domain.partners import Refused
from partners.models import Function, Partner, Responsibility
from programs.models import Program
from programs.standing import Can, require

KIND = "function"
FACTS = ("name", "step", "levels", "capacity_needed")
FACTS_OF_BUILT_IN = ("levels", "capacity_needed")
MOST = 40


def of_program(program: Program) -> QuerySet[Function]:
    """Those that are part of the scale-up, in order."""
    return Function.objects.filter(program=program, dropped_at=None)


def find(program: Program, function_id: int) -> Function | None:
    """One function of a program, also one that was dropped."""
    found = Function.objects.filter(program=program, pk=function_id).first()
    if found is not None:
        found.program = program
    return found


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, key: str = "") -> Function:
    """A function of the program's own. The same key again gives the same one. Raises Refused or PermissionDenied."""
    require(by, program.pk, Can.WRITE)
    if done := once.earlier(key, by=by):
        return Function.objects.get(pk=done.object_id)
    partners.begin(program)
    held = of_program(program)
    if held.count() >= MOST:
        raise Refused(
            _("A matrix takes at most %(most)s functions. Drop one that is not needed first.") % {"most": MOST}
        )
    last = held.aggregate(last=Max("position"))["last"] or 0
    made = Function.objects.create(program=program, position=last + 1, **said)
    made.responsibilities.bulk_create(
        Responsibility(partner=partner, function=made) for partner in Partner.objects.filter(program=program)
    )
    record("function_added", KIND, made.pk, by=by, program_id=program.pk, new={"name": str(made)}, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(function: Function, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes a function; a built-in one keeps its name. Raises ChangedMeanwhile or PermissionDenied."""
    require(by, function.program_id, Can.WRITE)
    held = Function.objects.select_for_update().get(pk=function.pk)
    names = FACTS_OF_BUILT_IN if held.key else FACTS
    if facts.change(held, names, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


@transaction.atomic
def drop(function: Function, *, by: User) -> None:
    """Takes a function out of the matrix; what was said of it stays, and it can be taken back."""
    _set_dropped(function, dropped=True, by=by)


@transaction.atomic
def take_back(function: Function, *, by: User) -> None:
    _set_dropped(function, dropped=False, by=by)


def _set_dropped(function: Function, *, dropped: bool, by: User) -> None:
    """Doing it again changes nothing."""
    require(by, function.program_id, Can.WRITE)
    held = Function.objects.select_for_update().get(pk=function.pk)
    if (held.dropped_at is not None) == dropped:
        return
    held.dropped_at = timezone.now() if dropped else None
    held.save(update_fields=["dropped_at"])
    verb = "function_dropped" if dropped else "function_taken_back"
    record(verb, KIND, held.pk, by=by, program_id=held.program_id, new={"name": str(held)})
    mark_stale(held.program_id)
