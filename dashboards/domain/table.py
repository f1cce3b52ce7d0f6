"""The portfolio table: which programs, in which order, and what each row says. One query a page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Portfolio
from assessments.domain.results import Ratio
from dashboards.domain.paging import Order, Page, in_order, page_of
from programs.models import Attention, Listing, Program, ProgramSummary

PAGE_SIZE = 50
COUNT_UP_TO = 1_000
MOST_WORDS = 8
MORE_THAN_ALL = 10_000_000


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if timezone.is_naive(instant):
        raise ValueError(text)
    return instant


def _attention(text: str) -> int:
    return Attention(int(text)).value


# Ascending puts those that need somebody first: least ready, longest in their step, longest silent.
SORTS: Mapping[str, Order] = {
    "attention": Order("attention", _attention),
    "name": Order("name_key"),
    "readiness": Order("readiness", float),
    "coverage": Order("coverage", float),
    "days": Order("current_since", date.fromisoformat, has_gaps=True),
    "activity": Order("last_activity_at", _instant, has_gaps=True),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked the table for; empty or None means any."""

    q: str = ""
    sector: str = ""
    country: str = ""
    band: str = ""
    step: int | None = None
    attention: int | None = None
    archived: bool = False
    sort: str = "attention"

    @property
    def is_filtered(self) -> bool:
        return bool(self.columns() or self.q or self.archived)

    @property
    def order(self) -> Order:
        """A sort with a minus before it is turned around."""
        order = SORTS[self.sort.removeprefix("-")]
        return Order(order.column, order.read, self.sort.startswith("-"), order.has_gaps)

    def columns(self) -> dict[str, Any]:
        """The columns of a listing that must have these values."""
        exact = {"sector": self.sector, "country": self.country, "band": self.band, "attention": self.attention}
        columns = {column: value for column, value in exact.items() if value}
        return columns if self.step is None else columns | {"current_step": self.step}


class Row(NamedTuple):
    """One program of the table; scores and shares run from 0 to 1."""

    pk: int
    program_id: int
    name: str
    name_key: str
    sector: str
    country: str
    is_home: bool
    attention: int
    current_step: int
    current_since: date | None
    last_activity_at: datetime | None
    readiness: float
    coverage: float
    band: str
    path: str
    passed_count: int
    during: float
    done: int
    evidenced: int
    verified: int

    @property
    def covered(self) -> Ratio:
        return Ratio(self.evidenced, self.done)

    @property
    def proven(self) -> Ratio:
        return Ratio(self.verified, self.done)

    @property
    def waits_for_you(self) -> bool:
        """Decisions are taken in a program's home portfolio alone."""
        return self.is_home and self.attention == Attention.WAITING

    def days_in_step(self, today: date) -> int | None:
        return (today - self.current_since).days if self.current_since else None


OF_SUMMARY = ("path", "passed_count", "during", "done", "evidenced", "verified")
OF_LISTING = tuple(name for name in Row._fields if name not in OF_SUMMARY)


def page(portfolio: Portfolio, wanted: Wanted, *, found: int | None = None, after: str = "", before: str = "") -> Page:
    """One page of the table. `found` is what `count` said of it, if it was asked."""
    is_rare = found is not None and found <= COUNT_UP_TO
    rows = _rows(_listings(portfolio, wanted, is_rare=is_rare))
    shown = page_of(rows, wanted.order, size=PAGE_SIZE, after=after, before=before)
    return Page([Row(*row) for row in shown.rows], shown.before, shown.after)


def every(portfolio: Portfolio, wanted: Wanted) -> Iterator[Row]:
    """All rows in order, a few thousand in memory at a time."""
    parts = in_order(_rows(_listings(portfolio, wanted)), wanted.order)
    return (Row(*row) for part in parts for row in part.iterator(chunk_size=2_000))


def count(portfolio: Portfolio, wanted: Wanted) -> int:
    """How many rows a filter leaves; counted no further than one above COUNT_UP_TO."""
    return _listings(portfolio, wanted).values("pk")[: COUNT_UP_TO + 1].count()


def named_like(words: str, *, is_rare: bool = False) -> QuerySet[Any]:
    """Programs whose name or place has words that begin like these, by the index `program_search`.

    What many programs have in their names is soon met while walking the table in its order. For what
    few have (`is_rare`) that walk would be long: a limit that cuts nothing makes PostgreSQL look in
    the index of words first.
    """
    found = re.findall(r"\w+", words)[:MOST_WORDS]
    if not found:
        return Program.objects.none()
    query = SearchQuery(" & ".join(f"{word}:*" for word in found), config="simple", search_type="raw")
    vector = SearchVector("name", "ambition_place", config="simple")
    programs = Program.objects.annotate(words=vector).filter(words=query).values("pk")
    return programs[:MORE_THAN_ALL] if is_rare else programs


def _listings(portfolio: Portfolio, wanted: Wanted, *, is_rare: bool = False) -> QuerySet[Any]:
    agreed = Listing.objects.agreed().filter(portfolio=portfolio, is_archived=wanted.archived, **wanted.columns())
    return agreed.filter(program__in=named_like(wanted.q, is_rare=is_rare)) if wanted.q else agreed


def _rows(listings: QuerySet[Any]) -> QuerySet[Any]:
    live = listings.filter(program__summaries__view=ProgramSummary.View.LIVE)
    return live.values_list(*OF_LISTING, *(f"program__summaries__{name}" for name in OF_SUMMARY), named=True)
