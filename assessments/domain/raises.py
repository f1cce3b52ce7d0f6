"""Which single changes would raise the headline, and by how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal

from assessments.domain.facts import (
    LEVELS,
    TOP_LEVEL,
    CountedAs,
    Item,
    Phase,
    Step,
    by_number,
    in_order,
)
from assessments.domain.results import PhaseScore, ProgramScore, StepScore

Change = Literal["mark_done", "verify", "give_reason", "have_accepted", "give_reason_and_have_accepted"]

# What the reviewer alone does is open at any time; a team's answers in a closed step are not.
REVIEWERS_OWN: Final[frozenset[Change]] = frozenset({"verify", "have_accepted"})

# Gains are fractions with small denominators: what agrees to this many digits is equal.
DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Raise:
    """One change to one item, and what it alone would add to the score of its phase.

    `gain` is above 0 and at most 1. `rank` counts from 1 over all changes; equal gains share a
    rank and the next ones are skipped (1, 1, 3). `tied_with` is how many others share it.
    """

    change: Change
    item: str
    number: str
    step: str
    phase: Phase
    is_critical: bool
    gain: float
    rank: int
    tied_with: int


@dataclass(frozen=True, slots=True)
class _Found:
    change: Change
    item: Item
    step: StepScore
    gain: float


def raises(steps: Sequence[Step], *, score: ProgramScore) -> tuple[Raise, ...]:
    """Rank every change that would raise a headline phase by itself, the largest gain first.

    `score` must be the score of these very steps. Only what can be done as things stand is offered:
    in a closed step the answers stay, but a reviewer may still verify or accept. Marking an
    item not applicable is never offered.
    """
    phases = {phase.phase: phase for phase in score.headline}
    found = [
        found
        for step, step_score in zip(in_order(steps), score.steps, strict=True)
        if step.phase in phases
        for found in _in_step(step, step_score, _Mean.of(phases[step.phase], score.steps))
    ]
    return _ranked(found)


@dataclass(frozen=True, slots=True)
class _Mean:
    """The mean of a phase as its two parts."""

    total: float
    count: int

    @classmethod
    def of(cls, phase: PhaseScore, steps: Sequence[StepScore]) -> "_Mean":
        scores = [step.score for step in steps if step.phase == phase.phase and step.score is not None]
        return cls(total=fsum(scores), count=len(scores))


def _in_step(step: Step, step_score: StepScore, mean: _Mean) -> Iterator[_Found]:
    for item in step.items:
        change = _change(item, item.counted_as)
        if change is None or (step.is_closed and change not in REVIEWERS_OWN):
            continue
        gain = _gain(change, item, step_score, mean)
        if gain > 0:
            yield _Found(change=change, item=item, step=step_score, gain=gain)


def _change(item: Item, counted_as: CountedAs) -> Change | None:
    """Return the one change that takes this item furthest in a single sitting."""
    match counted_as:
        case "verified" | "not_applicable":
            return None
        case "done":
            return "verify"
        case "needs_acceptance":
            return "have_accepted"
        case "needs_reason" if item.is_critical and not item.is_accepted:
            return "give_reason_and_have_accepted"
        case "needs_reason":
            return "give_reason"
        case _:
            return "mark_done"


def _gain(change: Change, item: Item, step: StepScore, mean: _Mean) -> float:
    """What the phase gains, by one division of whole numbers, so that equal gains are equal."""
    if change == "mark_done":
        levels = LEVELS["done"] - LEVELS[item.counted_as]
        return item.weight * levels / (step.points_of * mean.count)
    if change == "verify":
        return item.weight / (step.points_of * mean.count)
    return _gain_of_leaving(item, step, mean)


def _gain_of_leaving(item: Item, step: StepScore, mean: _Mean) -> float:
    """What the phase gains when an item that counts 0 leaves its step's sum."""
    left = step.points_of - TOP_LEVEL * item.weight
    if left:
        return step.points * TOP_LEVEL * item.weight / (step.points_of * left * mean.count)
    if mean.count == 1:
        return 0.0  # the phase would have no score at all
    return mean.total / (mean.count * (mean.count - 1))


def _ranked(found: list[_Found]) -> tuple[Raise, ...]:
    gains = [round(each.gain, DIGITS) for each in found]
    order = sorted(zip(gains, found, strict=True), key=lambda pair: (-pair[0], by_number(pair[1].item.number)))
    ranks: dict[float, int] = {}
    for position, (gain, _) in enumerate(order, start=1):
        ranks.setdefault(gain, position)
    return tuple(
        Raise(
            change=each.change,
            item=each.item.key,
            number=each.item.number,
            step=each.step.key,
            phase=each.step.phase,
            is_critical=each.item.is_critical,
            gain=each.gain,
            rank=ranks[gain],
            tied_with=gains.count(gain) - 1,
        )
        for gain, each in order
    )
