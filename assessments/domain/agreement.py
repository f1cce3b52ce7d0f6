"""Agreement between raters: how far apart they are on one item, and how much better than chance over many.

Values are numbers of an ordinal scale (its lowest step may be 0 or 1). Whatever cannot be told from
the ratings given is None, never a number.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb, floor
from statistics import fmean, median, variance

Ratings = Sequence[Sequence[float | None]]
NOTHING = 1e-9  # of what varies: less than this is left by rounding


@dataclass(frozen=True, slots=True)
class MedianIqr:
    """The middle of some values and the width of their middle half."""

    median: float
    iqr: float


@dataclass(frozen=True, slots=True)
class Ipras:
    """`ipr`: from the 30th to the 70th percentile. Wider than `ipras` is disagreement."""

    ipr: float
    ipras: float

    @property
    def disagreement(self) -> bool:
        return self.ipr > self.ipras


class RandAgreement(StrEnum):
    """What the classic RAND rule says of a panel."""

    AGREEMENT = "agreement"
    INDETERMINATE = "indeterminate"
    DISAGREEMENT = "disagreement"


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by linear interpolation (Hyndman and Fan's type 7).

    Raises ValueError without values or for another share.
    """
    ordered = sorted(values)
    if not ordered or not 0 <= share <= 1:
        raise ValueError("A quantile needs one value or more and a share from 0 to 1.")
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def median_iqr(values: Sequence[float]) -> MedianIqr:
    """Median and interquartile range of one item's ratings. Raises ValueError without values.

    By convention an IQR up to 1 on a five-point scale, up to 2 on a nine-point scale is consensus.
    """
    return MedianIqr(quantile(values, 0.5), quantile(values, 0.75) - quantile(values, 0.25))


def ipras(values: Sequence[float], low: float = 1, high: float = 9) -> Ipras:
    """Interpercentile range adjusted for symmetry (RAND/UCLA Appropriateness Method, Fitch et al. 2001).

    IPRAS = 2.35 + 1.5 × |5 − C|, where C is the middle between the 30th and the 70th percentile. The
    constants are for 1 to 9: on another scale 2.35 is taken times (high − low) / 8, and 5 is its
    middle. Raises ValueError without values, for values off the scale, or for a scale without width.
    """
    if low >= high or not all(low <= value <= high for value in values):
        raise ValueError(f"All values must lie from {low} to {high}, and low below high.")
    p30, p70 = quantile(values, 0.3), quantile(values, 0.7)
    asymmetry = abs((low + high) / 2 - (p30 + p70) / 2)
    return Ipras(ipr=p70 - p30, ipras=2.35 * (high - low) / 8 + 1.5 * asymmetry)


def rand_agreement(values: Sequence[float]) -> RandAgreement | None:
    """The classic rule for panels of 8 to 16 on a scale of 1 to 9 (Fitch et al. 2001); None for other panels.

    With 8 to 10 raters 3 in the lowest and 3 in the highest third are disagreement, and 2 at most
    outside the third of the median agreement; with 11 to 13 it is 4 and 3, with 14 to 16 it is 5 and 4.
    A median between two thirds belongs to the higher one. Raises ValueError for values off the scale.
    """
    if not all(1 <= value <= 9 for value in values):
        raise ValueError("The rule is made for values from 1 to 9.")
    if not 8 <= len(values) <= 16:
        return None
    many = (len(values) - 8) // 3 + 3
    thirds = Counter(map(_third, values))
    if thirds[1] >= many and thirds[3] >= many:
        return RandAgreement.DISAGREEMENT
    outside = len(values) - thirds[_third(median(values))]
    return RandAgreement.AGREEMENT if outside < many else RandAgreement.INDETERMINATE


def _third(value: float) -> int:
    return 1 if value < 3.5 else 2 if value < 6.5 else 3


def r_wg(values: Sequence[float], categories: int) -> float | None:
    """Within-group agreement on one item, 0 to 1 (James, Demaree and Wolf 1984); None for fewer than two raters.

    1 − s² / ((A² − 1) / 12): the variance seen (with n − 1) against that of raters who choose any of
    the A `categories` equally often; below 0 counts as 0. By custom 0.70 is enough. It flatters a
    group that rates everything high. Raises ValueError for fewer than two categories.
    """
    if categories < 2:
        raise ValueError("A scale has two categories or more.")
    if len(values) < 2:
        return None
    return max(0.0, 1 - variance(values) * 12 / (categories**2 - 1))


def percent_within(values: Sequence[float], distance: float) -> float | None:
    """The share (0 to 1) of pairs of raters at most `distance` apart; None for fewer than two raters.

    Plain to say, but not corrected for chance. Raises ValueError for a negative distance.
    """
    if distance < 0:
        raise ValueError("A distance is 0 or more.")
    if len(values) < 2:
        return None
    return sum(abs(a - b) <= distance for a, b in combinations(values, 2)) / comb(len(values), 2)


