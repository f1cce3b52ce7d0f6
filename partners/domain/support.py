"""Training and support that partners need for a function: who sees to it, by when, and whether it was done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from partners.domain.capacity import hold
from partners.domain.partners import Refused
from partners.models import Function, Partner, SupportNeed
from programs.domain import teams
from programs.models import Program
from programs.standing import Can, require

KIND = "support_need"
LONGEST_TEXT = 300
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class NewNeed:
    """What a partner needs, who of the team sees to it, by when."""

    kind: str
    text: str
    owner: User
    due_on: date


@transaction.atomic
def plan(partner: Partner, function: Function, wanted: NewNeed, *, by: User, key: str = "") -> SupportNeed:
    """Plans training or support. The same key again gives the same need.

    Raises Refused, or PermissionDenied for who may not write here.
    """
    program = require(by, partner.program_id, Can.WRITE)
    gone = Refused(_("You sent this form before, and it was removed from the plan since. Open the form anew."))
    if made := once.made_before(SupportNeed, key, by=by, gone=gone):
        return made
    hold(partner, function)
    if not teams.owners(program).filter(pk=wanted.owner.pk).exists():
        raise Refused(_("Choose somebody of this program’s team."))
    made = SupportNeed.objects.create(
        partner=partner,
        function=function,
        kind=wanted.kind,
        text=wanted.text,
        owner=wanted.owner,
        due_on=wanted.due_on,
        created_by=by,
    )
    _log(f"{made.kind}_planned", made, by=by, key=key, owner=wanted.owner.name)
    return made


@transaction.atomic
def finish(need: SupportNeed, *, note: str, by: User) -> None:
    """Somebody says that it is done, and what came of it. Saying so again changes nothing.

    Raises Refused or PermissionDenied.
    """
    require(by, need.partner.program_id, Can.WRITE)
    rows = SupportNeed.objects.select_for_update(of=("self",), no_key=True).select_related("partner", "function")
    held = rows.filter(pk=need.pk).first()
    if held is None:
        raise Refused(_("Somebody removed this from the plan meanwhile."))
    if held.done_at is not None:
        if held.done_note == note:
            return
        raise Refused(_("Somebody said already that it is done: “%(note)s”") % {"note": held.done_note or _("no note")})
    held.done_at, held.done_note = timezone.now(), note
    held.save(update_fields=["done_at", "done_note"])
    _log(f"{held.kind}_done", held, by=by, note=note)


@transaction.atomic
def remove(need: SupportNeed, *, by: User) -> None:
    """Takes out of the plan what was planned by mistake. Done already, it changes nothing.

    Raises Refused once somebody said that it is done, or PermissionDenied.
    """
    require(by, need.partner.program_id, Can.WRITE)
    rows = SupportNeed.objects.select_for_update(of=("self",)).select_related("partner", "function")
    held = rows.filter(pk=need.pk).first()
    if held is None:
        return
    if held.done_at is not None:
        raise Refused(_("This is done, so it stays: it shows what the partner was given."))
    _log("need_removed", held, by=by)
    held.delete()


def of_program(program: Program) -> QuerySet[SupportNeed]:
    """Open ones first, by date; done ones after them, the newest first."""
    rows = SupportNeed.objects.filter(partner__program=program)
    rows = rows.select_related("partner__organisation", "function", "owner")
    return rows.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")


def find(program: Program, need_id: int) -> SupportNeed | None:
    """One need of a program."""
    return of_program(program).filter(pk=need_id).first()


def _log(verb: str, need: SupportNeed, *, by: User, key: str = "", **about: Any) -> None:
    new = {"name": str(need.partner), "function": str(need.function), "text": need.text} | about
    record(verb, KIND, need.pk, by=by, program_id=need.partner.program_id, new=new, key=key)
