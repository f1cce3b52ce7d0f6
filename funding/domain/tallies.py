"""Of how many amounts a figure is made, and how many it lacks because nobody entered what their currency is worth.

Plain Python. A figure that lacks some is too small (a gap may be too large as well), and says so; one that lacks them
all is not nought but unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Tally:
    """The amounts of one figure. `currencies` are those that want a rate."""

    counted: int = 0
    left_out: int = 0
    currencies: frozenset[str] = frozenset()

    @property
    def is_unknown(self) -> bool:
        """There are amounts, and none of them could be converted."""
        return self.left_out > 0 and not self.counted

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.counted + other.counted, self.left_out + other.left_out, self.currencies | other.currencies)


NONE = Tally()


@dataclass(frozen=True, slots=True)
class Tallies:
    """The amounts of a year, or of several added up: costs, and money by how sure it is."""

    cost: Tally = NONE
    secured: Tally = NONE
    pledged: Tally = NONE
    hoped: Tally = NONE

    @property
    def whole(self) -> Tally:
        return together(getattr(self, one.name) for one in fields(self))

    @property
    def gap(self) -> Tally:
        return self._gap(self.secured)

    @property
    def gap_if_pledged(self) -> Tally:
        return self._gap(self.secured, self.pledged)

    @property
    def gap_if_hoped(self) -> Tally:
        return self._gap(self.secured, self.pledged, self.hoped)

    def __add__(self, other: "Tallies") -> "Tallies":
        return Tallies(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def _gap(self, *money: Tally) -> Tally:
        """A gap is known as far as its costs are; money that is left out makes it look too large. No cost, no gap."""
        if self.cost == NONE:
            return NONE
        given = together(money)
        return Tally(self.cost.counted, self.cost.left_out + given.left_out, self.cost.currencies | given.currencies)


NOWHERE = Tallies()


def together(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, NONE)
