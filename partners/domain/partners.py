"""Partners of a program: taking one in, changing what is said of it, and the matrix rows that come with it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from journal import facts, once
from journal.record import record
from partners.domain.counting import mark_stale
from partners.functions import BUILT_IN
from partners.models import Function, Partner, Partnership, Responsibility
from programs.models import Program
from programs.standing import Can, require

KIND = "partner"
FACTS = ("kind", "levels", "brings", "wants", "since_on", "until_on")


class Refused(Exception):
    """This cannot be done with the partners of the program now; the message says why and what to do."""


def of_program(program: Program) -> QuerySet[Partner]:
    """By name; who left comes with the rest."""
    return Partner.objects.filter(program=program).select_related("organisation").order_by("organisation__name", "pk")


def find(program: Program, partner_id: int) -> Partner | None:
    """One partner of a program."""
    found = of_program(program).filter(pk=partner_id).first()
    if found is not None:
        found.program = program
    return found


def offered(program: Program, *, by: User) -> QuerySet[Organisation]:
    """Organisations a person may pick as partner: their own, and those of programs they can see."""
    visible = Program.objects.visible_to(by)
    known = Organisation.objects.filter(
        Q(affiliations__user=by) | Q(programs__in=visible) | Q(partnerships__program__in=visible)
    )
    taken = Partner.objects.filter(program=program).values("organisation")
    return Organisation.objects.filter(pk__in=known.values("pk")).exclude(pk__in=taken).order_by("name", "pk")


@transaction.atomic
def add(
    program: Program, organisation: Organisation | str, said: Mapping[str, Any], *, by: User, key: str = ""
) -> Partner:
    """Takes a partner in: an organisation one can see, or a new one by its name. `said` are `FACTS`.

    The same key again gives the same partner. Raises Refused, or PermissionDenied for who may not write here.
    """
    require(by, program.pk, Can.WRITE)
    if done := once.earlier(key, by=by):
        return Partner.objects.get(pk=done.object_id)
    begin(program)
    if isinstance(organisation, str):
        organisation = _new_organisation(program, organisation)
    elif not offered(program, by=by).filter(pk=organisation.pk).exists():
        raise Refused(_("Choose one of the organisations shown, or enter a new one."))
    made = Partner.objects.create(program=program, organisation=organisation, created_by=by, **said)
    made.responsibilities.bulk_create(
        Responsibility(partner=made, function=function) for function in Function.objects.filter(program=program)
    )
    record("partner_added", KIND, made.pk, by=by, program_id=program.pk, new={"name": organisation.name}, key=key)
    mark_stale(program.pk)
    return made


@transaction.atomic
def change(partner: Partner, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a partner. Raises ChangedMeanwhile (see `journal.facts`) or PermissionDenied."""
    require(by, partner.program_id, Can.WRITE)
    held = Partner.objects.select_for_update().get(pk=partner.pk)
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


@transaction.atomic
def remove(partner: Partner, *, by: User) -> None:
    """Takes a partner off the list that was put there by mistake.

    Raises Refused once something hangs on it: whoever leaves gets a last day instead, and stays readable.
    """
    require(by, partner.program_id, Can.WRITE)
    held = Partner.objects.select_for_update().get(pk=partner.pk)
    if _is_used(held):
        raise Refused(
            _("This partner has tasks, agreements or checks. Enter the day until which it is a partner instead.")
        )
    record("partner_removed", KIND, held.pk, by=by, program_id=held.program_id, new={"name": str(held)})
    program_id = held.program_id
    held.delete()
    mark_stale(program_id)


def begin(program: Program) -> Partnership:
    """The partnership of a program, locked, with the built-in functions; made when it is first needed."""
    partnership, is_new = Partnership.objects.get_or_create(program=program)
    if is_new:
        Function.objects.bulk_create(
            Function(program=program, key=key, levels=list(one.levels), position=place)
            for place, (key, one) in enumerate(BUILT_IN.items(), start=1)
        )
    return Partnership.objects.select_for_update().get(pk=partnership.pk)


def _is_used(partner: Partner) -> bool:
    return (
        partner.responsibilities.exclude(letter="").exists()
        or partner.agreements.exists()
        or partner.capacity_checks.exists()
        or partner.support_needs.exists()
        or partner.coordination_bodies.exists()
    )


def _new_organisation(program: Program, name: str) -> Organisation:
    """Entered by name. One of the program's partners by that name already is a mistake."""
    if Partner.objects.filter(program=program, organisation__name__iexact=name).exists():
        raise Refused(_("“%(name)s” is a partner already.") % {"name": name})
    return Organisation.objects.create(name=name)
