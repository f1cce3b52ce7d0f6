"""How the history says what was done with the money of a program, and where it leads.

Placeholders are names in the change's `new`.
"""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.domain.amounts import shown
from funding.models import (
    FIRST_YEAR,
    LAST_YEAR,
    Contribution,
    CostKind,
    CostLine,
    ExchangeRate,
    FundingPhase,
    FundingSource,
    FundingStatus,
    SourceKind,
)
from programs.domain.history import Place, Places
from scaleup.addresses import address

VERBS: dict[tuple[str, str], Promise] = {
    ("cost", "cost_added"): _("entered the cost “%(text)s” of %(year)s: %(quantity)s × %(price)s"),
    ("cost", "cost_copied"): _("entered the cost “%(text)s” for %(years)s too"),
    ("cost", "cost_removed"): _("removed the cost “%(text)s” of %(year)s: %(quantity)s × %(price)s"),
    ("phase", "phase_added"): _("added the phase “%(name)s”, %(first)s to %(last)s"),
    ("phase", "phase_removed"): _("removed the phase “%(name)s”, %(first)s to %(last)s"),
    ("source", "source_added"): _("added the source “%(name)s”"),
    ("source", "source_removed"): _("removed the source “%(name)s”"),
    ("contribution", "contribution_added"): _("entered what “%(source)s” gives in %(year)s: %(sum)s"),
    ("contribution", "contribution_removed"): _("removed what “%(source)s” gives in %(year)s: %(sum)s"),
    ("rate", "rate_added"): _("entered a rate of %(as_of)s: 1 %(currency)s = %(rate)s %(into)s, says %(source)s"),
}

FIELDS: dict[tuple[str, str], Promise] = {
    ("funding_plan", "currency"): _("changed the currency in which money is added up"),
    ("funding_plan", "largest_share"): _("changed the largest share of one source"),
    ("cost", "year"): _("changed the year of a cost"),
    ("cost", "kind"): _("changed the kind of a cost"),
    ("cost", "text"): _("changed what a cost is for"),
    ("cost", "unit_amount"): _("changed the cost of one"),
    ("cost", "quantity"): _("changed how many of a cost"),
    ("cost", "currency"): _("changed the currency of a cost"),
    ("phase", "name"): _("renamed a phase"),
    ("phase", "first_year"): _("changed the first year of a phase"),
    ("phase", "last_year"): _("changed the last year of a phase"),
    ("source", "name"): _("renamed a source"),
    ("source", "kind"): _("changed the kind of a source"),
    ("source", "partner"): _("changed which partner a source is"),
    ("contribution", "year"): _("changed the year of a contribution"),
    ("contribution", "amount"): _("changed the amount of a contribution"),
    ("contribution", "currency"): _("changed the currency of a contribution"),
    ("contribution", "status"): _("changed how sure a contribution is"),
    ("contribution", "covers"): _("changed what a contribution is for"),
    ("contribution", "is_in_budget"): _("changed whether it stands in the source’s own budget"),
    ("contribution", "is_in_kind"): _("changed whether it is given in kind"),
    ("contribution", "note"): _("changed the note of a contribution"),
}

# What stored values mean. A year is no number to group: 2027, not 2,027.
YEARS = {year: str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)}
VALUES: dict[tuple[str, str], Mapping[Any, Any]] = {
    ("cost", "year"): YEARS,
    ("cost", "kind"): dict(CostKind.choices),
    ("phase", "first_year"): YEARS,
    ("phase", "last_year"): YEARS,
    ("source", "kind"): dict(SourceKind.choices),
    ("contribution", "year"): YEARS,
    ("contribution", "status"): dict(FundingStatus.choices),
    ("contribution", "covers"): dict(CostKind.choices),
}


def amount_shown(value: str) -> str:
    """A sum as the log keeps it, "1234.5", as people read it."""
    return shown(Decimal(value))


SHOWN: dict[tuple[str, str], Callable[[Any], str]] = {
    ("cost", "unit_amount"): amount_shown,
    ("contribution", "amount"): amount_shown,
}


def plan_places(ids: Collection[int]) -> dict[int, Place]:
    """The overview: what is added up stands there."""
    return {pk: (gettext("How sums are made"), address("funding:funding", pk)) for pk in ids}


def cost_places(ids: Collection[int]) -> dict[int, Place]:
    """A line of the table of costs."""
    rows = CostLine.objects.filter(pk__in=ids)
    return {row.pk: (str(row), f"{address('funding:costs', row.program_id)}#cost-{row.pk}") for row in rows}


def phase_places(ids: Collection[int]) -> dict[int, Place]:
    rows = FundingPhase.objects.filter(pk__in=ids)
    return {row.pk: (row.name, f"{address('funding:costs', row.program_id)}#phase-{row.pk}") for row in rows}


def source_places(ids: Collection[int]) -> dict[int, Place]:
    rows = FundingSource.objects.filter(pk__in=ids)
    return {row.pk: (row.name, address("funding:source", row.program_id, row.pk)) for row in rows}


def contribution_places(ids: Collection[int]) -> dict[int, Place]:
    """A line of the page of its source."""
    rows = Contribution.objects.filter(pk__in=ids).select_related("source")
    return {
        row.pk: (
            f"{row.source} {row.year}",
            f"{address('funding:source', row.program_id, row.source_id)}#contribution-{row.pk}",
        )
        for row in rows
    }


def rate_places(ids: Collection[int]) -> dict[int, Place]:
    rows = ExchangeRate.objects.filter(pk__in=ids)
    return {row.pk: (row.currency, address("funding:rates", row.program_id)) for row in rows}


PLACES: dict[str, Places] = {
    "funding_plan": plan_places,
    "cost": cost_places,
    "phase": phase_places,
    "source": source_places,
    "contribution": contribution_places,
    "rate": rate_places,
}
