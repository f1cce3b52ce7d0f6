"""The people who speak for a partner, and those who stand in for them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal import facts, once
from journal.record import record
from partners.domain.counting import mark_stale
from partners.domain.partners import Refused
from partners.models import FocalPerson, Partner
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
    if done := once.earlier(key, by=by):
        return FocalPerson.objects.get(pk=done.object_id)
    held = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if held.focal_people.filter(left_on=None).count() >= MOST:
        raise Refused(_("At most %(most)s people can speak for a partner.") % {"most": MOST})
    made = held.focal_people.create(**said)
    record("person_added", KIND, made.pk, by=by, program_id=held.program_id, new={"name": made.name}, key=key)
    mark_stale(held.program_id)
    return made


@transaction.atomic
def change(person: FocalPerson, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes what is said of a person. Roles of somebody who left stay in that name until others are chosen.

    Raises ChangedMeanwhile (see `journal.facts`) or PermissionDenied.
    """
    held = FocalPerson.objects.select_for_update(of=("self",), no_key=True).select_related("partner").get(pk=person.pk)
    require(by, held.program_id, Can.WRITE)
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)
