"""Why a score is what it is: program, phase, step and item, each with what it contributed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assessments.domain.facts import (
    LEVELS,
    TOP_LEVEL,
    CountedAs,
    Item,
    Step,
    by_number,
    in_order,
)
from assessments.domain.raises import Raise, raises
from assessments.domain.results import Band, Condition, PhaseScore, ProgramScore, StepScore

OUTSIDE: Final[CountedAs] = "not_applicable"


@dataclass(frozen=True, slots=True)
class ItemNode:
    """One item: its points of how many, and its part of the phase's score.

    `contribution` and `at_most` (what it would be if verified) are shares of the phase's score,
    0 to 1. An item that does not apply has 0 of 0 points.
    """

    key: str
    number: str
    counted_as: CountedAs
    weight: int
    is_critical: bool
    points: int
    points_of: int
    contribution: float
    at_most: float


@dataclass(frozen=True, slots=True)
class StepNode:
    """One step: it contributes the sum of its items, at most 1 / scored steps of its phase."""

    score: StepScore
    contribution: float
    at_most: float
    items: tuple[ItemNode, ...]


@dataclass(frozen=True, slots=True)
class PhaseNode:
    """One phase: its score is the sum of its steps' contributions (to 1e-12)."""

    score: PhaseScore
    is_headline: bool
    steps: tuple[StepNode, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole tree, what would raise the headline most, and why the band is what it is."""

    phases: tuple[PhaseNode, ...]
    raises: tuple[Raise, ...]
    band: Band
    conditions: tuple[Condition, ...]


def explain(steps: Sequence[Step], *, score: ProgramScore) -> Explanation:
    """Explain the score of these steps, which must be the ones it was computed from.

    Kept apart from `score`, so that saving an answer does not pay for a page nobody opens.
    Raises ValueError when the steps are not those of the score.
    """
    ordered = in_order(steps)
    if [step.key for step in ordered] != [step.key for step in score.steps]:
        raise ValueError("These steps are not the ones that were scored.")
    pairs = list(zip(ordered, score.steps, strict=True))
    return Explanation(
        phases=tuple(_phase(phase, pairs, is_headline=phase.phase in score.headline_phases) for phase in score.phases),
        raises=raises(ordered, score=score),
        band=score.band,
        conditions=score.conditions,
    )


def _phase(phase: PhaseScore, pairs: Sequence[tuple[Step, StepScore]], *, is_headline: bool) -> PhaseNode:
    mine = [pair for pair in pairs if pair[0].phase == phase.phase]
    scored_count = sum(step_score.score is not None for _, step_score in mine)
    return PhaseNode(
        score=phase,
        is_headline=is_headline,
        steps=tuple(_step(step, step_score, scored_count) for step, step_score in mine),
    )


def _step(step: Step, score: StepScore, scored_count: int) -> StepNode:
    """A step without a score stands outside the mean and contributes nothing."""
    whole = score.points_of * scored_count
    items = sorted(step.items, key=lambda item: by_number(item.number))
    return StepNode(
        score=score,
        contribution=score.points / whole if whole else 0.0,
        at_most=1 / scored_count if whole else 0.0,
        items=tuple(_item(item, whole) for item in items),
    )


def _item(item: Item, whole: int) -> ItemNode:
    counted_as = item.counted_as
    points = item.weight * LEVELS[counted_as]
    points_of = 0 if counted_as == OUTSIDE else item.weight * TOP_LEVEL
    return ItemNode(
        key=item.key,
        number=item.number,
        counted_as=counted_as,
        weight=item.weight,
        is_critical=item.is_critical,
        points=points,
        points_of=points_of,
        contribution=points / whole if points else 0.0,
        at_most=points_of / whole if points_of else 0.0,
    )
