"""The people who speak for a partner, and those who stand in for them: named, changed, removed."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain.counting import mark_stale
from partners.domain.partners import Refused
from partners.models import FocalPerson, Partner, Responsibility
from programs.models import Program
from programs.standing import Can, require

KIND = "focal_person"
FACTS = ("name", "duty", "contact", "deputy", "deputy_contact", "left_on")
MOST = 20


def find(program: Program, focal_person_id: int) -> FocalPerson | None:
    """One focal person of a program’s partners, also one who left."""
    people = FocalPerson.objects.select_related("partner__organisation")
    return people.filter(pk=focal_person_id, partner__program=program).first()


@transaction.atomic
def add(partner: Partner, said: Mapping[str, Any], *, by: User, key: str = "") -> FocalPerson:
    """Somebody new who speaks for a partner. The same key again gives the same person.

    Raises Refused or PermissionDenied.
    """
    require(by, partner.program_id, Can.WRITE)
    gone = Refused(_("You sent this form before, and the person was removed since. Open the form anew."))
    if made := once.made_before(FocalPerson, key, by=by, gone=gone):
        return made
    held = Partner.objects.select_for_update(no_key=True).filter(pk=partner.pk).first()
    if held is None:
        raise Refused(_("Somebody took this partner off the list meanwhile."))
    if held.focal_people.filter(left_on=None).count() >= MOST:
        raise Refused(_("At most %(most)s people can speak for a partner.") % {"most": MOST})
    made = held.focal_people.create(**said)
    record("person_added", KIND, made.pk, by=by, program_id=held.program_id, new={"name": made.name}, key=key)
    mark_stale(held.program_id)
    return made


@transaction.atomic
def change(person: FocalPerson, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a person. Roles of somebody who left stay in that name until others are chosen.

    Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied.
    """
    require(by, person.program_id, Can.WRITE)
    rows = FocalPerson.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    held = rows.filter(pk=person.pk).first()
    if held is None:
        raise Refused(_("Somebody removed this person meanwhile. Send the form again to keep what you typed."))
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


@transaction.atomic
def remove(person: FocalPerson, *, by: User) -> None:
    """Takes a person away who was entered by mistake: roles in that name are then in nobody's.

    Done already, it changes nothing. Raises PermissionDenied.
    """
    program_id = person.program_id
    require(by, program_id, Can.WRITE)
    rows = Responsibility.objects.filter(partner=person.partner_id).order_by("pk")
    roles = list(rows.select_for_update(no_key=True))  # no role can be put into that name from here on
    held = FocalPerson.objects.select_for_update().filter(pk=person.pk).first()
    if held is None:
        return
    for role in roles:
        if role.held_by_id == held.pk:
            _let_go(role, by=by, program_id=program_id)
    said = {"name": held.name, "partner": str(person.partner), "partner_id": person.partner_id}
    record("person_removed", KIND, held.pk, by=by, program_id=program_id, new=said)
    held.delete()
    mark_stale(program_id)


def held_by(person: FocalPerson) -> list[Responsibility]:
    """The roles in somebody's name, in the order of the matrix; also of functions that were dropped."""
    rows = person.responsibilities.exclude(letter="").select_related("function")
    return list(rows.order_by("function__position", "function"))


def _let_go(role: Responsibility, *, by: User, program_id: int) -> None:
    """As the saving path writes it, so that whoever changes the same cell meanwhile sees both."""
    old = role.held_by_id
    record("changed", "responsibility", role.pk, by=by, program_id=program_id, field="held_by", old=old, new=None)
    version = role.versions.get("held_by", [0])[0] + 1
    role.versions["held_by"] = [version, by.pk, "", timezone.now().isoformat(timespec="seconds")]
    role.held_by = None
    role.save(update_fields=["held_by", "versions"])
