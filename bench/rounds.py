"""Scoring rounds in bulk, beside the least that NumPy needs for the same means from an array that is there already.

    python -m bench.rounds           10,000 rounds of 6 raters and 40 items
    python -m bench.rounds 1000

The ratings come from a seed. Each way tells the sum of all values of dimensions and rounds, in whole millionths;
neither reading the ratings nor summing up is timed.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessments.domain.scoring import Questionnaire, RatedDimension, RatedItem, RatedRound, RoundScore, score_round

ROUNDS, DIMENSIONS, ITEMS = 10_000, 8, 5  # five items in each dimension
LOW, HIGH = 1, 5
BATCH = 500  # rounds that stand in memory as dictionaries
SEED = 20_261_123
ROLE_GROUPS = dict(enumerate(("team", "team", "team", "ministry", "partner", "community")))
WEIGHTS = np.array([2, 1, 1, 3, 1])  # of the five items of every dimension
REVERSED = np.array([False, False, False, False, True])
Ratings = NDArray[np.int8]  # rounds × dimensions × items × raters


@dataclass(slots=True)
class Timed:
    """What one way took, and the sum of what it found."""

    seconds: float
    checksum: int


def measure(rounds: int = ROUNDS) -> dict[str, dict[str, Any]]:
    """Rounds a second with and without alpha and at the floor, and how many ways disagree with the floor."""
    ratings = draw(rounds)
    whole = by_product(ratings, score_round)
    lean = by_product(ratings, partial(score_round, with_alpha=False))
    floor = by_numpy(ratings)
    ways = {"with alpha": whole, "without alpha": lean, "NumPy": floor}
    return {name: {"per_s": round(rounds / way.seconds), "checksum": way.checksum} for name, way in ways.items()} | {
        "in all": {
            "rounds": rounds,
            "one_score_ms": round(whole.seconds * 1000 / rounds, 3),
            "times_numpy": round(lean.seconds / floor.seconds, 1),
            "disagreeing": sum(way.checksum != floor.checksum for way in (whole, lean)),
        }
    }


def draw(rounds: int) -> Ratings:
    size = (rounds, DIMENSIONS, ITEMS, len(ROLE_GROUPS))
    return np.random.default_rng(SEED).integers(LOW, HIGH, size=size, dtype=np.int8, endpoint=True)


def by_product(ratings: Ratings, score: Callable[[RatedRound], RoundScore]) -> Timed:
    """As the worker does it: facts are checked, then scored."""
    timed, scale = Timed(0.0, 0), questionnaire()
    for batch in batches(ratings, scale):
        began = time.perf_counter()
        scores = [score(RatedRound(scale, given, ROLE_GROUPS, "raters")) for given in batch]
        timed.seconds += time.perf_counter() - began
        timed.checksum += sum(map(millionths, scores))
    return timed


def by_numpy(ratings: Ratings) -> Timed:
    """Medians and means alone, all rounds at once."""
    began = time.perf_counter()
    medians = np.median(ratings, axis=-1)
    upright = np.where(REVERSED, LOW + HIGH - medians, medians)
    dimensions = upright @ WEIGHTS / WEIGHTS.sum()
    overall = dimensions.mean(axis=-1)
    seconds = time.perf_counter() - began
    return Timed(seconds, sum(int(np.rint(values * 1e6).sum()) for values in (dimensions, overall)))


def questionnaire() -> Questionnaire:
    places = list(zip(WEIGHTS.tolist(), REVERSED.tolist(), strict=True))
    return Questionnaire(
        LOW,
        HIGH,
        tuple(
            RatedDimension(
                f"d{d}",
                tuple(RatedItem(f"d{d}-i{i}", weight, is_reversed=turned) for i, (weight, turned) in enumerate(places)),
            )
            for d in range(DIMENSIONS)
        ),
    )


def batches(ratings: Ratings, scale: Questionnaire) -> Iterator[list[dict[str, dict[int, int]]]]:
    """The same ratings as the product takes them: by item, and then by rater."""
    keys = [item.key for dimension in scale.dimensions for item in dimension.items]
    flat = ratings.reshape(len(ratings), len(keys), -1)
    for first in range(0, len(flat), BATCH):
        yield [
            {key: dict(enumerate(values)) for key, values in zip(keys, one, strict=True)}
            for one in flat[first : first + BATCH].tolist()
        ]


def millionths(score: RoundScore) -> int:
    return sum(round((each.value or 0) * 1e6) for each in (*score.dimensions, score.overall))


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
