"""How the history says what was done with partners, functions and agreements, and where it leads.

Placeholders are names in the change's `new`. Each subject adds its own verbs, fields and places here.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Letter, Level, Partner, PartnerKind, Responsibility
from programs.domain.history import Place, Places
from scaleup.addresses import address

VERBS: dict[tuple[str, str], Promise] = {
    ("partner", "partner_added"): _("took in the partner “%(name)s”"),
    ("partner", "partner_removed"): _("took the partner “%(name)s” off the list"),
    ("function", "function_added"): _("added the function “%(name)s”"),
    ("function", "function_dropped"): _("took the function “%(name)s” out of the matrix"),
    ("function", "function_taken_back"): _("took the function “%(name)s” back into the matrix"),
}

FIELDS: dict[tuple[str, str], Promise] = {
    ("partner", "kind"): _("changed the kind of the partner"),
    ("partner", "levels"): _("changed the levels the partner works at"),
    ("partner", "brings"): _("changed what the partner brings"),
    ("partner", "wants"): _("changed what the partner wants"),
    ("partner", "since_on"): _("changed since when it is a partner"),
    ("partner", "until_on"): _("changed until when it is a partner"),
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
    ("function", "levels"): dict(Level.choices),
    ("responsibility", "letter"): dict(Letter.choices),
}


def partner_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Partner.objects.filter(pk__in=ids).values_list("pk", "program_id", "organisation__name")
    return {pk: (name, address("partners:partner", program_id, pk)) for pk, program_id, name in rows}


def responsibility_places(ids: Collection[int]) -> dict[int, Place]:
    rows = Responsibility.objects.filter(pk__in=ids).select_related("partner__organisation", "function")
    return {
        row.pk: (f"{row.function}: {row.partner}", address("partners:responsibility", row.partner.program_id, row.pk))
        for row in rows
    }


PLACES: dict[str, Places] = {"partner": partner_places, "responsibility": responsibility_places}
