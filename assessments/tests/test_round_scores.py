"""One round by hand, and every figure of its result at the line where it changes."""

import json
from dataclasses import asdict, replace

import pytest

from assessments.domain.agreement import Ipras, quantile
from assessments.domain.round_scores import spread_of
from assessments.domain.scoring import (
    DimensionScore,
    ItemScore,
    OverallScore,
    RatedItem,
    RatedRound,
    Ratio,
    RoundScore,
    ShownGroup,
    Spread,
    score_round,
    shown_groups,
)
from assessments.tests.round_score_cases import GROUPS_BY_RATER, ROUND, SCALE, questionnaire
from assessments.tests.test_agreement import OBSERVERS

RESULT = score_round(ROUND)
AGREED = score_round(replace(ROUND, basis="agreed"))


def item_of(result: RoundScore, key: str) -> ItemScore:
    [item] = [item for item in result.items if item.key == key]
    return item


# On the basis of the raters


def test_a_disputed_item_by_hand() -> None:
    # 2 2 3 4 4 5: median (3 + 4) / 2; quartiles at places 1.25 and 3.75: 2.25 and 4.
    # Of 15 pairs 7 are more than one level apart: 2-4 four times, 2-5 twice, 3-5 once.
    # The team's median is 4 (4 4 5), that of all others 2 (2 2 3).
    assert item_of(RESULT, "a") == ItemScore(
        key="a",
        dimension="fit",
        spread=Spread(n=6, median=3.5, low=2, high=5, iqr=1.75, range=3, within_one=8 / 15, word="split"),
        unable=0,
        counted=3.5,
        share=0.625,  # (3.5 − 1) / 4
        is_open=False,
        is_critical=True,
        has_evidence=True,
        gap=2,
        ipras=None,
    )


def test_a_reversed_item_by_hand() -> None:
    # 1 1 2 2 2: median 2, which counts as 1 + 5 − 2 = 4, so (4 − 1) / 4. Outside only two could answer: no gap.
    assert item_of(RESULT, "b") == ItemScore(
        key="b",
        dimension="fit",
        spread=Spread(n=5, median=2, low=1, high=2, iqr=1, range=1, within_one=1, word="near"),
        unable=1,
        counted=2,
        share=0.75,
        is_open=False,
        is_critical=False,
        has_evidence=False,
        gap=None,
        ipras=None,
    )


def test_one_rating_has_no_word() -> None:
    assert item_of(RESULT, "d").spread == Spread(
        n=1, median=2, low=2, high=2, iqr=0, range=0, within_one=None, word=None
    )
    assert item_of(RESULT, "d").unable == 1


def test_dimensions_by_hand() -> None:
    assert RESULT.dimensions == (
        # (2 × 3.5 + 1 × 4) / 3 = 11 / 3, and (11 / 3 − 1) / 4 = 2 / 3; only "a" has a gap
        DimensionScore("fit", pytest.approx(11 / 3), pytest.approx(2 / 3), n=2, of=2, lowest=("a",), gap=2),
        # (3 + 2) / 2 = 2.5, and 1.5 / 4; only "c" has a gap
        DimensionScore("means", 2.5, 0.375, n=2, of=2, lowest=("d",), gap=0),
    )


def test_overall_by_hand() -> None:
    # (11 / 3 + 5 / 2) / 2 = 37 / 12, and (37 / 12 − 1) / 4 = 25 / 48; gap (2 + 0) / 2
    assert RESULT.overall == OverallScore(pytest.approx(37 / 12), pytest.approx(25 / 48), n=4, of=4, gap=1)


def test_what_to_talk_about_first() -> None:
    assert RESULT.bottlenecks == ("means",)
    assert RESULT.most_disputed == ("a", "b", "c", "d")  # ranges 3, 1, 0; "d" has one rating
    assert RESULT.weakest == ("d", "c", "a", "b")  # shares 0.25, 0.5, 0.625, 0.75


def test_counts_of_the_round() -> None:
    assert RESULT.coverage == Ratio(2, 4)
    assert RESULT.open_count == 2  # "c" is left open, "d" was not talked about
    assert RESULT.raters == 6  # the seventh rated nothing
    assert RESULT.groups == (ShownGroup(("team",), 3), ShownGroup(("ministry", "partner"), 3))
    assert (RESULT.basis, RESULT.rules_version) == ("raters", 1)


# On the basis of what was agreed


def test_agreed_values_by_hand() -> None:
    # (2 × 3 + 1 × 4) / 3 = 10 / 3; "means" has no value, and is left out
    assert AGREED.overall == OverallScore(pytest.approx(10 / 3), pytest.approx(7 / 12), n=2, of=4, gap=1)
    assert AGREED.dimensions[1] == DimensionScore("means", None, None, n=0, of=2, lowest=(), gap=0)
    assert AGREED.bottlenecks == ("fit",)
    assert AGREED.weakest == ("a", "b")
    assert AGREED.coverage == Ratio(1, 2)
    assert AGREED.open_count == 2
    assert (item_of(AGREED, "a").counted, item_of(AGREED, "b").counted, item_of(AGREED, "c").counted) == (3, 2, None)
    assert (item_of(AGREED, "a").share, item_of(AGREED, "b").share) == (0.5, 0.75)


