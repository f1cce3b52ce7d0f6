"""Scores from ratings: the ways the field adds up the answers of one dimension, or the parts of a package.

An answer is a number or None. None is no answer: it is never taken as 0, it never changes a value, and only
`of` counts it. Every score says how many answers it rests on, because leaving out a low answer raises a mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Final, NamedTuple, TypeAlias

Answers: TypeAlias = Sequence[float | None]

TOP_READINESS: Final = 9  # of readiness as of use
LARGEST_JUMP: Final = 1  # levels a value may rise between two rounds without being explained


@dataclass(frozen=True, slots=True)
class Score:
    """A value from `n` answers `of` so many asked for; without an answer there is none."""

    value: float | None
    n: int
    of: int


class Component(NamedTuple):
    """One part of a package: how ready it is and how widely used, each a whole number from 0 to 9."""

    name: str
    readiness: int
    use: int

    @property
    def product(self) -> int:
        return self.readiness * self.use


@dataclass(frozen=True, slots=True)
class PackageReadiness:
    """`score`: the least product of readiness and use. `potential`: their mean, to one decimal. Both 0 to 81.

    `bottlenecks` are the names of all parts with the least product, as they stand in the package.
    """

    score: int
    potential: float
    bottlenecks: tuple[str, ...]


def mean(answers: Answers) -> Score:
    """The plain mean of the answers given, on their own scale.

    Source: the Program Sustainability Assessment Tool (Luke and others 2014), where those not able to answer
    are skipped; NoMAD likewise leaves "not relevant" out. Raises ValueError for what is no finite number.
    """
    given = _given(answers)
    return Score(fsum(given) / len(given) if given else None, len(given), len(answers))


def weighted_mean(answers: Answers, weights: Sequence[float]) -> Score:
    """Σ weight × answer ÷ Σ weight over the answers given, on their own scale.

    Whole weights and answers make equal means equal to the last bit. Source: our own rule, the same that
    scores a step (docs/readiness.md). Raises ValueError for another number of weights than of answers, a
    weight not above 0, or what is no finite number.
    """
    if len(weights) != len(answers):
        raise ValueError(f"There are {len(answers)} answers and {len(weights)} weights.")
    if not all(weight > 0 and isfinite(weight) for weight in weights):
        raise ValueError("A weight is a number above 0.")
    pairs = [(answer, weight) for answer, weight in zip(answers, weights, strict=True) if answer is not None]
    total = fsum(_given([answer * weight for answer, weight in pairs]))
    return Score(
        value=total / fsum(weight for _, weight in pairs) if pairs else None,
        n=len(pairs),
        of=len(answers),
    )


def minimum(answers: Answers) -> Score:
    """The lowest of the answers given: the weakest link. Raises ValueError for what is no finite number."""
    given = _given(answers)
    return Score(min(given, default=None), len(given), len(answers))


def share_of_range(value: float, *, low: float, high: float) -> float:
    """Where a value lies between the ends of its scale: (value − low) / (high − low), 0 to 1.

    Source: percent of maximum possible (Cohen and others 1999), here as a share. Raises ValueError for a
    scale without width or a value outside it.
    """
    if not low < high:
        raise ValueError(f"A scale needs two ends, low below high, not {low} and {high}.")
    if not low <= value <= high:
        raise ValueError(f"All values lie from {low} to {high}, not {value}.")
    return (value - low) / (high - low)


def percent_of_maximum(answers: Answers, *, low: float, high: float) -> Score:
    """The mean of the answers given as a share of the range of their scale, 0 to 1: the lowest answer is 0.

    Raises ValueError for a scale without width or an answer outside it.
    """
    return mean([None if answer is None else share_of_range(answer, low=low, high=high) for answer in answers])


def percent_of_points(answers: Answers, *, most: float) -> Score:
    """Σ points ÷ the points those who answered could have reached, 0 to 1.

    `most` is the highest answer an item can have. On a scale that begins at 1 the least is 1 / `most` and not
    0. Source: sections of the Agricultural Scalability Assessment Toolkit (points from 1 to 3) and the
    District Capacity Assessment (0 to 2, where 0.8 is the customary line). Raises ValueError for answers
    below 0 or above `most`, or `most` not above 0.
    """
    given = _given(answers)
    if not most > 0 or not all(0 <= answer <= most for answer in given):
        raise ValueError(f"Points lie from 0 to {most}, and the most is above 0.")
    return Score(fsum(given) / (most * len(given)) if given else None, len(given), len(answers))


def minimum_of_products(first: Answers, second: Answers) -> Score:
    """The least product of two answers to the same item, such as readiness and use; half an answer is none.

    Source: CGIAR Scaling Readiness, the score of a package. It is not the product of the two minima.
    Raises ValueError for different numbers of answers, or what is no finite number.
    """
    return minimum(_products(first, second))


def mean_of_products(first: Answers, second: Answers) -> Score:
    """The mean product of two answers to the same item, not rounded; half an answer is none.

    Source: CGIAR Scaling Readiness, the potential of a package. Raises ValueError for different numbers of
    answers, or what is no finite number.
    """
    return mean(_products(first, second))


def reversed_answers(answers: Answers, *, low: float, high: float) -> tuple[float | None, ...]:
    """The answers to an item where a high value is bad, turned round: low + high − answer.

    NoMAD reverses its item on disrupted relations so before any mean. Raises ValueError for a scale without
    width or an answer outside it.
    """
    if not low < high or not all(low <= answer <= high for answer in _given(answers)):
        raise ValueError(f"All answers lie from {low} to {high}, and low below high.")
    return tuple(None if answer is None else low + high - answer for answer in answers)


def package_readiness(components: Sequence[tuple[str, int, int]]) -> PackageReadiness:
    """Score a package of innovations, each (name, readiness, use), its core among them.

    score = min(readiness × use), potential = mean(readiness × use) to one decimal with halves rounded up, as
    the database of the source rounds. Source: CGIAR Scaling Readiness, as its production code computes it.
    Raises ValueError for an empty package, and for a level that is not a whole number from 0 to 9.
    """
    parts = [Component(*component) for component in components]
    if not parts:
        raise ValueError("A package has one component or more.")
    for part in parts:
        for what, level in (("readiness", part.readiness), ("use", part.use)):
            if not isinstance(level, int) or not 0 <= level <= TOP_READINESS:
                raise ValueError(f"{part.name}: {what} is a whole number from 0 to {TOP_READINESS}, not {level!r}.")
    least = min(part.product for part in parts)
    total, n = sum(part.product for part in parts), len(parts)
    return PackageReadiness(
        score=least,
        potential=(20 * total + n) // (2 * n) / 10,
        bottlenecks=tuple(part.name for part in parts if part.product == least),
    )


def change_needs_reason(old: float | None, new: float | None, *, is_reversed: bool = False) -> bool:
    """Whether the value of an item asks for a reason since the last round: any fall, or a rise of over one level.

    Where a high value is bad (`is_reversed`) a falling value is the rise. With no value on one side there is
    nothing to compare. Source: Scaling Readiness asks why a level falls; that a leap needs one too is our own rule.
    """
    if old is None or new is None:
        return False
    rise = old - new if is_reversed else new - old
    return rise < 0 or rise > LARGEST_JUMP


def _given(answers: Answers) -> list[float]:
    given = [answer for answer in answers if answer is not None]
    if not all(map(isfinite, given)):
        raise ValueError("An answer is a finite number, or None.")
    return given


def _products(first: Answers, second: Answers) -> list[float | None]:
    if len(first) != len(second):
        raise ValueError(f"There are {len(first)} answers on one side and {len(second)} on the other.")
    return [None if a is None or b is None else a * b for a, b in zip(first, second, strict=True)]
