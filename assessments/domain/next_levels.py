"""Where an item stands on its scale, and what one would see one level further up."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.domain.questionnaires import Level


@dataclass(frozen=True, slots=True)
class Place:
    """A value between the levels of an item.

    `now` is the level it has reached, `following` the next better one (None: it is the best). `seen` is the next
    better level that has words of its own: on a long scale not every level has some.
    """

    value: float
    now: Level
    following: Level | None
    seen: Level | None

    @property
    def is_between(self) -> bool:
        """A median may lie between two levels."""
        return self.value != self.now.value

    @property
    def is_told(self) -> bool:
        """Whether the level it has reached has words beside its label."""
        return bool(self.now.anchor or self.now.meaning)

    @property
    def is_next_told(self) -> bool:
        """Whether what comes next has words beside its label."""
        following = self.seen or self.following
        return bool(following and (following.anchor or following.meaning))

    @property
    def what_is_there(self) -> str:
        """What one sees at the level it has reached, in words."""
        return words_of(self.now)

    @property
    def what_to_reach(self) -> str:
        """What one would see at the next level, in words; nothing once it is at its best."""
        return words_of(self.seen or self.following) if self.following else ""


def place_of(value: float, levels: Sequence[Level], *, is_reversed: bool) -> Place:
    """Where a value of the scale stands. Levels come lowest first; on a reversed item the lowest is the best.

    Raises ValueError for a value below all levels or above.
    """
    if not levels[0].value <= value <= levels[-1].value:
        raise ValueError(f"All values lie from {levels[0].value} to {levels[-1].value}, not {value}.")
    worst_first = list(reversed(levels)) if is_reversed else list(levels)
    reached = [level for level in worst_first if (level.value >= value if is_reversed else level.value <= value)]
    better = worst_first[len(reached) :]
    return Place(
        value=value,
        now=reached[-1],
        following=better[0] if better else None,
        seen=next((level for level in better if level.anchor), better[0] if better else None),
    )


def words_of(level: Level | None) -> str:
    """What one sees at a level: the item’s own words, or else those of the scale."""
    return (level.anchor or level.meaning or level.label) if level else ""