def test_the_ratings_stay_beside_what_was_agreed() -> None:
    assert [item.spread for item in AGREED.items] == [item.spread for item in RESULT.items]
    assert [item.gap for item in AGREED.items] == [item.gap for item in RESULT.items]
    assert (AGREED.most_disputed, AGREED.alpha) == (RESULT.most_disputed, RESULT.alpha)


def test_a_round_without_ratings_has_no_figures() -> None:
    empty = score_round(RatedRound(SCALE, ratings={}, role_groups=GROUPS_BY_RATER, basis="raters"))
    assert empty.overall == OverallScore(None, None, n=0, of=4, gap=None)
    assert (empty.bottlenecks, empty.weakest, empty.groups, empty.alpha) == ((), (), (), None)
    assert (empty.coverage, empty.open_count, empty.raters) == (Ratio(0, 0), 4, 0)
    assert empty.most_disputed == ("a", "b", "c", "d")
    assert {item.spread.word for item in empty.items} == {None}


# Lines


@pytest.mark.parametrize(("values", "word"), [((3, 3), "agree"), ((3, 4), "near"), ((2, 4), "split"), ((3,), None)])
def test_words(values: tuple[int, ...], word: str | None) -> None:
    assert spread_of(values).word == word


@pytest.mark.parametrize("values", [(1, 2, 2, 3, 5), (1, 4), (2, 2, 2, 9), (0, 1, 3, 4, 4, 7, 8)])
def test_spread_is_what_the_quantiles_say(values: tuple[int, ...]) -> None:
    found = spread_of(values)
    assert (found.median, found.iqr) == (quantile(values, 0.5), quantile(values, 0.75) - quantile(values, 0.25))


def test_order_of_dispute_range_then_middle_half_then_pairs_then_place() -> None:
    ratings = {  # the other way round, so that place alone explains nothing
        "nobody": [],
        "alone": [1],
        "agree": [3, 3, 3, 3, 3],
        "agree too": [3, 3, 3, 3, 3],
        "small camps": [2, 2, 4, 4],  # range 2, though middle half 2
        "one out": [1, 1, 1, 1, 5],  # range 4, middle half 0, within one level 6 of 10 pairs
        "steps": [1, 2, 3, 4, 5],  # range 4, middle half 2, 4 of 10
        "pairs": [1, 1, 3, 3, 5],  # range 4, middle half 2, 2 of 10
        "apart": [1, 3, 5],  # range 4, middle half 2, none
        "two camps": [1, 1, 5, 5],  # range 4, middle half 4, though 2 of 6 are within one level
    }
    scale = questionnaire(all=[RatedItem(key) for key in ratings])
    given = {key: dict(enumerate(values)) for key, values in ratings.items()}
    result = score_round(RatedRound(scale, given, dict.fromkeys(range(5), "team"), "raters"))
    assert result.most_disputed == (
        *("two camps", "apart", "pairs", "steps", "one out", "small camps"),
        *("agree", "agree too", "alone", "nobody"),
    )


def test_of_equally_weak_items_the_critical_one_stands_first() -> None:
    scale = questionnaire(
        one=[RatedItem("plain"), RatedItem("critical", is_critical=True)],
        two=[RatedItem("reversed", is_reversed=True, is_critical=True), RatedItem("weaker")],
    )
    agreed = {"plain": 2, "critical": 2, "reversed": 4, "weaker": 1}
    result = score_round(RatedRound(scale, {}, {}, "agreed", agreed=agreed))
    assert result.weakest == ("weaker", "critical", "reversed", "plain")


def test_all_that_share_the_lowest_score_are_named() -> None:
    # thirds both ways: (2 + 2 + 3) / 3 and (1 × 3 + 2 × 2) / 3
    scale = questionnaire(
        one=[RatedItem("a"), RatedItem("b"), RatedItem("c")],
        two=[RatedItem("d"), RatedItem("e", weight=2)],
        three=[RatedItem("f")],
    )
    agreed = {"a": 2, "b": 2, "c": 3, "d": 3, "e": 2, "f": 4}
    result = score_round(RatedRound(scale, {}, {}, "agreed", agreed=agreed))
    assert result.bottlenecks == ("one", "two")
    assert [dimension.lowest for dimension in result.dimensions] == [("a", "b"), ("e",), ("f",)]


