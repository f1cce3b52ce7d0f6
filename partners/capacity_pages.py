"""From checks of capacity to the words, levels and lines of their pages."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from partners.domain.capacity import Pair
from partners.domain.capacity_anchors import ALL, VALUES, Side
from partners.domain.capacity_reading import Reading
from partners.models import HIGHEST, CapacityCheck, Letter, Partner, SupportNeed
from scaleup.ui import trends
from scaleup.ui.words import join_words

CHART_WIDTH = 320


@dataclass(frozen=True, slots=True)
class Level:
    """One value of one side, in words."""

    value: int
    name: Promise
    words: Promise


@dataclass(frozen=True, slots=True)
class SideNow:
    """Where one side stands, and what one would see at the next value, unless it is what is needed."""

    side: Side
    now: Level
    to_reach: Level | None


@dataclass(frozen=True)
class CapacityPage:
    """The pairs of a program; of one partner alone when one was asked for."""

    reading: Reading
    partner: Partner | None

    @cached_property
    def rows(self) -> list["PairPage"]:
        return [PairPage(pair) for pair in self.reading.pairs if self._is_asked(pair.partner)]

    @cached_property
    def too_low(self) -> int:
        return sum(row.pair.state == "too_low" for row in self.rows)

    @cached_property
    def unchecked(self) -> int:
        return sum(row.pair.state == "unchecked" for row in self.rows)

    @cached_property
    def open_needs(self) -> list[SupportNeed]:
        return [need for need in self._needs if need.done_at is None]

    @cached_property
    def done_needs(self) -> list[SupportNeed]:
        return [need for need in self._needs if need.done_at is not None]

    @property
    def _needs(self) -> list[SupportNeed]:
        return [need for need in self.reading.needs if self._is_asked(need.partner)]

    def _is_asked(self, partner: Partner) -> bool:
        return self.partner is None or partner.pk == self.partner.pk


@dataclass(frozen=True)
class PairPage:
    """One partner and one function: what stands in the table and on the page of the two."""

    pair: Pair

    @property
    def task(self) -> str:
        """“Accountable: answers for it”; empty for none."""
        return str(Letter(self.pair.letter).label) if self.pair.letter else ""

    @property
    def in_words(self) -> str:
        return str(VALUES[self.pair.newest.lowest]) if self.pair.newest else ""

    @property
    def needed_in_words(self) -> str:
        return str(VALUES[self.pair.needed])

    @property
    def weakest(self) -> str:
        """The weakest sides by name: “leadership and the organisation”."""
        return join_words([str(ALL[key].name) for key in self.pair.weakest])

    @cached_property
    def sides(self) -> list[SideNow]:
        """All four in their order; none before the first check."""
        newest = self.pair.newest
        return [self._side(side, getattr(newest, side.key)) for side in ALL.values()] if newest else []

    @property
    def scale(self) -> list[tuple[Side, list[Level]]]:
        """Every value of every side in words."""
        return [(side, [level(side, value) for value in range(HIGHEST + 1)]) for side in ALL.values()]

    @property
    def weakest_first(self) -> list[SideNow]:
        return sorted(self.sides, key=lambda one: one.now.value)

    @property
    def weak_sides(self) -> list[SideNow]:
        """Those below what the role needs, the weakest first."""
        return [one for one in self.weakest_first if one.to_reach]

    @cached_property
    def checks(self) -> list["CheckLine"]:
        counted = {check.pk for check in self.pair.counted}
        return [CheckLine(check, check.pk in counted) for check in self.pair.checks]

    @cached_property
    def chart(self) -> trends.TimeChart | None:
        """The lowest value of each check, and what the role needs; None for fewer than two days."""
        checks = self.pair.counted[::-1]
        lines = {
            _("the lowest of the four sides"): [(check.checked_on, check.lowest / HIGHEST) for check in checks],
            _("what the role needs"): [(check.checked_on, self.pair.needed / HIGHEST) for check in checks],
        }
        return trends.over_time(lines, grid=[str(value) for value in range(HIGHEST + 1)], width=CHART_WIDTH)

    def _side(self, side: Side, value: int) -> SideNow:
        is_enough = value >= self.pair.needed
        return SideNow(side, level(side, value), None if is_enough else level(side, value + 1))


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check with its values in the order of the sides; one that was corrected on its day does not count."""

    check: CapacityCheck
    counts: bool

    @property
    def values(self) -> list[tuple[Promise, int]]:
        return [(side.name, getattr(self.check, side.key)) for side in ALL.values()]


def level(side: Side, value: int) -> Level:
    return Level(value, VALUES[value], side.anchors[value])
