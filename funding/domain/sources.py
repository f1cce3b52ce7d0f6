"""Who carries the cost: entering, changing and removing sources, and the list of them with what they give."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from funding.domain.counting import mark_stale
from funding.domain.holding import Refused, RemovedSince, hold, lock, removal, take_out
from funding.models import FundingSource
from journal import facts, once
from journal.record import record
from partners.models import Partner
from programs.models import Program
from programs.standing import Can, require

KIND = "source"
FACTS = ("name", "kind", "partner")
MOST = 60


def of_program(program: Program) -> QuerySet[FundingSource]:
    """By name, with their partners."""
    return FundingSource.objects.filter(program=program).select_related("partner__organisation")


def find(program: Program, source_id: int) -> FundingSource | None:
    """One source of a program."""
    found = of_program(program).filter(pk=source_id).first()
    if found is not None:
        found.program = program
    return found


def find_removed(program: Program, source_id: int) -> FundingSource | None:
    """What still stands for a source of this program that was removed: its number and name."""
    told = removal(program, KIND, source_id)
    return FundingSource(pk=source_id, program=program, name=told.details["name"]) if told else None


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, key: str = "") -> FundingSource:
    """A source by its `FACTS`. The same key again gives the same one. Raises Refused or PermissionDenied."""
    require(by, program.pk, Can.WRITE)
    if made := once.made_before(FundingSource, key, by=by, gone=RemovedSince()):
        return made
    hold(program)
    if of_program(program).count() >= MOST:
        raise Refused(_("A plan takes at most %(most)s sources. Remove one that gives nothing first.") % {"most": MOST})
    made = FundingSource(program=program, **said)
    _refuse_twins(made)
    _refuse_foreign(program, made.partner)
    made.save()
    record("source_added", KIND, made.pk, by=by, program_id=program.pk, new={"name": made.name}, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(source: FundingSource, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a source. Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied."""
    held = lock(source)
    require(by, held.program_id, Can.WRITE)
    _refuse_foreign(source.program, wanted.get("partner"))
    hold(source.program)
    _refuse_twins(FundingSource(pk=held.pk, program_id=held.program_id, name=wanted.get("name", held.name)))
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


@transaction.atomic
def remove(source: FundingSource, *, by: User) -> None:
    """Takes away a source that was entered by mistake. Done already, it changes nothing.

    Raises Refused while it has contributions, or PermissionDenied.
    """
    take_out(
        source,
        kind=KIND,
        program_id=source.program_id,
        by=by,
        details=lambda one: {"name": one.name},
        refuse=_refuse_used,
    )


def with_first(program: Program, name: str) -> list[FundingSource]:
    """All of a program, the one of this name before the others."""
    return sorted(of_program(program), key=lambda one: one.name != name)


def gives(source: FundingSource) -> bool:
    """Whether a contribution of it is entered."""
    return source.contributions.exists()


def _refuse_used(source: FundingSource) -> None:
    if gives(source):
        raise Refused(
            _("“%(name)s” has contributions. Remove those that were entered by mistake first; the others stay with it.")
            % {"name": source.name}
        )


def _refuse_twins(source: FundingSource) -> None:
    """Two sources of one name would be taken for one. Call it while the plan is held."""
    others = FundingSource.objects.filter(program=source.program_id).exclude(pk=source.pk)
    if others.filter(name__iexact=source.name).exists():
        raise Refused(
            _("There is a source “%(name)s” already. Add the contribution to it, or choose another name.")
            % {"name": source.name}
        )


def _refuse_foreign(program: Program, partner: Partner | None) -> None:
    """Holds the partner as well: nobody takes it off the list before the source is kept."""
    if partner is None:
        return
    mine = Partner.objects.select_for_update(no_key=True).filter(program=program, pk=partner.pk)
    if mine.first() is None:
        raise Refused(_("Choose one of the partners of this program."))