@pytest.mark.parametrize(("outside", "gap"), [(2, None), (3, -2)])
def test_a_gap_needs_three_on_both_sides(outside: int, gap: float | None) -> None:
    groups = dict.fromkeys(range(3), "team") | dict.fromkeys(range(10, 10 + outside), "ministry")
    given = {"x": {rater: 2 if group == "team" else 4 for rater, group in groups.items()}}
    result = score_round(RatedRound(questionnaire(all=[RatedItem("x")]), given, groups, "raters"))
    assert (result.items[0].gap, result.dimensions[0].gap, result.overall.gap) == (gap, gap, gap)


def test_the_gap_of_a_reversed_item_is_the_teams_better_view() -> None:
    groups = dict.fromkeys(range(3), "team") | dict.fromkeys(range(3, 6), "community")
    given = {"x": {rater: 2 if group == "team" else 5 for rater, group in groups.items()}}
    result = score_round(RatedRound(questionnaire(all=[RatedItem("x", is_reversed=True)]), given, groups, "raters"))
    assert result.overall.gap == 3


@pytest.mark.parametrize(
    ("high", "raters", "shows"), [(7, 7, True), (6, 7, False), (7, 6, False)], ids=["7 x 7", "6 levels", "6 raters"]
)
def test_ipras_from_seven_levels_and_seven_raters_on(high: int, raters: int, shows: bool) -> None:
    scale = questionnaire(all=[RatedItem("x")], high=high)
    given = {"x": dict(enumerate([1, 1, 1, 4, 6, 6, 6][:raters]))}
    found = score_round(RatedRound(scale, given, dict.fromkeys(range(7), "team"), "raters")).items[0].ipras
    # places 1.8 and 4.2 of 1 1 1 4 6 6 6: 1 and 6; 2.35 × 6 / 8 + 1.5 × |4 − 3.5|
    assert found == (Ipras(ipr=pytest.approx(5), ipras=pytest.approx(2.5125)) if shows else None)


def observed(*, reverse: bool) -> RatedRound:
    """The published table of four observers and twelve units; the even units turned round if asked for."""
    items = [RatedItem(f"unit-{unit}", is_reversed=reverse and unit % 2 == 0) for unit in range(12)]
    given = {
        item.key: {
            rater: 6 - row[unit] if item.is_reversed else row[unit]
            for rater, row in enumerate(OBSERVERS)
            if row[unit] is not None
        }
        for unit, item in enumerate(items)
    }
    return RatedRound(questionnaire(all=items), given, dict.fromkeys(range(4), "team"), "raters")


@pytest.mark.parametrize("reverse", [False, True])
def test_alpha_of_the_round_as_published(reverse: bool) -> None:
    assert score_round(observed(reverse=reverse)).alpha == pytest.approx(0.815, abs=0.0005)


def test_alpha_can_be_left_out_and_nothing_else_changes() -> None:
    assert score_round(ROUND, with_alpha=False) == replace(RESULT, alpha=None) != RESULT


def test_one_rater_has_no_alpha() -> None:
    alone = replace(ROUND, ratings={key: {1: 2 + place} for place, key in enumerate("abc")})
    assert score_round(alone).alpha is None


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({}, []),
        ({"team": 2}, [(("team",), 2)]),
        ({"team": 1, "ministry": 1}, [(("ministry", "team"), 2)]),
        ({"team": 3}, [(("team",), 3)]),
        ({"team": 4, "ministry": 3}, [(("ministry",), 3), (("team",), 4)]),
        ({"team": 3, "ministry": 2, "partner": 1}, [(("team",), 3), (("ministry", "partner"), 3)]),
        ({"team": 2, "ministry": 2, "partner": 2}, [(("ministry", "partner", "team"), 6)]),
        ({"team": 3, "ministry": 2}, [(("ministry", "team"), 5)]),
        ({"team": 5, "ministry": 4, "partner": 2}, [(("team",), 5), (("ministry", "partner"), 6)]),
        ({"team": 4, "ministry": 4, "partner": 1}, [(("team",), 4), (("ministry", "partner"), 5)]),
    ],
)
def test_small_groups_are_merged(sizes: dict[str, int], shown: list[tuple[tuple[str, ...], int]]) -> None:
    names = [name for name, size in sizes.items() for _ in range(size)]
    assert shown_groups(dict(enumerate(names))) == tuple(ShownGroup(*each) for each in shown)


def test_a_merged_group_says_so() -> None:
    assert [group.is_merged for group in RESULT.groups] == [False, True]


# Kept and read back


def test_a_result_is_read_back_from_json() -> None:
    nine = questionnaire(all=[RatedItem("x")], high=9)
    with_ipras = score_round(
        RatedRound(nine, {"x": dict(enumerate([1, 2, 3, 4, 5, 6, 9]))}, dict.fromkeys(range(7), "team"), "raters")
    )
    assert with_ipras.items[0].ipras is not None
    for result in (RESULT, AGREED, with_ipras):
        read = RoundScore.from_data(json.loads(json.dumps(asdict(result))))
        assert read == result
        assert read.coverage.share == result.coverage.share
