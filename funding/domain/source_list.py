"""Sources with what they give, as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from funding.domain import contributions, sources
from funding.domain.amounts import shown
from funding.models import Contribution, FundingSource, FundingStatus
from programs.models import Program


@dataclass(frozen=True, slots=True)
class Row:
    """One contribution, its sum in words, and what it usually becomes next (None: it has arrived)."""

    contribution: Contribution
    sum: str
    next: FundingStatus | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source with its contributions, by year."""

    source: FundingSource
    rows: list[Row]


def of_program(program: Program) -> list[SourceRow]:
    """All sources by name, also those that give nothing yet."""
    given = sorted(contributions.of_program(program), key=lambda one: (one.source_id, one.year, one.pk))
    by_source = {pk: list(rows) for pk, rows in groupby(given, key=lambda one: one.source_id)}
    return [SourceRow(source, _rows(by_source.get(source.pk, ()))) for source in sources.of_program(program)]


def of_source(source: FundingSource) -> SourceRow:
    return SourceRow(source, _rows(source.contributions.all()))


def _rows(given: Iterable[Contribution]) -> list[Row]:
    return [Row(one, shown(one.amount, one.currency), contributions.NEXT.get(one.status)) for one in given]
