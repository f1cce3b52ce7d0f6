"""The latest closed round of one instrument for every program of a portfolio, for its facilitators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Portfolio
from assessments.domain.comparing import family_of
from assessments.models import Instrument, InstrumentDimension, RoundResult
from dashboards.domain.paging import Order, Page, page_of
from programs.models import Listing

PAGE_SIZE = 50
BY_NAME = Order("name_key")


class ProgramName(NamedTuple):
    """A program as it is listed."""

    pk: int
    program_id: int
    name: str
    name_key: str


@dataclass(frozen=True, slots=True)
class ProgramRound:
    """A program with what the dimensions of its latest round came to, in the order of the columns.

    A dimension its version does not have, or a round on another scale, has None.
    """

    program_id: int
    program: str
    round_id: int
    title: str
    closed_at: datetime
    version: int
    is_comparable: bool
    shares: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class PortfolioRounds:
    """What can be chosen, what is chosen (None: no round was closed anywhere), its dimensions, and a page of rows."""

    choices: Sequence[Instrument]
    instrument: Instrument | None
    dimensions: Sequence[InstrumentDimension]
    rows: Sequence[ProgramRound]
    page: Page


def read(portfolio: Portfolio, chosen: int | None = None, *, after: str = "", before: str = "") -> PortfolioRounds:
    """One page, by name; four queries whatever the size."""
    families = _families(portfolio)
    newest = [versions[-1] for versions in families.values()]
    instrument = _chosen(families, chosen)
    if instrument is None:
        return PortfolioRounds(newest, None, [], [], Page([]))
    versions = {one.pk: one for one in families[family_of(instrument)]}
    page = _programs(portfolio, versions, after=after, before=before)
    dimensions = list(InstrumentDimension.objects.filter(instrument=instrument).order_by("number"))
    latest = _latest([row.program_id for row in page.rows], versions)
    keys = [dimension.key for dimension in dimensions]
    rows = [_row(row, latest[row.program_id], versions, instrument, keys) for row in page.rows]
    return PortfolioRounds(newest, instrument, dimensions, rows, page)


Families = dict[tuple[int | None, str], list[Instrument]]


def _families(portfolio: Portfolio) -> Families:
    """Instruments of which some listed program has closed a round: their versions, the oldest first."""
    closed = _closed().filter(assessment__program__in=_listed(portfolio).values("program"))
    rows = Instrument.objects.filter(pk__in=closed.values("assessment__instrument")).defer("text")
    found: Families = {}
    for one in rows.order_by("title", "version", "pk"):
        found.setdefault(family_of(one), []).append(one)
    return {family: sorted(versions, key=lambda one: one.version) for family, versions in found.items()}


def _chosen(families: Families, chosen: int | None) -> Instrument | None:
    """The newest version of the instrument asked for, else of the first by title."""
    asked = (versions[-1] for versions in families.values() if any(one.pk == chosen for one in versions))
    return next(asked, next((versions[-1] for versions in families.values()), None))


def _programs(portfolio: Portfolio, versions: Mapping[int, Instrument], *, after: str, before: str) -> Page:
    """Listed programs that have such a round."""
    theirs = _closed().filter(assessment__program=OuterRef("program"), assessment__instrument__in=list(versions))
    rows = _listed(portfolio).filter(Exists(theirs)).values_list(*ProgramName._fields, named=True)
    page = page_of(rows, BY_NAME, size=PAGE_SIZE, after=after, before=before)
    return Page([ProgramName(*row) for row in page.rows], page.before, page.after)


def _latest(programs: Sequence[int], versions: Mapping[int, Instrument]) -> dict[int, dict[str, Any]]:
    rows = (
        _closed()
        .filter(assessment__program__in=programs, assessment__instrument__in=list(versions))
        .annotate(
            program=F("assessment__program_id"),
            instrument=F("assessment__instrument_id"),
            title=F("assessment__title"),
            closed_at=F("assessment__closed_at"),
            figures=F("data__dimensions"),
        )
        .order_by("assessment__program_id", "-assessment__closed_at", "-assessment_id")
        .distinct("assessment__program_id")
        .values("program", "instrument", "assessment_id", "title", "closed_at", "figures")
    )
    return {row["program"]: dict(row) for row in rows}


def _row(
    listed: ProgramName,
    found: Mapping[str, Any],
    versions: Mapping[int, Instrument],
    instrument: Instrument,
    keys: Sequence[str],
) -> ProgramRound:
    version = versions[found["instrument"]]
    is_comparable = (version.low, version.high) == (instrument.low, instrument.high)
    shares = {figure["key"]: figure["share"] for figure in found["figures"]} if is_comparable else {}
    return ProgramRound(
        program_id=listed.program_id,
        program=listed.name,
        round_id=found["assessment_id"],
        title=found["title"],
        closed_at=found["closed_at"],
        version=version.version,
        is_comparable=is_comparable,
        shares=[shares.get(key) for key in keys],
    )


def _closed() -> QuerySet[RoundResult]:
    return RoundResult.objects.filter(basis=RoundResult.Basis.AGREED)


def _listed(portfolio: Portfolio) -> QuerySet[Any]:
    return Listing.objects.agreed().filter(portfolio=portfolio, is_archived=False)
