"""Agreement between raters, held against published tables and against its own laws."""

import math
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.agreement import (
    Ipras,
    MedianIqr,
    icc,
    ipras,
    krippendorff_alpha,
    median_iqr,
    percent_within,
    quantile,
    r_wg,
    rand_agreement,
)

LEVELS = ("nominal", "ordinal", "interval", "ratio")
N = None
# Four observers and twelve units: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), C.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
# Six targets and four judges: Shrout and Fleiss, Intraclass Correlations (1979), table 2.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
SHROUT_AND_FLEISS = {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}

values = st.lists(st.integers(1, 9), min_size=1, max_size=16)
tables = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(1, 5), min_size=k, max_size=k), min_size=2, max_size=7)
)
rating = st.one_of(st.none(), st.integers(1, 5))
grids = st.integers(1, 8).flatmap(lambda n: st.lists(st.lists(rating, min_size=n, max_size=n), min_size=1, max_size=5))


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.25, 1.75), (0.5, 2.5), (0.3, 1.9), (1, 4)])
def test_quantiles_lie_on_the_line_between_values(share: float, value: float) -> None:
    assert quantile([4, 2, 1, 3], share) == pytest.approx(value)


@pytest.mark.parametrize(("of", "share"), [([], 0.5), ([1], -0.1), ([1], 1.1), ([1], math.nan)])
def test_quantile_of_nothing_is_refused(of: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        quantile(of, share)


def test_median_and_iqr() -> None:
    assert median_iqr([1, 2, 2, 3, 5]) == MedianIqr(median=2, iqr=1)
    assert median_iqr([4]) == MedianIqr(median=4, iqr=0)


def test_ipras_by_hand() -> None:
    # p30 = 3.1, p70 = 6.9: as wide as the middle of the scale allows no more than 2.35
    assert ipras([1, 2, 3, 4, 5, 5, 6, 7, 8, 9], 1, 9) == Ipras(ipr=pytest.approx(6.3 - 3.7), ipras=pytest.approx(2.35))
    assert ipras([8, 8, 9, 9, 9], 1, 9) == Ipras(ipr=pytest.approx(0.8), ipras=pytest.approx(2.35 + 1.5 * 3.6))


def test_ipras_of_another_scale_is_stretched() -> None:
    nine, five = ipras([1, 3, 5, 7, 9], 1, 9), ipras([1, 2, 3, 4, 5], 1, 5)
    assert (five.ipr, five.ipras) == pytest.approx((nine.ipr / 2, nine.ipras / 2))


@pytest.mark.parametrize(("found", "low", "high"), [([0], 1, 9), ([10], 1, 9), ([], 1, 9), ([1], 1, 1), ([2], 3, 1)])
def test_ipras_off_the_scale_is_refused(found: list[float], low: int, high: int) -> None:
    with pytest.raises(ValueError, match=r"All values|one value or more"):
        ipras(found, low, high)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ([1, 1, 1, 5, 5, 9, 9, 9], "disagreement"),
        ([1, 1, 7, 7, 8, 8, 9, 9], "agreement"),
        ([1, 4, 5, 7, 7, 8, 8, 9], "indeterminate"),
        ([3, 3, 3, 3, 4, 4, 4, 4], "indeterminate"),  # the median 3.5 belongs to the middle third
        ([1, 1, 1, 5, 5, 5, 5, 5, 9, 9, 9], "indeterminate"),  # 11 raters: 3 at each end are too few
        ([1, 1, 1, 1, 5, 5, 5, 9, 9, 9, 9], "disagreement"),
        ([1] * 5 + [9] * 9, "disagreement"),
        ([1] * 4 + [9] * 10, "agreement"),
        ([7] * 7, None),
        ([7] * 17, None),
    ],
)
def test_rand_rule(found: list[int], says: str | None) -> None:
    assert rand_agreement(found) == says


def test_rand_rule_is_for_nine_points() -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        rand_agreement([0] * 8)


@pytest.mark.parametrize(
    ("found", "categories", "is_"),
    [([3, 3, 3], 5, 1), ([2, 3, 4], 5, 0.5), ([1, 5], 5, 0), ([4], 5, None), ([], 5, None)],
)
def test_r_wg(found: list[int], categories: int, is_: float | None) -> None:
    assert r_wg(found, categories) == (is_ if is_ is None else pytest.approx(is_))


def test_r_wg_needs_a_scale() -> None:
    with pytest.raises(ValueError, match="two categories"):
        r_wg([1, 1], 1)


@pytest.mark.parametrize(
    ("found", "distance", "is_"), [([1, 2, 3], 1, 2 / 3), ([1, 2, 3], 0, 0), ([2, 2], 0, 1), ([2], 1, None)]
)
def test_percent_within(found: list[int], distance: int, is_: float | None) -> None:
    assert percent_within(found, distance) == (is_ if is_ is None else pytest.approx(is_))


def test_a_negative_distance_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        percent_within([1, 2], -1)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_as_published(level: str, alpha: float) -> None:
    assert krippendorff_alpha(OBSERVERS, level) == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize("ratings", [[], [[]], [[1, 2, 3]], [[1, N], [N, 2]], [[2, 2], [2, 2]], [[N], [N]]])
@pytest.mark.parametrize("level", LEVELS)
def test_alpha_without_variation_or_pairs_is_undefined(ratings: list[list[int | None]], level: str) -> None:
    assert krippendorff_alpha(ratings, level) is None


