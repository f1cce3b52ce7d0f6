"""Scores from ratings: each by hand, what is refused, and the laws they keep."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain import scoring
from assessments.domain.scoring import PackageReadiness, Score

N = None
SIX = [4, N, 2, 5, N, 1]

Answers = list[int | None]
Way = Callable[[Answers], Score]

answers = st.lists(st.one_of(st.none(), st.integers(1, 5)), max_size=12)
levels = st.integers(0, 9)
packages = st.lists(st.tuples(st.sampled_from("abcdefgh"), levels, levels), min_size=1, max_size=8)

WAYS: dict[str, Way] = {
    "mean": scoring.mean,
    "weighted_mean": lambda values: scoring.weighted_mean(values, [1 + place % 3 for place in range(len(values))]),
    "minimum": scoring.minimum,
    "percent_of_maximum": lambda values: scoring.percent_of_maximum(values, low=1, high=5),
    "percent_of_points": lambda values: scoring.percent_of_points(values, most=5),
    "minimum_of_products": lambda values: scoring.minimum_of_products(values, [3] * len(values)),
    "mean_of_products": lambda values: scoring.mean_of_products(values, [3] * len(values)),
}
in_every_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


# By hand


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mean", 3),  # (4 + 2 + 5 + 1) / 4
        ("weighted_mean", 2.25),  # weights 1 2 3 1 2 3: (1·4 + 3·2 + 1·5 + 3·1) / (1 + 3 + 1 + 3) = 18 / 8
        ("minimum", 1),
        ("percent_of_maximum", 0.5),  # (3 − 1) / (5 − 1)
        ("percent_of_points", 0.6),  # 12 of 4 × 5
        ("minimum_of_products", 3),  # 12, 6, 15, 3
        ("mean_of_products", 9),  # 36 / 4
    ],
)
def test_two_of_six_did_not_answer(name: str, value: float) -> None:
    assert WAYS[name](SIX) == Score(value, n=4, of=6)


@in_every_way
def test_without_an_answer_there_is_no_value(way: Way) -> None:
    assert way([]) == Score(None, n=0, of=0)
    assert way([N, N]) == Score(None, n=0, of=2)


def test_points_of_a_scale_from_one_begin_at_a_third_and_its_range_at_nothing() -> None:
    lowest = [1, 1, 1]
    assert scoring.percent_of_points(lowest, most=3).value == pytest.approx(1 / 3)
    assert scoring.percent_of_maximum(lowest, low=1, high=3).value == 0


def test_least_product_is_not_the_product_of_the_least() -> None:
    readiness, use = [5, 4, 9], [3, 8, 2]
    assert scoring.minimum_of_products(readiness, use).value == 15  # 15, 32, 18; not 4 × 2
    assert scoring.mean_of_products(readiness, use).value == pytest.approx(65 / 3)


def test_half_an_answer_makes_no_product() -> None:
    assert scoring.minimum_of_products([1, 4, N], [N, 2, 1]) == Score(8, n=1, of=3)


def test_reversed_answers_mirror_the_scale() -> None:
    assert scoring.reversed_answers([1, N, 4, 5], low=1, high=5) == (5, N, 2, 1)
    assert scoring.reversed_answers([0, 3], low=0, high=3) == (3, 0)


@pytest.mark.parametrize(("value", "share"), [(1, 0), (2, 0.25), (3.5, 0.625), (5, 1)])
def test_share_of_range(value: float, share: float) -> None:
    assert scoring.share_of_range(value, low=1, high=5) == share


def test_package() -> None:
    # 7 × 4 = 28, 5 × 3 = 15, 3 × 5 = 15, 9 × 2 = 18: together 76, a quarter of it 19
    parts = [("core", 7, 4), ("training", 5, 3), ("supply", 3, 5), ("policy", 9, 2)]
    assert scoring.package_readiness(parts) == PackageReadiness(15, 19.0, ("training", "supply"))


@pytest.mark.parametrize(
    ("products", "potential"),
    [
        ([(1, 1), (0, 0), (0, 0)], 0.3),  # 1 / 3
        ([(1, 1), (0, 0), (0, 0), (0, 0)], 0.3),  # 0.25: halves go up, not to the even digit
        ([(3, 1), (0, 0), (0, 0), (0, 0)], 0.8),  # 0.75
        ([(9, 9)], 81.0),
    ],
)
def test_potential_has_one_decimal(products: list[tuple[int, int]], potential: float) -> None:
    assert scoring.package_readiness([("part", *levels) for levels in products]).potential == potential


@pytest.mark.parametrize(
    ("old", "new", "is_reversed", "asks"),
    [
        (3, 3, False, False),
        (3, 4, False, False),
        (3, 4.5, False, True),  # more than one level up
        (3, 5, False, True),
        (3, 2.5, False, True),  # any fall
        (3, 4, True, True),  # a high value is bad: that is a fall
        (3, 2, True, False),
        (3, 1, True, True),
        (None, 5, False, False),
        (5, None, False, False),
    ],
)
def test_what_asks_for_a_reason(old: float | None, new: float | None, is_reversed: bool, asks: bool) -> None:
    assert scoring.change_needs_reason(old, new, is_reversed=is_reversed) is asks


# What is refused


@pytest.mark.parametrize(
    ("act", "because"),
    [
        (lambda: scoring.mean([1, math.nan]), "finite"),
        (lambda: scoring.minimum([math.inf]), "finite"),
        (lambda: scoring.weighted_mean([1, 2], [1]), "2 answers and 1 weights"),
        (lambda: scoring.weighted_mean([1, 2], [1, 0]), "above 0"),
        (lambda: scoring.weighted_mean([N, 2], [-1, 1]), "above 0"),
        (lambda: scoring.weighted_mean([1], [math.inf]), "above 0"),
        (lambda: scoring.weighted_mean([math.nan], [1]), "finite"),
        (lambda: scoring.percent_of_maximum([0], low=1, high=5), "from 1 to 5, not 0"),
        (lambda: scoring.percent_of_maximum([3], low=3, high=3), "two ends"),
        (lambda: scoring.percent_of_points([4], most=3), "from 0 to 3"),
        (lambda: scoring.percent_of_points([-1], most=3), "from 0 to 3"),
        (lambda: scoring.percent_of_points([], most=0), "the most is above 0"),
        (lambda: scoring.minimum_of_products([1], [1, 2]), "1 answers on one side and 2"),
        (lambda: scoring.mean_of_products([1], []), "1 answers on one side and 0"),
        (lambda: scoring.reversed_answers([6], low=1, high=5), "from 1 to 5"),
        (lambda: scoring.reversed_answers([], low=5, high=1), "low below high"),
        (lambda: scoring.share_of_range(math.nan, low=1, high=5), "from 1 to 5, not nan"),
        (lambda: scoring.share_of_range(1, low=1, high=1), "two ends"),
        (lambda: scoring.package_readiness([]), "one component"),
        (lambda: scoring.package_readiness([("core", 10, 1)]), "readiness is a whole number"),
        (lambda: scoring.package_readiness([("core", 1, -1)]), "use is a whole number"),
        (lambda: scoring.package_readiness([("core", 1.5, 1)]), "not 1.5"),
    ],
)
def test_what_cannot_be_scored_is_refused(act: Callable[[], object], because: str) -> None:
    with pytest.raises(ValueError, match=because):
        act()


def test_a_level_out_of_range_is_named() -> None:
    with pytest.raises(ValueError, match=r"^supply: use is a whole number from 0 to 9, not 12\.$"):
        scoring.package_readiness([("core", 1, 1), ("supply", 3, 12)])


# Laws


@in_every_way
@given(values=answers, place=st.integers(0, 12))
def test_one_who_does_not_answer_changes_only_how_many_were_asked(way: Way, values: Answers, place: int) -> None:
    """The weights of this test hang on places, so the one who does not answer stands last there."""
    place = len(values) if way is WAYS["weighted_mean"] else place
    found, more = way(values), way([*values[:place], N, *values[place:]])
    assert more == Score(found.value, found.n, found.of + 1)


@in_every_way
@given(values=answers, data=st.data())
def test_taking_back_an_answer_at_or_above_the_score_never_raises_it(
    way: Way, values: Answers, data: st.DataObject
) -> None:
    """Only leaving out what is below can: that is why a score says how many it rests on."""
    top = max((value for value in values if value is not None), default=None)
    places = [place for place, value in enumerate(values) if value == top and top is not None]
    if not places or len(set(values) - {None}) < 2:
        return
    place = data.draw(st.sampled_from(places))
    left = [*values[:place], N, *values[place + 1 :]]
    assert way(left).value <= way(values).value


@in_every_way
@given(values=answers, data=st.data())
def test_raising_an_answer_never_lowers_a_score(way: Way, values: Answers, data: st.DataObject) -> None:
    places = [place for place, value in enumerate(values) if value is not None]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    higher = [*values[:place], data.draw(st.integers(values[place], 5)), *values[place + 1 :]]
    assert way(higher).value >= way(values).value


@given(st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.integers(1, 5))), st.randoms())
def test_order_does_not_matter_and_the_mean_is_exact(pairs: list[tuple[int | None, int]], random) -> None:
    shuffled = random.sample(pairs, len(pairs))
    found, again = (
        scoring.weighted_mean([value for value, _ in each], [weight for _, weight in each])
        for each in (pairs, shuffled)
    )
    assert found == again

    counted = [(value, weight) for value, weight in pairs if value is not None]
    if counted:
        exact = Fraction(sum(v * w for v, w in counted), sum(w for _, w in counted))
        assert found.value == float(exact)


@given(answers)
def test_equal_weights_are_no_weights(values: Answers) -> None:
    assert scoring.weighted_mean(values, [2] * len(values)) == scoring.mean(values)


@given(answers)
def test_shares_lie_between_0_and_1_and_reversing_mirrors_them(values: Answers) -> None:
    share = scoring.percent_of_maximum(values, low=1, high=5)
    turned = scoring.percent_of_maximum(scoring.reversed_answers(values, low=1, high=5), low=1, high=5)

    if share.value is None:
        assert turned.value is None
    else:
        assert 0 <= share.value <= 1
        assert 0 < scoring.percent_of_points(values, most=5).value <= 1
        assert turned.value == pytest.approx(1 - share.value)


@given(packages, st.randoms())
def test_laws_of_a_package(parts: list[tuple[str, int, int]], random) -> None:
    found = scoring.package_readiness(parts)
    again = scoring.package_readiness(random.sample(parts, len(parts)))

    assert (again.score, again.potential) == (found.score, found.potential)
    assert sorted(again.bottlenecks) == sorted(found.bottlenecks)
    assert list(found.bottlenecks) == [name for name, readiness, use in parts if readiness * use == found.score]
    assert 0 <= found.score <= found.potential + 0.05 <= 81.05
    assert abs(found.potential - sum(r * u for _, r, u in parts) / len(parts)) <= 0.05 + 1e-9


@given(st.one_of(st.none(), st.integers(0, 9)), st.one_of(st.none(), st.integers(0, 9)))
def test_a_reversed_change_is_the_mirrored_change(old: int | None, new: int | None) -> None:
    mirrored = [None if value is None else 9 - value for value in (old, new)]
    assert scoring.change_needs_reason(old, new, is_reversed=True) == scoring.change_needs_reason(*mirrored)
