"""Coordination bodies: where partners meet, at which level, how often, and when next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain import partners
from partners.domain.agreements import Refused, hold_partners
from partners.models import CoordinationBody, Level
from programs.models import Program
from programs.standing import Can, require

KIND = "body"
FACTS = ("name", "level", "rhythm", "members", "next_meeting_on")


def find(program: Program, body_id: int) -> CoordinationBody | None:
    """One body of a program, also one that was dissolved."""
    found = CoordinationBody.objects.filter(program=program, pk=body_id).first()
    if found is not None:
        found.program = program
    return found


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, key: str = "") -> CoordinationBody:
    """Notes where partners meet. The same key again gives the same body. Raises Refused or PermissionDenied."""
    require(by, program.pk, Can.WRITE)
    gone = Refused(_("You sent this form before, and the body was removed since. Open the form anew."))
    if made := once.made_before(CoordinationBody, key, by=by, gone=gone):
        return made
    members = hold_partners(program.pk, said["members"])
    plain = {name: value for name, value in said.items() if name != "members"}
    made = CoordinationBody.objects.create(program=program, **plain)
    made.members.set(members)
    record("body_added", KIND, made.pk, by=by, program_id=program.pk, new={"name": made.name}, key=key)
    return made


@transaction.atomic
def change(body: CoordinationBody, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a body. Raises Refused, ChangedMeanwhile (see `journal.facts`) or PermissionDenied."""
    held = _hold(body, by=by)
    if held.dissolved_at is not None:
        raise Refused(_("This body was dissolved."))
    hold_partners(held.program_id, wanted["members"])
    facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by)


@transaction.atomic
def dissolve(body: CoordinationBody, *, by: User) -> None:
    """It meets no more; it stays on the list of those that were. Doing it again changes nothing."""
    held = _hold(body, by=by)
    if held.dissolved_at is not None:
        return
    held.dissolved_at = timezone.now()
    held.save(update_fields=["dissolved_at"])
    record("body_dissolved", KIND, held.pk, by=by, program_id=held.program_id, new={"name": held.name})


@transaction.atomic
def remove(body: CoordinationBody, *, by: User) -> None:
    """Takes a body away that was entered by mistake. Done already, it changes nothing. Raises PermissionDenied."""
    require(by, body.program_id, Can.WRITE)
    held = CoordinationBody.objects.select_for_update().filter(pk=body.pk).first()
    if held is None:
        return
    record("body_removed", KIND, held.pk, by=by, program_id=held.program_id, new={"name": held.name})
    held.delete()


@dataclass(frozen=True, slots=True)
class Shown:
    """A body that meets, and its next meeting in words."""

    body: CoordinationBody
    meeting: str
    is_past: bool  # the day went by, and nobody entered the next


def meeting_together(program: Program, *, today: date) -> list[Shown]:
    """Bodies that were not dissolved, from the national level down, then by name."""
    levels = list(Level.values)
    rows = _of_program(program).filter(dissolved_at=None)
    ordered = sorted(rows, key=lambda body: (levels.index(body.level), body.name, body.pk))
    return [Shown(body, meeting_in_words(body, today), _is_past(body, today)) for body in ordered]


def dissolved(program: Program) -> list[CoordinationBody]:
    """Those that meet no more, the last one first."""
    return list(_of_program(program).exclude(dissolved_at=None).order_by("-dissolved_at"))


def meeting_in_words(body: CoordinationBody, today: date) -> str:
    """When it meets next; of a day that went by, how long ago."""
    if body.next_meeting_on is None:
        return _("no next meeting is set")
    days = (body.next_meeting_on - today).days
    if days == 0:
        return _("meets today")
    if days < 0:
        return ngettext("%(count)s day ago", "%(count)s days ago", -days) % {"count": -days}
    return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}


def _hold(body: CoordinationBody, *, by: User) -> CoordinationBody:
    require(by, body.program_id, Can.WRITE)
    held = CoordinationBody.objects.select_for_update(no_key=True).filter(pk=body.pk).first()
    if held is None:
        raise Refused(_("Somebody removed this body meanwhile. Send the form again to keep what you typed."))
    return held


def _is_past(body: CoordinationBody, today: date) -> bool:
    return body.next_meeting_on is not None and body.next_meeting_on < today


def _of_program(program: Program) -> QuerySet[CoordinationBody]:
    members = Prefetch("members", partners.of_program(program))
    return CoordinationBody.objects.filter(program=program).prefetch_related(members)
