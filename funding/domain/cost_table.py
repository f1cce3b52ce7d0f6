"""The cost plan as its page shows it: phase by phase, in them year by year, in a year by kind of cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from funding.domain import costs, phases
from funding.domain.amounts import by_currency, shown
from funding.models import CostKind, CostLine, FundingPhase
from programs.models import Program


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the price of one and the whole, in words."""

    line: CostLine
    price: str
    count: str
    whole: str


@dataclass(frozen=True, slots=True)
class Year:
    """The costs of one year, and what they come to in each currency."""

    year: int
    sums: list[str]
    rows: list[Row]


@dataclass(slots=True)
class Part:
    """A phase with its years; without one, years between phases. Years without a cost are left out."""

    first: int
    phase: FundingPhase | None = None
    years: list[Year] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """All of it, in order of time."""

    parts: list[Part]
    has_lines: bool
    has_phases: bool


def read(program: Program) -> Table:
    lines = sorted(costs.of_program(program), key=_place)
    found = list(phases.of_program(program))
    years = [_year(year, list(rows)) for year, rows in groupby(lines, key=lambda one: one.year)]
    return Table(_parts(found, years), bool(lines), bool(found))


def whole(line: CostLine) -> Decimal:
    """So many times so much."""
    return line.unit_amount * line.quantity


def in_words(line: CostLine) -> str:
    """ "40 × 1,200 USD = 48,000 USD" """
    row = _row(line)
    return row.price if line.quantity == 1 else f"{row.count} × {row.price} = {row.whole}"


def _parts(found: Iterable[FundingPhase], years: Iterable[Year]) -> list[Part]:
    parts = [Part(phase.first_year, phase) for phase in found]
    for year in years:
        home = next((one for one in parts if one.phase and _covers(one.phase, year.year)), None)
        if home is None:
            home = Part(year.year)
            parts.append(home)
        home.years.append(year)
    return _joined(sorted(parts, key=lambda one: one.first))


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Years without a phase that follow one another become one part."""
    joined: list[Part] = []
    for part in parts:
        if joined and part.phase is None and joined[-1].phase is None:
            joined[-1].years.extend(part.years)
        else:
            joined.append(part)
    return joined


def _covers(phase: FundingPhase, year: int) -> bool:
    return phase.first_year <= year <= phase.last_year


def _place(line: CostLine) -> tuple[int, int, int]:
    return line.year, CostKind.values.index(line.kind), line.pk


def _year(year: int, lines: list[CostLine]) -> Year:
    return Year(year, by_currency((whole(one), one.currency) for one in lines), [_row(one) for one in lines])


def _row(line: CostLine) -> Row:
    price, total = shown(line.unit_amount, line.currency), shown(whole(line), line.currency)
    return Row(line, price, shown(Decimal(line.quantity)), total)
