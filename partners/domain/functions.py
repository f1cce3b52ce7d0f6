"""The functions of one scale-up: built-in ones and the program's own, for the whole or for one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain import partners
from partners.domain.capacity_anchors import VALUES
from partners.domain.counting import mark_stale
from partners.domain.partners import Refused
from partners.functions import BUILT_IN
from partners.models import Function, Partner, Responsibility
from programs.models import Program, StepPlan
from programs.standing import Can, require

KIND = "function"
FACTS = ("name", "step", "levels", "capacity_needed")
FACTS_OF_BUILT_IN = ("levels", "capacity_needed")
MOST = 40

# What it means to ask a partner for each value of capacity.
NEEDED: tuple[Promise, ...] = (
    gettext_lazy("Anybody can take it on, and nobody asks about capacity."),
    gettext_lazy("A partner can begin with it and be helped on the way."),
    gettext_lazy("A partner must be able to do it well by itself. This is usual."),
    gettext_lazy("A partner must be able to teach others, and to go on for years."),
)


class NameTaken(Exception):
    """Another function for the same step has this name; nothing was saved."""


@dataclass(frozen=True, slots=True)
class ListedFunction:
    """A function as the list of all says it: what it covers, for what it is, and the capacity it needs, in words."""

    function: Function
    covers: Promise | str
    scope: str
    needed: str


def of_program(program: Program) -> QuerySet[Function]:
    """Those that are part of the scale-up, in order."""
    return Function.objects.filter(program=program, dropped_at=None)


def in_order(program: Program, *, also_dropped: bool = False) -> list[Function]:
    """Those for the whole scale-up first, then step by step."""
    rows = Function.objects.filter(program=program) if also_dropped else of_program(program)
    return list(rows.order_by(F("step").asc(nulls_first=True), "position", "pk"))


def listed(program: Program) -> list[ListedFunction]:
    """All functions, also those that were dropped, in two queries."""
    titles = steps_of(program)
    return [
        ListedFunction(one, covers(one), _scope(one, titles), f"{one.capacity_needed} {VALUES[one.capacity_needed]}")
        for one in in_order(program, also_dropped=True)
    ]


def covers(function: Function) -> Promise | str:
    """What a function covers; of the program's own ones the name must do."""
    return BUILT_IN[function.key].covers if function.key else ""


def about(function: Function) -> list[str]:
    """In short: for which step a function is, and at which levels it is needed."""
    said = [_("for step %(number)s") % {"number": function.step}] if function.step else []
    if function.levels:
        said.append(_("needed at: %(levels)s") % {"levels": function.get_levels_display()})
    return said


def steps_of(program: Program) -> dict[int, str]:
    """The titles of the steps of the guide by which a program works."""
    plans = StepPlan.objects.filter(program=program).order_by("step__number")
    return dict(plans.values_list("step__number", "step__title"))


def find(program: Program, function_id: int) -> Function | None:
    """One function of a program, also one that was dropped."""
    found = Function.objects.filter(program=program, pk=function_id).first()
    if found is not None:
        found.program = program
    return found


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, key: str = "") -> Function:
    """A function of the program's own. The same key again gives the same one.

    Raises NameTaken, Refused or PermissionDenied.
    """
    require(by, program.pk, Can.WRITE)
    if done := once.earlier(key, by=by):
        return Function.objects.get(pk=done.object_id)
    partners.hold_all(program)
    partners.begin(program)
    _refuse_name_of_another(Function(program=program, **said))
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
    """Changes a function; a built-in one keeps its name and is for the whole scale-up.

    Raises ChangedMeanwhile, NameTaken or PermissionDenied: then nothing is changed.
    """
    held = _hold(function, by=by)
    names = facts_shown(held)
    if facts.change(held, names, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        _refuse_name_of_another(held)
        mark_stale(held.program_id)


def facts_shown(function: Function) -> tuple[str, ...]:
    """What can be changed of a function."""
    return FACTS_OF_BUILT_IN if function.key else FACTS


@transaction.atomic
def drop(function: Function, *, by: User) -> None:
    """Takes a function out of the matrix; what was said of it stays, and it can be taken back."""
    _set_dropped(function, dropped=True, by=by)


@transaction.atomic
def take_back(function: Function, *, by: User) -> None:
    _set_dropped(function, dropped=False, by=by)


def _hold(function: Function, *, by: User) -> Function:
    """Locks the function, then what all functions of the program have in common: so names are compared in turn."""
    held = Function.objects.select_for_update(no_key=True).get(pk=function.pk)
    partners.begin(require(by, held.program_id, Can.WRITE))
    return held


def _set_dropped(function: Function, *, dropped: bool, by: User) -> None:
    """Doing it again changes nothing."""
    held = _hold(function, by=by)
    if (held.dropped_at is not None) == dropped:
        return
    held.dropped_at = timezone.now() if dropped else None
    held.save(update_fields=["dropped_at"])
    verb = "function_dropped" if dropped else "function_taken_back"
    record(verb, KIND, held.pk, by=by, program_id=held.program_id, new={"name": str(held)})
    mark_stale(held.program_id)


def _refuse_name_of_another(function: Function) -> None:
    """Names are compared as people read them, built-in ones too, and those of functions that were dropped."""
    if function.key:
        return
    name = function.name.casefold()
    others = Function.objects.filter(program=function.program_id, step=function.step).exclude(pk=function.pk)
    twin = next((one for one in others if str(one).casefold() == name), None)
    if twin is None:
        return
    if twin.dropped_at:
        raise NameTaken(_("“%(name)s” was taken out of the matrix. Take it back instead.") % {"name": twin})
    raise NameTaken(_("“%(name)s” is in the matrix already. Choose another name.") % {"name": twin})


def _scope(function: Function, titles: Mapping[int, str]) -> str:
    if function.step is None:
        return _("the whole scale-up")
    return _("step %(number)s: %(title)s") % {"number": function.step, "title": titles.get(function.step, "")}