@pytest.mark.parametrize(
    ("ratings", "level"), [([[1, 2], [1]], "nominal"), ([[1, 2], [1, 2]], "likert"), ([[-1, 2], [1, 2]], "ratio")]
)
def test_alpha_of_something_else_is_refused(ratings: list[list[int]], level: str) -> None:
    with pytest.raises(ValueError, match=r"Every rater|The level|ratio scale"):
        krippendorff_alpha(ratings, level)


@given(grids, st.sampled_from(LEVELS))
def test_alpha_is_the_textbook_sum_over_all_pairs(ratings: list[list[int | None]], level: str) -> None:
    """1 − Do / De, each the mean distance over ordered pairs, written out without shortcuts."""
    units = [[value for value in unit if value is not None] for unit in zip(*ratings, strict=True)]
    pool = [value for unit in units if len(unit) > 1 for value in unit]
    n = len(pool)

    def apart(a: int, b: int) -> float:
        if level == "ordinal":
            low, high = sorted((a, b))
            between = sum(low <= value <= high for value in pool)
            return (between - (pool.count(a) + pool.count(b)) / 2) ** 2 if a != b else 0
        return {"nominal": float(a != b), "interval": (a - b) ** 2, "ratio": ((a - b) / (a + b)) ** 2}[level]

    expected = sum(2 * apart(a, b) for a, b in combinations(pool, 2)) / (n * (n - 1)) if n > 1 else 0
    if not expected:
        assert krippendorff_alpha(ratings, level) is None
        return
    pairs = ((2 * apart(a, b) / (len(unit) - 1)) for unit in units if len(unit) > 1 for a, b in combinations(unit, 2))
    assert krippendorff_alpha(ratings, level) == pytest.approx(1 - sum(pairs) / n / expected)


@given(grids, st.sampled_from(LEVELS), st.randoms(use_true_random=False))
def test_alpha_does_not_mind_the_order(ratings: list[list[int | None]], level: str, chance: random.Random) -> None:
    units = list(zip(*ratings, strict=True))
    chance.shuffle(units)
    turned = [list(row) for row in zip(*units, strict=True)]
    chance.shuffle(turned)
    alpha, again = krippendorff_alpha(ratings, level), krippendorff_alpha(turned, level)
    assert again == (alpha if alpha is None else pytest.approx(alpha))


@given(grids, st.sampled_from(LEVELS))
def test_alpha_is_one_at_most(ratings: list[list[int | None]], level: str) -> None:
    alpha = krippendorff_alpha(ratings, level)
    assert alpha is None or alpha <= 1 + 1e-12


@pytest.mark.parametrize(("model", "is_"), list(SHROUT_AND_FLEISS.items()))
def test_icc_as_published(model: str, is_: float) -> None:
    assert icc(JUDGES, model) == pytest.approx(is_, abs=0.005)


@pytest.mark.parametrize("model", SHROUT_AND_FLEISS)
def test_icc_of_judges_of_one_mind_is_one(model: str) -> None:
    assert icc([[1, 1], [3, 3], [5, 5]], model) == pytest.approx(1)


@pytest.mark.parametrize("model", SHROUT_AND_FLEISS)
def test_icc_without_variation_is_undefined(model: str) -> None:
    assert icc([[2, 2], [2, 2]], model) is None


@pytest.mark.parametrize("model", ["2,1", "2,k"])
def test_icc_of_a_variance_below_nothing_is_undefined(model: str) -> None:
    assert icc([[1, 2], [2, 1]], model) is None


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[1, 2], [1]], [[1, None], [1, 2]]])
def test_icc_of_an_incomplete_table_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="table"):
        icc(table, "2,1")


def test_icc_of_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="model"):
        icc(JUDGES, "4,1")


@given(tables, st.sampled_from(sorted(SHROUT_AND_FLEISS)))
def test_icc_is_one_at_most(table: list[list[int]], model: str) -> None:
    found = icc(table, model)
    assert found is None or found <= 1 + 1e-9


@given(tables, st.integers(-5, 5), st.integers(1, 3), st.sampled_from(sorted(SHROUT_AND_FLEISS)))
def test_icc_does_not_mind_another_scale(table: list[list[int]], add: int, times: int, model: str) -> None:
    moved = [[value * times + add for value in row] for row in table]
    before, after = icc(table, model), icc(moved, model)
    assert after == (before if before is None else pytest.approx(before, abs=1e-6))


@given(values)
def test_laws_of_one_item(found: list[int]) -> None:
    middle, spread = median_iqr(found), ipras(found, 1, 9)
    assert min(found) <= middle.median <= max(found)
    assert 0 <= middle.iqr <= max(found) - min(found)
    assert 0 <= spread.ipr <= 8
    assert 2.35 <= spread.ipras <= 2.35 + 1.5 * 4
    if len(found) > 1:
        assert 0 <= r_wg(found, 9) <= 1
        assert percent_within(found, 8) == 1
        assert percent_within(found, 0) <= percent_within(found, 1)


@given(values)
def test_raters_of_one_mind_agree(found: list[int]) -> None:
    same = [found[0]] * max(len(found), 2)
    assert not ipras(same, 1, 9).disagreement
    assert (r_wg(same, 9), percent_within(same, 0)) == (1, 1)
    assert rand_agreement(same) in (None, "agreement")