def krippendorff_alpha(ratings: Ratings, level: str) -> float | None:
    """Krippendorff's alpha of raters × units, None for a missing rating (Krippendorff 2011).

    `level` is nominal, ordinal, interval or ratio. 1 is perfect, 0 is chance, below 0 worse than
    chance; customarily 0.80 is good and 0.667 the least to conclude from. None when no unit has two
    ratings or when all of them are alike: then there is nothing to agree about. Raises ValueError for
    raters with different numbers of units, another level, or a negative value on a ratio scale.
    """
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("Every rater needs a place for every unit; a missing rating is None.")
    units = [[value for value in unit if value is not None] for unit in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in units for value in unit)
    distance = _distance(level, totals)
    expected = sum(totals[a] * totals[b] * distance(a, b) for a, b in combinations(totals, 2))
    if not expected:
        return None
    observed = sum(_spread(unit, distance) / (len(unit) - 1) for unit in units)
    return 1 - (totals.total() - 1) * observed / expected


def _spread(unit: Sequence[float], distance: Callable[[float, float], float]) -> float:
    counts = Counter(unit)
    return sum(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))


def _distance(level: str, totals: Mapping[float, int]) -> Callable[[float, float], float]:
    """The squared difference of two values at a level of measurement."""
    if level == "ratio" and any(value < 0 for value in totals):
        raise ValueError("A ratio scale has no negative values.")
    if level == "ordinal":
        return _ranks(totals)
    try:
        return DISTANCES[level]
    except KeyError:
        raise ValueError("The level is nominal, ordinal, interval or ratio.") from None


def _ranks(totals: Mapping[float, int]) -> Callable[[float, float], float]:
    """As many ranks apart as ratings lie between two values, half of those at either end."""
    middle, passed = {}, 0
    for value in sorted(totals):
        middle[value] = passed + totals[value] / 2
        passed += totals[value]
    return lambda a, b: (middle[a] - middle[b]) ** 2


DISTANCES: Mapping[str, Callable[[float, float], float]] = {
    "nominal": lambda a, b: float(a != b),
    "interval": lambda a, b: (a - b) ** 2,
    "ratio": lambda a, b: ((a - b) / (a + b)) ** 2,
}


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """An analysis of variance of targets × judges."""

    targets: float
    judges: float
    within: float  # of targets: judges and error together
    error: float
    n: int
    k: int


def icc(table: Sequence[Sequence[float]], model: str) -> float | None:
    """Intraclass correlation of a complete table of targets × judges (Shrout and Fleiss 1979).

    `model` is "1,1", "2,1" or "3,1" for one judge and "1,k", "2,k" or "3,k" for the mean of all: each
    target has judges of its own (1), all share judges drawn at random (2), or these judges are all
    that matter (3). At most 1, and below 0 when judges differ more within targets than between them.
    None when nothing varies, or when the variance it is a share of is estimated at nothing or less,
    as happens in small tables. Raises ValueError for another model, an incomplete table, or fewer than
    two targets or judges.
    """
    if model not in ICC:
        raise ValueError(f"The model is one of {', '.join(ICC)}.")
    found = _mean_squares(table)
    part, whole = ICC[model](found)
    return part / whole if whole > NOTHING * (found.targets + found.judges + found.within) else None


def _mean_squares(table: Sequence[Sequence[float]]) -> MeanSquares:
    n, k = len(table), len(table[0]) if table else 0
    if n < 2 or k < 2 or any(len(row) != k or None in row for row in table):
        raise ValueError("The table needs two targets and two judges or more, and every rating.")
    grand = fmean(map(fmean, table))
    rows = k * sum((fmean(row) - grand) ** 2 for row in table)
    columns = n * sum((fmean(column) - grand) ** 2 for column in zip(*table, strict=True))
    within = sum((value - fmean(row)) ** 2 for row in table for value in row)
    error = max(0.0, within - columns)  # rounding may leave a little less than nothing
    return MeanSquares(
        targets=rows / (n - 1),
        judges=columns / (k - 1),
        within=within / (n * (k - 1)),
        error=error / ((n - 1) * (k - 1)),
        n=n,
        k=k,
    )


ICC: Mapping[str, Callable[[MeanSquares], tuple[float, float]]] = {
    "1,1": lambda ms: (ms.targets - ms.within, ms.targets + (ms.k - 1) * ms.within),
    "2,1": lambda ms: (
        ms.targets - ms.error,
        ms.targets + (ms.k - 1) * ms.error + ms.k * (ms.judges - ms.error) / ms.n,
    ),
    "3,1": lambda ms: (ms.targets - ms.error, ms.targets + (ms.k - 1) * ms.error),
    "1,k": lambda ms: (ms.targets - ms.within, ms.targets),
    "2,k": lambda ms: (ms.targets - ms.error, ms.targets + (ms.judges - ms.error) / ms.n),
    "3,k": lambda ms: (ms.targets - ms.error, ms.targets),
}
