"""How the history says what was done with partners, functions and agreements, and where it leads.

Placeholders are names in the change's `new`. Each subject adds its own verbs, fields and places here.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from journal.models import Change
from partners.domain.complaint_words import WORDS
from partners.models import (
    AcceptedComplaint,
    FocalPerson,
    Function,
    Letter,
    Level,
    Partner,
    PartnerKind,
    Responsibility,
)
from programs.domain.history import Place, Places
from scaleup.addresses import address

VERBS: dict[tuple[str, str], Promise] = {
    ("partner", "partner_added"): _("took in the partner “%(name)s”"),
    ("partner", "partner_removed"): _("took the partner “%(name)s” off the list"),
    ("focal_person", "person_added"): _("named %(name)s to speak for a partner"),
    ("focal_person", "person_removed"): _("removed %(name)s from those who speak for %(partner)s"),
    ("function", "function_added"): _("added the function “%(name)s”"),
    ("function", "function_dropped"): _("took the function “%(name)s” out of the matrix"),
    ("function", "function_taken_back"): _("took the function “%(name)s” back into the matrix"),
    ("complaint", "complaint_accepted"): _("accepted a complaint of the matrix until %(as_of)s: “%(reason)s”"),
    ("complaint", "complaint_accepted_no_more"): _("stopped accepting a complaint of the matrix"),
}

FIELDS: dict[tuple[str, str], Promise] = {
    ("partner", "name"): _("corrected the name of the partner"),
    ("partner", "kind"): _("changed the kind of the partner"),
    ("partner", "levels"): _("changed the levels the partner works at"),
    ("partner", "brings"): _("changed what the partner brings"),
    ("partner", "wants"): _("changed what the partner wants"),
    ("partner", "since_on"): _("changed since when it is a partner"),
    ("partner", "until_on"): _("changed until when it is a partner"),
    ("partnership", "levels"): _("changed the levels at which the program works"),
    ("focal_person", "name"): _("renamed a focal person"),
    ("focal_person", "duty"): _("changed the position of a focal person"),
    ("focal_person", "contact"): _("changed how to reach a focal person"),
    ("focal_person", "deputy"): _("changed the deputy of a focal person"),
    ("focal_person", "deputy_contact"): _("changed how to reach a deputy"),
    ("focal_person", "left_on"): _("changed when a focal person left"),
    ("function", "name"): _("renamed a function"),
    ("function", "step"): _("changed for which step a function is"),
    ("function", "levels"): _("changed at which levels a function is needed"),
    ("function", "capacity_needed"): _("changed the capacity a function needs"),
    ("responsibility", "letter"): _("changed who does what"),
    ("responsibility", "held_by"): _("changed who holds the role"),
    ("responsibility", "since_on"): _("changed from when the role is held"),
    ("responsibility", "until_on"): _("changed until when the role is held"),
}

# What stored values mean.
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("partner", "kind"): dict(PartnerKind.choices),
    ("partner", "levels"): dict(Level.choices),
    ("partnership", "levels"): dict(Level.choices),
    ("function", "levels"): dict(Level.choices),
    ("responsibility", "letter"): dict(Letter.choices),
}


def people_by_name(ids: Collection[int]) -> dict[int, str]:
    """Also of those who were removed since: the history keeps their names."""
    found = dict(FocalPerson.objects.filter(pk__in=ids).values_list("pk", "name"))
    if missing := set(ids) - set(found):
        gone = Change.objects.filter(kind="focal_person", verb="person_removed", object_id__in=missing)
        found |= {change.object_id: change.details["name"] for change in gone}
    return found


# Whose names stored numbers stand for.
NAMES: dict[tuple[str, str], Callable[[Collection[int]], Mapping[int, str]]] = {
    ("responsibility", "held_by"): people_by_name,
}


def partner_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Partner.objects.filter(pk__in=ids).values_list("pk", "program_id", "organisation__name")
    return {pk: (name, address("partners:partner", program_id, pk)) for pk, program_id, name in rows}


def person_places(ids: Collection[int]) -> dict[int, Place]:
    rows = FocalPerson.objects.filter(pk__in=ids).select_related("partner__organisation")
    return {
        row.pk: (f"{row.partner}: {row.name}", address("partners:partner", row.program_id, row.partner_id))
        for row in rows
    }


def partnership_places(ids: Collection[int]) -> dict[int, Place]:
    """Its number is that of the program."""
    return {pk: (str(_("Partners")), address("partners:partners", pk)) for pk in ids}


def function_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Function.objects.filter(pk__in=ids)
    return {row.pk: (str(row), address("partners:functions", row.program_id)) for row in rows}


def responsibility_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Responsibility.objects.filter(pk__in=ids).select_related("partner__organisation", "function")
    return {
        row.pk: (f"{row.function}: {row.partner}", address("partners:responsibility", row.partner.program_id, row.pk))
        for row in rows
    }


def complaint_places(ids: Collection[int]) -> dict[int, Place]:
    """By the number of the acceptance. A complaint may be mended by now: it leads to where they all stand."""
    rows = AcceptedComplaint.objects.filter(pk__in=ids, code__in=WORDS)
    return {
        row.pk: (str(WORDS[row.code].title), f"{address('partners:matrix', row.program_id)}#complaints") for row in rows
    }


PLACES: dict[str, Places] = {
    "partner": partner_places,
    "partnership": partnership_places,
    "focal_person": person_places,
    "function": function_places,
    "responsibility": responsibility_places,
    "complaint": complaint_places,
}
