"""Who does what in the programs of a portfolio: complaints, agreements that end soon, partner organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, Lower

from accounts.models import Organisation, Portfolio
from dashboards.domain.paging import Order, Page, page_of
from funding.domain import summaries as funding
from funding.domain.summaries import Figures
from partners.domain import complaints
from partners.models import Letter, Partner
from programs.models import Listing

PAGE_SIZE = 50
SOON = timedelta(days=90)
BY_NAME = Order("name_key")
ORDERS = {
    "complaints": BY_NAME,
    "ending": Order("agreement_ends_on", read=date.fromisoformat),
    "all": BY_NAME,
}
BY_ORGANISATION = Order("name_key")
PROGRAMS_SHOWN = 12
SENTENCES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ProgramRoles:
    """A program with what the worker last counted of its roles, and of its money (None: nothing is planned).

    `worst` are the sentences of its first open complaints, as they are now; none where the worker counted none.
    """

    program_id: int
    program: str
    partners: int
    functions: int
    covered: int
    complaints: int
    serious: int
    accepted: int
    next_end_on: date | None
    money: Figures | None
    worst: Sequence[str]


@dataclass(frozen=True, slots=True)
class PortfolioRoles:
    """What is shown, and a page of programs."""

    show: str
    rows: Sequence[ProgramRoles]
    page: Page


def read(portfolio: Portfolio, show: str, *, today: date, after: str = "", before: str = "") -> PortfolioRoles:
    """One page: programs with open complaints or all by name, or with agreements that end soon by that day."""
    show = show if show in ORDERS else "complaints"
    columns = ("partners", "functions", "covered", "complaints", "serious", "accepted", "next_end_on")
    rows = _shown(portfolio, show, today).annotate(**{name: F(f"program__role_summary__{name}") for name in columns})
    found = rows.values_list("pk", "program_id", "name", ORDERS[show].column, *columns, named=True)
    page = page_of(found, ORDERS[show], size=PAGE_SIZE, after=after, before=before)
    money = funding.of_programs(row.program_id for row in page.rows)
    worst = _worst([row.program_id for row in page.rows if row.complaints], today)
    return PortfolioRoles(show, [_row(row, columns, money, worst) for row in page.rows], page)


def _shown(portfolio: Portfolio, show: str, today: date) -> QuerySet[Any]:
    rows = Listing.objects.agreed().filter(portfolio=portfolio, is_archived=False)
    if show == "complaints":
        return rows.filter(has_complaints=True)
    if show == "ending":
        return rows.filter(agreement_ends_on__lte=today + SOON)
    return rows.filter(has_partners=True)


def _worst(program_ids: Sequence[int], today: date) -> dict[int, list[str]]:
    """What the matrix of each of these programs complains about first; hints are left out."""
    found = complaints.of_programs(program_ids, today) if program_ids else {}
    return {pk: [one.sentence for one in reading.pressing[:SENTENCES_SHOWN]] for pk, reading in found.items()}


def _row(
    row: Any, columns: Sequence[str], money: Mapping[int, Figures], worst: Mapping[int, list[str]]
) -> ProgramRoles:
    counts = {name: getattr(row, name) for name in columns}
    pk = row.program_id
    return ProgramRoles(pk, row.name, **counts, money=money.get(pk), worst=worst.get(pk, []))


@dataclass(frozen=True, slots=True)
class PlaceOfPartner:
    """One program an organisation is a partner in, and for how many functions it answers there."""

    program_id: int
    program: str
    partner_id: int
    accountable: int


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation over the programs of a portfolio; `more` programs are not shown."""

    name: str
    programs: int
    places: Sequence[PlaceOfPartner]

    @property
    def more(self) -> int:
        return self.programs - len(self.places)


def organisations(portfolio: Portfolio, *, after: str = "", before: str = "") -> Page:
    """Organisations that are partners in the portfolio's programs, by name."""
    here = Partner.objects.filter(organisation=OuterRef("pk"), program__in=_listed(portfolio))
    rows = Organisation.objects.filter(Exists(here)).annotate(name_key=Lower("name"))
    page = page_of(
        rows.values_list("pk", "name", "name_key", named=True),
        BY_ORGANISATION,
        size=PAGE_SIZE,
        after=after,
        before=before,
    )
    found = _places(portfolio, [row.pk for row in page.rows])
    return Page([OrganisationRow(row.name, *found[row.pk]) for row in page.rows], page.before, page.after)


def _places(portfolio: Portfolio, ids: Sequence[int]) -> dict[int, tuple[int, list[PlaceOfPartner]]]:
    """By organisation: in how many programs, and the first of them; one query."""
    here = Partner.objects.filter(organisation=OuterRef("pk"), program__in=_listed(portfolio))
    counted = here.order_by().values("organisation").annotate(number=Count("pk")).values("number")
    answers = Count("responsibilities", filter=Q(responsibilities__letter=Letter.ACCOUNTABLE))
    shown = (
        here.annotate(answers=answers)
        .order_by("program__name", "pk")
        .values(
            place=JSONObject(program_id="program_id", program="program__name", partner_id="pk", accountable="answers")
        )
    )
    rows = Organisation.objects.filter(pk__in=ids).annotate(
        number=Coalesce(Subquery(counted), 0), places=ArraySubquery(shown[:PROGRAMS_SHOWN])
    )
    return {row.pk: (row.number, [PlaceOfPartner(**place) for place in row.places]) for row in rows}


def _listed(portfolio: Portfolio) -> QuerySet[Any]:
    return Listing.objects.agreed().filter(portfolio=portfolio, is_archived=False).values("program")
