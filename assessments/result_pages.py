"""From what came of a round to the rows, charts and sentences of its results page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import result_charts
from assessments.domain.results_reading import Results
from assessments.figures import NONE, as_number, as_percent
from assessments.models import Assessment, RoundAction
from assessments.result_lines import DimensionLine, ItemLine, group_words

# From which alpha on raters are said to read the items alike, and from which that much can be drawn from it.
RELIABLE, TENTATIVE = 0.8, 2 / 3
MOST_BOTTLENECKS = 2  # lowest dimensions that are named so: of many, each says little


@dataclass(frozen=True, slots=True)
class Talk:
    """One item that is disputed; `is_above`: its levels stand among the weakest already."""

    line: ItemLine
    is_above: bool


@dataclass(frozen=True)
class ResultsPage:
    """All that the results page of one round shows."""

    results: Results

    @property
    def assessment(self) -> Assessment:
        return self.results.assessment

    @property
    def target(self) -> str:
        return as_percent(self.assessment.target)

    @cached_property
    def weakest(self) -> list[ItemLine]:
        return [self._lines[each.item.key] for each in self.results.weakest]

    @cached_property
    def most_disputed(self) -> list[ItemLine]:
        return [self._lines[each.item.key] for each in self.results.most_disputed]

    @property
    def disputes(self) -> list[Talk]:
        weak = {line.number for line in self.weakest}
        return [Talk(line, is_above=line.number in weak) for line in self.most_disputed]

    @cached_property
    def dimensions(self) -> list[DimensionLine]:
        return list(self._dimensions())

    @cached_property
    def bottleneck(self) -> str:
        """Which dimensions are lowest, in one sentence; empty while nothing counts."""
        lowest = [each for each in self.dimensions if each.reading in self.results.bottlenecks]
        found = [each for each in lowest if each.is_bottleneck]
        if not found:
            return self._shared(lowest)
        words = ngettext(
            "The bottleneck is %(names)s: %(share)s, the lowest of all dimensions.",
            "The bottlenecks are %(names)s: %(share)s each, the lowest of all dimensions.",
            len(found),
        )
        return words % {"names": ", ".join(each.title for each in found), "share": found[0].percent}

    def _shared(self, lowest: Sequence[DimensionLine]) -> str:
        """Many are lowest, so none is the bottleneck."""
        if not lowest:
            return ""
        words = {"count": len(lowest), "share": lowest[0].percent, "names": ", ".join(each.title for each in lowest)}
        if len(lowest) == len(self.dimensions):
            return _("All dimensions came to the same: %(share)s.") % words
        return _("%(count)s dimensions share the lowest value, %(share)s: %(names)s.") % words

    @cached_property
    def key(self) -> list[tuple[SafeString, str]]:
        """The marks that stand in the dots of this page, with whose they are."""
        used = {each.groups: each for reading in self.results.items.values() for each in reading.answers}
        found = {groups if groups in result_charts.MARKS else (): groups for groups in sorted(used, key=len)}
        if len(found) < 2:
            return []
        together = _("several role groups together")
        return [(result_charts.key_mark(mark), group_words(mark) if mark else together) for mark in found]

    @cached_property
    def frame(self) -> str:
        """The frame around a level, for the key; empty while nothing is agreed."""
        is_there = any(reading.is_agreed for reading in self.results.items.values())
        return result_charts.key_frame() if is_there else ""

    @property
    def objections(self) -> list[str]:
        """What was left open and who disagrees, item by item."""
        return [words for line in self._lines.values() for words in line.objections]

    @property
    def levels(self) -> str:
        """ "0 · 1 · 2 · 3"."""
        return " · ".join(str(level["value"]) for level in self.assessment.instrument.scale)

    @property
    def paper_columns(self) -> int:
        """Of the table of all items on paper: a column a level, and four more."""
        return len(self.assessment.instrument.scale) + 4

    @property
    def has_reversed(self) -> bool:
        return any(reading.item.is_reversed for reading in self.results.items.values())

    @property
    def coverage(self) -> str:
        found = self.results.score.coverage
        return _("%(with)s of %(of)s") % {"with": found.numerator, "of": found.denominator}

    @property
    def gap(self) -> str:
        """Team against raters from outside, in a sentence."""
        gap = self.results.score.overall.gap
        if gap is None:
            return _("Not told: it takes three raters of the team and three from outside.")
        size = as_number(abs(gap))
        if round(gap, 1) == 0:
            return _("None to speak of: the team and raters from outside see it alike.")
        if gap > 0:
            return _("The team sees it %(size)s levels better than raters from outside.") % {"size": size}
        return _("Raters from outside see it %(size)s levels better than the team.") % {"size": size}

    @cached_property
    def agreement(self) -> tuple[str, str]:
        """Alpha of the whole round and what it means; no figure for one rater, or without any difference."""
        alpha = self.results.score.alpha
        if alpha is None:
            return NONE, _("It takes two raters, and ratings that are not all the same.")
        shown = number_format(round(alpha, 2), decimal_pos=2)
        if alpha >= RELIABLE:
            return shown, _("Raters read the items much alike.")
        if alpha >= TENTATIVE:
            return shown, _("Raters read the items fairly alike: draw careful conclusions only.")
        return shown, _(
            "Raters see the items quite differently: what they say about them matters more than any figure."
        )

    @property
    def total(self) -> str:
        return as_percent(self.results.score.overall.share)

    @property
    def last_total(self) -> str:
        before = self.results.before
        return as_percent(before.share) if before and before.is_comparable else ""

    @property
    def group_counts(self) -> list[str]:
        """Who rated, small groups as one: "team 3"."""
        groups = self.results.score.groups
        return [f"{capfirst(group_words(group.names))} {group.n}" for group in groups]

    @property
    def open_actions(self) -> list[RoundAction]:
        return [action for action in self.results.actions if action.done_at is None]

    @cached_property
    def _lines(self) -> dict[str, ItemLine]:
        readings = self.results.items
        crowd = max((max(each.counts.values(), default=0) for each in readings.values()), default=0)
        return {key: ItemLine(reading, self.assessment, crowd) for key, reading in readings.items()}

    def _dimensions(self) -> Iterator[DimensionLine]:
        lowest = self.results.bottlenecks
        is_telling = len(lowest) <= MOST_BOTTLENECKS and len(lowest) < len(self.results.dimensions)
        for reading in self.results.dimensions:
            yield DimensionLine(
                reading=reading,
                assessment=self.assessment,
                lowest=[self._lines[key] for key in reading.score.lowest],
                items=[self._lines[each.item.key] for each in reading.items],
                is_bottleneck=is_telling and reading in lowest,
            )
