"""From a comparison of rounds to the lines, cells and words of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import result_charts
from assessments.domain.comparing import Cell, ComparedDimension, ComparedItem, ComparedRound, Comparison
from assessments.figures import as_number, as_percent

MARKS: Final[dict[str, Promise]] = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "gone": gettext_lazy("gone"),
}


@dataclass(frozen=True, slots=True)
class CellWords:
    """A value, and whether the question was new, changed or gone then."""

    value: str
    mark: str


@dataclass(frozen=True)
class ItemRow:
    """One item through all rounds."""

    item: ComparedItem

    @property
    def cells(self) -> list[CellWords]:
        return [_words(cell) for cell in self.item.cells]


@dataclass(frozen=True)
class DimensionRow:
    """One dimension through all rounds: its line, its shares in words, and its items."""

    dimension: ComparedDimension
    rounds: Sequence[ComparedRound]

    @cached_property
    def cells(self) -> list[str]:
        return [as_percent(share) for share in self.dimension.shares]

    @property
    def line(self) -> SafeString:
        named = zip(self.cells, self.rounds, strict=True)
        told = [_("%(share)s in “%(round)s”") % {"share": cell, "round": each.assessment.title} for cell, each in named]
        label = f"{self.dimension.title}: {', '.join(told)}"
        return result_charts.line(self.dimension.shares, target=self.rounds[-1].assessment.target, label=label)

    @property
    def now(self) -> str:
        return self.cells[-1]

    @property
    def items(self) -> list[ItemRow]:
        return [ItemRow(item) for item in self.dimension.items]


@dataclass(frozen=True)
class ComparePage:
    """All that the page of a comparison shows."""

    comparison: Comparison

    @cached_property
    def dimensions(self) -> list[DimensionRow]:
        return [DimensionRow(each, self.comparison.rounds) for each in self.comparison.dimensions]

    @property
    def target(self) -> str:
        return as_percent(self.comparison.newest.assessment.target)

    @property
    def is_line(self) -> bool:
        """A line needs two ends."""
        return len(self.comparison.rounds) > 1

    @property
    def marked(self) -> bool:
        return any(each.marks for each in self.comparison.rounds)


def _words(cell: Cell) -> CellWords:
    mark = str(MARKS[cell.mark]) if cell.mark else ""
    return CellWords(as_number(cell.value) if cell.is_asked else "", mark)
