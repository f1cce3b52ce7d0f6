"""How the history says what was done with capacity checks and the support they lead to. As `partners.domain.words`."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import CapacityCheck, SupportNeed
from programs.domain.history import Place, Places
from scaleup.addresses import address

VERBS: dict[tuple[str, str], Promise] = {
    ("capacity_check", "checked"): _("checked what %(name)s is able to do for %(function)s: %(lowest)s of 3"),
    ("support_need", "training_planned"): _("planned training for %(name)s: “%(text)s” (%(owner)s)"),
    ("support_need", "support_planned"): _("planned support for %(name)s: “%(text)s” (%(owner)s)"),
    ("support_need", "training_done"): _("said that training for %(name)s is done: “%(text)s”"),
    ("support_need", "support_done"): _("said that support for %(name)s is done: “%(text)s”"),
    ("support_need", "need_removed"): _("took out of the plan for %(name)s: “%(text)s”"),
}
FIELDS: dict[tuple[str, str], Promise] = {}
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {}


def check_places(ids: Collection[int]) -> dict[int, Place]:
    rows = CapacityCheck.objects.filter(pk__in=ids).select_related("partner__organisation", "function")
    return {row.pk: _place(row, f"check-{row.pk}") for row in rows}


def need_places(ids: Collection[int]) -> dict[int, Place]:
    rows = SupportNeed.objects.filter(pk__in=ids).select_related("partner__organisation", "function")
    return {row.pk: _place(row, f"need-{row.pk}") for row in rows}


def _place(row: CapacityCheck | SupportNeed, part: str) -> Place:
    page = address("partners:capacity_of", row.partner.program_id, row.partner_id, row.function_id)
    return f"{row.function}: {row.partner}", f"{page}#{part}"


PLACES: dict[str, Places] = {"capacity_check": check_places, "support_need": need_places}
