"""The phases a scale-up is costed in: years that follow one another, none of them in two phases."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from funding.domain.counting import mark_stale
from funding.domain.holding import Refused, RemovedSince, hold, lock, removal, take_out
from funding.models import FundingPhase
from journal import facts, once
from journal.record import record
from programs.models import Program
from programs.standing import Can, require

KIND = "phase"
FACTS = ("name", "first_year", "last_year")
MOST = 20


def of_program(program: Program) -> QuerySet[FundingPhase]:
    """From the first one on."""
    return FundingPhase.objects.filter(program=program)


def find(program: Program, phase_id: int) -> FundingPhase | None:
    """One phase of a program."""
    found = of_program(program).filter(pk=phase_id).first()
    if found is not None:
        found.program = program
    return found


def find_removed(program: Program, phase_id: int) -> FundingPhase | None:
    """What still stands for a phase of this program that was removed: its number and name."""
    told = removal(program, KIND, phase_id)
    return FundingPhase(pk=phase_id, program=program, name=told.details["name"]) if told else None


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, key: str = "") -> FundingPhase:
    """A phase by its `FACTS`. The same key again gives the same one. Raises Refused or PermissionDenied."""
    require(by, program.pk, Can.WRITE)
    if made := once.made_before(FundingPhase, key, by=by, gone=RemovedSince()):
        return made
    hold(program)
    if of_program(program).count() >= MOST:
        raise Refused(_("A plan takes at most %(most)s phases. Put some of them together.") % {"most": MOST})
    made = FundingPhase(program=program, **said)
    _refuse_overlap(made)
    made.save()
    record("phase_added", KIND, made.pk, by=by, program_id=program.pk, new=_details(made), key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(phase: FundingPhase, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes a phase. Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied."""
    held = lock(phase)
    require(by, held.program_id, Can.WRITE)
    hold(phase.program)
    try:
        with transaction.atomic():
            changed = facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by)
    except IntegrityError:  # the other year was changed by somebody else, and the two do not fit together
        message = _("It cannot end before it begins. Somebody changed the other year meanwhile.")
        raise Refused(message) from None
    _refuse_overlap(held)
    if changed:
        mark_stale(held.program_id)


@transaction.atomic
def remove(phase: FundingPhase, *, by: User) -> None:
    """Takes a phase away; the costs of its years stay. Done already, it changes nothing."""
    take_out(phase, kind=KIND, program_id=phase.program_id, by=by, details=_details)


def _refuse_overlap(phase: FundingPhase) -> None:
    """Call it while the plan is held."""
    others = FundingPhase.objects.filter(program=phase.program_id).exclude(pk=phase.pk)
    other = others.filter(first_year__lte=phase.last_year, last_year__gte=phase.first_year).first()
    if other is not None:
        said = {"name": other.name, "first": other.first_year, "last": other.last_year}
        raise Refused(
            _(
                "“%(name)s” has the years %(first)s to %(last)s. A year belongs to one phase: choose other years, "
                "or change that phase first."
            )
            % said
        )


def _details(phase: FundingPhase) -> dict[str, str]:
    return {"name": phase.name, "first": str(phase.first_year), "last": str(phase.last_year)}
