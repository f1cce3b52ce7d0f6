"""The facts a score rests on: items with their answers, steps, and the latest closed round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal, get_args

Answer = Literal["not_started", "under_way", "done", "not_applicable", "dont_know", "later"]
Phase = Literal["before", "during"]

# What an answer counts as, once its reason, its acceptance and its verification are looked at.
CountedAs = Literal[
    "not_started",
    "under_way",
    "done",
    "verified",
    "dont_know",
    "later",
    "not_applicable",
    "needs_reason",
    "needs_acceptance",
]

PHASES: Final[tuple[Phase, ...]] = get_args(Phase)
ANSWERS: Final[frozenset[Answer]] = frozenset(get_args(Answer))
COUNTED_AS: Final[tuple[CountedAs, ...]] = get_args(CountedAs)

# A share computed in floating point may miss its true value by less than this.
SLACK: Final = 1e-9

TOP_LEVEL: Final = 3
LEVELS: Final[dict[CountedAs, int]] = {
    **dict.fromkeys(COUNTED_AS, 0),
    "under_way": 1,
    "done": 2,
    "verified": TOP_LEVEL,
}

# Neither asks anything more of the team on a critical item.
SETTLED: Final[frozenset[CountedAs]] = frozenset({"done", "verified", "not_applicable"})


class FactError(ValueError):
    """A fact that cannot be scored; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One checklist item with what a program answered.

    `number` is the printed number ("3.2"). `weight` is a whole number from 1. `has_reason`
    speaks of "not applicable" alone, and `is_accepted` is the reviewer's yes to it on a critical
    item. `is_verified` and `has_evidence` (at least one current, unexpired piece) count on a
    done item only. Raises FactError for an unknown answer or a weight below 1.
    """

    key: str
    number: str
    weight: int
    is_critical: bool
    answer: Answer
    has_reason: bool
    is_accepted: bool
    is_verified: bool
    has_evidence: bool

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            raise FactError(f'Item {self.number}: "{self.answer}" is not an answer.')
        if not isinstance(self.weight, int) or self.weight < 1:
            raise FactError(f"Item {self.number}: weight {self.weight!r} is not a whole number from 1.")

    @property
    def counted_as(self) -> CountedAs:
        """What the answer counts as (verified only on done, no "not applicable" for free)."""
        if self.answer == "done":
            return "verified" if self.is_verified else "done"
        if self.answer != "not_applicable":
            return self.answer
        if not self.has_reason:
            return "needs_reason"
        if self.is_critical and not self.is_accepted:
            return "needs_acceptance"
        return "not_applicable"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a program. Passed means decided "go" or "go with conditions".

    One that passed before the program came here (`is_recorded_later`) still takes answers: that moves no
    figure, only what can be done. Raises FactError for an unknown phase, or when two items share a key.
    """

    key: str
    number: int
    phase: Phase
    is_passed: bool
    items: tuple[Item, ...]
    is_recorded_later: bool = False

    @property
    def is_closed(self) -> bool:
        """The team cannot raise an answer."""
        return self.is_passed and not self.is_recorded_later

    def __post_init__(self) -> None:
        if self.phase not in PHASES:
            raise FactError(f'Step {self.number}: "{self.phase}" is not a phase.')
        if len({item.key for item in self.items}) < len(self.items):
            raise FactError(f"Step {self.number}: two items have the same key.")


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """The latest closed round of a program.

    `share` is where its overall value lies in the range of its scale, (value - low) / (high - low),
    0 to 1, or None when nothing was agreed on. `open_item_count` counts items without an agreed value.
    Raises FactError outside that.
    """

    closed_on: date
    share: float | None
    open_item_count: int

    def __post_init__(self) -> None:
        if isinstance(self.closed_on, datetime):
            raise FactError("The closing day of an assessment is a date without a time.")
        if self.share is not None and not -SLACK <= self.share <= 1 + SLACK:
            raise FactError(f"The share of an assessment lies between 0 and 1, not {self.share}.")
        if self.open_item_count < 0:
            raise FactError("An assessment cannot have fewer than 0 open items.")


@lru_cache(maxsize=4096)  # the same few hundred numbers come back for every program of a guide
def by_number(number: str) -> tuple[tuple[int, str], ...]:
    """Sort key of a printed number, so that 1.10 follows 1.9."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in number.split("."))


def in_order(steps: Sequence[Step]) -> list[Step]:
    """Return the steps by number. Raises FactError when two share a number or a key."""
    if len({step.number for step in steps}) < len(steps):
        raise FactError("Two steps have the same number.")
    if len({step.key for step in steps}) < len(steps):
        raise FactError("Two steps have the same key.")
    return sorted(steps, key=lambda step: step.number)
