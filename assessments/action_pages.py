"""What the page of a new action shows of its item."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assessments.domain.actions import LONGEST_TEXT
from assessments.domain.next_levels import Place, place_of
from assessments.domain.questionnaires import Level, levels_of
from assessments.models import Assessment, InstrumentItem


@dataclass(frozen=True)
class ActionPage:
    """One item with where it stands. `counted` is the value that counts now; None where none does."""

    assessment: Assessment
    item: InstrumentItem
    counted: float | None

    @cached_property
    def levels(self) -> Sequence[Level]:
        return levels_of(self.assessment.instrument, self.item)

    @cached_property
    def place(self) -> Place | None:
        if self.counted is None:
            return None
        return place_of(self.counted, self.levels, is_reversed=self.item.is_reversed)

    @property
    def what_to_reach(self) -> str:
        """What one would see at the next level, as long as an action may be."""
        return self.place.what_to_reach[:LONGEST_TEXT] if self.place else ""
