"""What scoring hands back: tallies, step, phase and program scores, and the band's conditions.

Everything stored in a field is a plain value, so that `dataclasses.asdict` gives JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from assessments.domain.facts import CountedAs, Phase

Band = Literal["not_yet", "nearly", "ready"]
ConditionCode = Literal[
    "steps_passed",
    "no_open_critical",
    "coverage",
    "assessment_recent",
    "assessment_share",
    "assessment_complete",
]


class Ratio(NamedTuple):
    """Two counts that are kept apart, so that portfolios can add both of them."""

    numerator: int
    denominator: int

    @property
    def share(self) -> float | None:
        """0 to 1, or None when there is nothing to take a share of."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Items of a step, a phase or a program, counted by what their answers count as.

    `items` is the sum of all other counts but `verified` and `with_evidence`, which are parts of
    `done`. `unsettled` items were marked not applicable, but lack a reason or the reviewer's yes.
    """

    items: int
    done: int
    verified: int
    with_evidence: int
    under_way: int
    not_started: int
    dont_know: int
    later: int
    unsettled: int
    not_applicable: int

    @classmethod
    def total(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Add tallies up, count by count."""
        return cls(*map(sum, zip(_NOTHING, *map(_counts, tallies), strict=True)))

    @property
    def applicable(self) -> int:
        return self.items - self.not_applicable

    @property
    def coverage(self) -> Ratio:
        """Done items with at least one current piece of evidence, of all done items."""
        return Ratio(self.with_evidence, self.done)

    @property
    def proven(self) -> Ratio:
        """Verified items, of all done items."""
        return Ratio(self.verified, self.done)

    @property
    def path_said(self) -> Ratio:
        """Done (or verified) items, of all that apply: the outer ring on the path."""
        return Ratio(self.done, self.applicable)

    @property
    def path_proven(self) -> Ratio:
        """Verified items, of all that apply: the inner ring on the path, never above the outer."""
        return Ratio(self.verified, self.applicable)


_names = tuple(field.name for field in fields(Tally))
_counts = attrgetter(*_names)
_NOTHING = (0,) * len(_names)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """A step or an item that keeps a condition from being met, and what it counts as now."""

    key: str
    number: str
    why: CountedAs | Literal["not_passed", "no_evidence"]


@dataclass(frozen=True, slots=True)
class StepScore:
    """One step. `score` is points / points_of, 0 to 1, or None when no item applies."""

    key: str
    number: int
    phase: Phase
    is_passed: bool
    score: float | None
    points: int
    points_of: int
    tally: Tally
    open_critical: tuple[StillOpen, ...]


@dataclass(frozen=True, slots=True)
class PhaseScore:
    """One phase. `score` is the mean of its scored steps, 0 to 1, or None when it has none."""

    phase: Phase
    score: float | None
    steps_passed: int
    step_count: int
    tally: Tally
    open_critical: tuple[StillOpen, ...]

    @property
    def is_passed(self) -> bool:
        return self.steps_passed == self.step_count


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing the rules ask for a band: met or not, the figures, and what is still open.

    `figures` by code (counts, shares 0 to 1, days as "2026-11-23"; None without an assessment):
    steps_passed {passed, of, needed}; no_open_critical {open, allowed};
    coverage {with_evidence, done, needed, share_needed};
    assessment_recent {closed_on, valid_until, months}; assessment_share {share, share_needed};
    assessment_complete {open, allowed}.
    """

    code: ConditionCode
    band: Band
    is_met: bool
    figures: Mapping[str, Any]
    still_open: tuple[StillOpen, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Condition":
        """Read back what `dataclasses.asdict` made of a condition, as a snapshot stores it."""
        still_open = tuple(StillOpen(**thing) for thing in data["still_open"])
        return cls(**{**data, "still_open": still_open})


@dataclass(frozen=True, slots=True)
class ProgramScore:
    """One program on one day. Steps and phases stand in their order.

    `headline_phases` are the phases whose scores stand side by side at the top; there is no mean
    over both. `phase_in_force` is the one being worked on; `weakest_step` is its lowest step that
    is scored and not passed, or None.
    """

    steps: tuple[StepScore, ...]
    phases: tuple[PhaseScore, ...]
    headline_phases: tuple[Phase, ...]
    phase_in_force: Phase
    weakest_step: StepScore | None
    tally: Tally
    band: Band
    conditions: tuple[Condition, ...]
    rules_version: int

    @property
    def headline(self) -> tuple[PhaseScore, ...]:
        return tuple(phase for phase in self.phases if phase.phase in self.headline_phases)

    @property
    def open_critical(self) -> tuple[StillOpen, ...]:
        """Open critical items of the headline phases, by number."""
        return tuple(item for phase in self.headline for item in phase.open_critical)

    @property
    def coverage(self) -> Ratio:
        return self.tally.coverage

    @property
    def proven(self) -> Ratio:
        return self.tally.proven
