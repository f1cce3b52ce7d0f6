"""Laws that hold for every round, tried on rounds that hypothesis makes up."""

import json
from collections import Counter
from dataclasses import asdict, replace
from fractions import Fraction

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from assessments.domain.round_facts import FEWEST, fingerprint
from assessments.domain.round_scores import dispute
from assessments.domain.scoring import AssessmentResult, RatedItem, RoundScore, change_needs_reason, score_round
from assessments.domain.scoring import shown_groups as shown
from assessments.tests.round_score_cases import (
    GROUPS,
    agreed_rounds,
    all_values,
    items_of,
    never_raised,
    rated_rounds,
    reference_counted,
    reference_dimension,
    reference_overall,
    rounds,
    rounds_of,
    with_items,
)
from assessments.tests.scoring_cases import TODAY

chances = st.randoms(use_true_random=False)


def by_key(parts):
    return {part.key: part for part in parts}


def one_value(facts, data):
    """Some item and rater, and the value given."""
    places = [
        (key, rater) for key, given in facts.ratings.items() for rater, value in given.items() if value is not None
    ]
    key, rater = data.draw(st.sampled_from(places))
    [item] = [item for item in items_of(facts.questionnaire) if item.key == key]
    return item, rater, facts.ratings[key][rater]


def with_rating(facts, key, rater, value):
    return replace(facts, ratings={**facts.ratings, key: {**facts.ratings[key], rater: value}})


REACHED = {
    "a gap": lambda score: score.overall.gap,
    "a gap in one dimension only": lambda score: len({dimension.gap is None for dimension in score.dimensions}) == 2,
    "two groups": lambda score: len(score.groups) == 2,
    "a merged group beside another": lambda score: [group.is_merged for group in score.groups] == [False, True],
    "a verdict on a long scale": lambda score: any(item.ipras for item in score.items),
    "alpha": lambda score: score.alpha and 0 < score.alpha < 1,
    "two bottlenecks": lambda score: len(score.bottlenecks) == 2,
    "an open item beside an agreed one": lambda score: (
        score.basis == "agreed" and 0 < score.overall.n < score.overall.of
    ),
    "every word": lambda score: {item.spread.word for item in score.items} >= {"agree", "near", "split"},
}


@pytest.mark.parametrize("reached", REACHED.values(), ids=REACHED)
def test_the_rounds_made_up_here_reach(reached):
    fast = settings(max_examples=20_000, database=None, phases=[Phase.generate])

    assert reached(score_round(find(rounds, lambda facts: bool(reached(score_round(facts))), settings=fast)))


# What the figures are


@given(rounds)
def test_values_agree_with_the_reference_in_fractions(facts):
    result = score_round(facts)
    expected = [
        reference_overall(facts),
        *(reference_dimension(facts, each) for each in facts.questionnaire.dimensions),
    ]
    scale = facts.questionnaire

    for got, exact in zip(all_values(result), expected, strict=True):
        assert (got is None) == (exact is None)
        assert got is None or abs(Fraction(got) - exact) < Fraction(1, 10**12)
    for got, item in zip(result.items, items_of(scale), strict=True):
        counted = reference_counted(facts, item)
        assert got.share == (None if counted is None else float((counted - scale.low) / (scale.high - scale.low)))


@given(rounds)
def test_every_share_lies_between_0_and_1(facts):
    result = score_round(facts)
    parts = [result.overall, *result.dimensions, *result.items]
    shares = [part.share for part in parts] + [result.coverage.share, *(i.spread.within_one for i in result.items)]

    assert all(0 <= share <= 1 for share in shares if share is not None)
    assert [result.overall.share is None, result.open_count <= len(result.items)] == [result.weakest == (), True]


@given(agreed_rounds)
def test_an_agreed_result_is_one_the_band_can_rest_on(facts):
    result = score_round(facts)
    kept = AssessmentResult(closed_on=TODAY, share=result.overall.share, open_item_count=result.open_count)

    assert kept.open_item_count == result.overall.of - result.overall.n


@given(rounds)
def test_lists_hold_every_item_once_and_in_their_order(facts):
    result = score_round(facts)
    items = by_key(result.items)
    ranks = [dispute(items[key].spread) for key in result.most_disputed]
    weakest = [(items[key].share, not items[key].is_critical) for key in result.weakest]

    assert sorted(result.most_disputed) == sorted(items)
    assert sorted(result.weakest) == sorted(key for key, item in items.items() if item.counted is not None)
    assert (ranks, weakest) == (sorted(ranks), sorted(weakest))


@given(rounds)
def test_lowest_are_all_that_nobody_is_below(facts):
    result = score_round(facts)
    scored = [each for each in result.dimensions if each.value is not None]

    assert list(result.bottlenecks) == [
        each.key for each in scored if all(each.value <= other.value for other in scored)
    ]
    for dimension in scored:
        rivals = [item for item in result.items if item.dimension == dimension.key and item.share is not None]
        assert list(dimension.lowest) == [
            item.key for item in rivals if all(item.share <= other.share for other in rivals)
        ]


@given(rounds)
def test_every_rating_is_counted_once(facts):
    result = score_round(facts)

    assert sum(item.spread.n + item.unable for item in result.items) == sum(map(len, facts.ratings.values()))
    assert result.coverage.numerator <= result.coverage.denominator == len(result.weakest) == result.overall.n


# What changes nothing


@given(rounds, chances)
def test_order_of_raters_items_and_dimensions_does_not_matter(facts, chance):
    def mixed(things):
        return chance.sample(list(things), len(things))

    scale = facts.questionnaire
    shuffled = replace(
        facts,
        questionnaire=replace(
            scale,
            dimensions=tuple(replace(each, items=tuple(mixed(each.items))) for each in mixed(scale.dimensions)),
        ),
        ratings={key: dict(mixed(facts.ratings[key].items())) for key in mixed(facts.ratings)},
        role_groups=dict(mixed(facts.role_groups.items())),
        agreed=dict(mixed(facts.agreed.items())),
    )
    one, other = score_round(facts), score_round(shuffled)
    same = ("overall", "coverage", "open_count", "raters", "groups")

    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    assert by_key(one.items) == by_key(other.items)
    assert [replace(each, lowest=sorted(each.lowest)) for each in one.dimensions] == [
        replace(by_key(other.dimensions)[each.key], lowest=sorted(by_key(other.dimensions)[each.key].lowest))
        for each in one.dimensions
    ]
    assert sorted(one.bottlenecks) == sorted(other.bottlenecks)
    assert other.alpha == (one.alpha if one.alpha is None else pytest.approx(one.alpha))
    assert fingerprint(facts, instrument_version="x 1") == fingerprint(shuffled, instrument_version="x 1")


@given(rounds.filter(lambda facts: facts.questionnaire.dimensions), st.data())
def test_an_item_that_nobody_answers_changes_no_value(facts, data):
    scale = facts.questionnaire
    at = data.draw(st.integers(0, len(scale.dimensions) - 1))
    longer = list(scale.dimensions)
    new = RatedItem("new", weight=data.draw(st.integers(1, 5)), is_critical=True, is_reversed=data.draw(st.booleans()))
    longer[at] = replace(longer[at], items=(*longer[at].items, new))
    unable = dict.fromkeys(data.draw(st.sets(st.sampled_from(sorted(facts.role_groups) or [0]))), None)
    more = replace(
        facts,
        questionnaire=replace(scale, dimensions=tuple(longer)),
        ratings={**facts.ratings, "new": unable},
        role_groups={0: "team", **facts.role_groups},
    )
    one, other = score_round(facts), score_round(more)

    assert all_values(other) == all_values(one)
    assert (other.overall.n, other.overall.of) == (one.overall.n, one.overall.of + 1)
    assert (other.weakest, other.coverage, other.groups) == (one.weakest, one.coverage, one.groups)
    assert other.open_count == one.open_count + 1


@given(rounds)
def test_a_rater_who_can_answer_nothing_changes_only_how_many_could_not(facts):
    more = replace(
        facts,
        ratings={key: {**given, 99: None} for key, given in facts.ratings.items()},
        role_groups={**facts.role_groups, 99: "team"},
    )
    one, other = score_round(facts), score_round(more)

    assert replace(other, items=()) == replace(one, items=())
    assert other.items == tuple(
        replace(item, unable=item.unable + 1) if item.key in facts.ratings else item for item in one.items
    )


@given(rounds)
def test_turning_every_item_round_with_its_values_changes_no_share(facts):
    scale = facts.questionnaire

    def turned(values):
        return {key: None if value is None else scale.low + scale.high - value for key, value in values.items()}

    mirror = replace(
        facts,
        questionnaire=with_items(scale, lambda item: replace(item, is_reversed=not item.is_reversed)),
        ratings={key: turned(given) for key, given in facts.ratings.items()},
        agreed=turned(facts.agreed),
    )
    one, other = score_round(facts), score_round(mirror)
    same = ("overall", "dimensions", "bottlenecks", "most_disputed", "weakest", "alpha")

    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    assert [(i.share, i.gap, i.spread.range) for i in one.items] == [
        (i.share, i.gap, i.spread.range) for i in other.items
    ]


@given(rounds.filter(lambda facts: items_of(facts.questionnaire)), st.integers(2, 1000))
def test_scaling_all_weights_changes_nothing(facts, factor):
    heavier = with_items(facts.questionnaire, lambda item: replace(item, weight=item.weight * factor))

    assert score_round(replace(facts, questionnaire=heavier)) == score_round(facts)


@given(rated_rounds)
def test_agreeing_on_the_medians_is_resting_on_the_raters(facts):
    medians = {item.key: item.spread.median for item in score_round(facts).items}
    whole = {key: int(value) for key, value in medians.items() if value is not None and value == int(value)}
    said = replace(facts, agreed=whole, ratings={key: facts.ratings[key] for key in whole})

    assert replace(score_round(replace(said, basis="agreed")), basis="raters") == score_round(said)


@given(rounds)
def test_a_result_is_read_back_from_json(facts):
    result = score_round(facts)

    assert RoundScore.from_data(json.loads(json.dumps(asdict(result)))) == result


# What may move a value, and which way


@given(rated_rounds, st.data())
def test_raising_one_rating_never_lowers_a_value_and_a_reversed_one_never_raises_it(facts, data):
    item, rater, value = one_value(facts, data)
    higher = with_rating(facts, item.key, rater, data.draw(st.integers(value, facts.questionnaire.high)))

    assert never_raised(facts, higher) if item.is_reversed else never_raised(higher, facts)


@given(agreed_rounds, st.data())
def test_agreeing_on_a_higher_value_never_lowers_one(facts, data):
    key = data.draw(st.sampled_from(sorted(key for key, value in facts.agreed.items() if value is not None)))
    [item] = [item for item in items_of(facts.questionnaire) if item.key == key]
    higher = data.draw(st.integers(facts.agreed[key], facts.questionnaire.high))
    raised = replace(facts, agreed={**facts.agreed, key: higher})

    assert never_raised(facts, raised) if item.is_reversed else never_raised(raised, facts)


@given(agreed_rounds, st.data())
def test_leaving_the_best_item_of_a_dimension_open_never_raises_that_dimension(facts, data):
    """Leaving a weak one open can: a mean rests on what was agreed. So `open_count` stands beside it."""
    result = score_round(facts)
    before = data.draw(st.sampled_from([each for each in result.dimensions if each.n > 1] or [None]))
    if before is None:
        return
    best = max((item for item in result.items if item.dimension == before.key and item.share is not None),
               key=lambda item: item.share)  # fmt: skip
    without = score_round(replace(facts, agreed={**facts.agreed, best.key: None}))
    after = by_key(without.dimensions)[before.key]

    assert after.value <= before.value
    assert (after.n, without.open_count) == (before.n - 1, result.open_count + 1)


@given(rounds)
def test_evidence_moves_coverage_and_no_value(facts):
    bare, full = (
        score_round(replace(facts, with_evidence=keys)) for keys in (frozenset(), facts.questionnaire.item_keys)
    )

    assert (bare.coverage.numerator, full.coverage.numerator) == (0, full.coverage.denominator)
    assert all_values(bare) == all_values(full)


# Sides and groups


@given(rated_rounds)
def test_seen_from_the_other_side_a_gap_is_turned_round(facts):
    names = {rater: "team" if group == "team" else "partner" for rater, group in facts.role_groups.items()}
    swapped = {rater: "partner" if group == "team" else "team" for rater, group in names.items()}
    one, other = (score_round(replace(facts, role_groups=groups)) for groups in (names, swapped))

    pairs = zip(
        [*one.items, *one.dimensions, one.overall], [*other.items, *other.dimensions, other.overall], strict=True
    )
    for here, there in pairs:
        assert there.gap == (None if here.gap is None else pytest.approx(-here.gap))


@given(rounds_of(bases=("raters",), sizes=st.integers(6, 9)))
def test_a_gap_rests_on_three_of_each_side(facts):
    for item in score_round(facts).items:
        given = facts.ratings.get(item.key, {})
        sides = Counter(facts.role_groups[rater] == "team" for rater, value in given.items() if value is not None)
        assert (item.gap is not None) == (sides[True] >= FEWEST and sides[False] >= FEWEST)


@given(st.dictionaries(st.integers(0, 30), st.sampled_from(GROUPS)))
def test_no_shown_group_has_fewer_than_three_raters(role_groups):
    groups, sizes = shown(role_groups), Counter(role_groups.values())

    assert sorted(name for group in groups for name in group.names) == sorted(sizes)
    assert [group.n for group in groups] == [sum(sizes[name] for name in group.names) for group in groups]
    assert all(group.n >= min(FEWEST, len(role_groups)) for group in groups)
    assert len(groups) <= max(1, len(role_groups) // FEWEST)
    assert sum(group.is_merged for group in groups) <= 1


@given(st.dictionaries(st.integers(0, 30), st.sampled_from(GROUPS)))
def test_no_group_is_merged_without_need(role_groups):
    sizes = Counter(role_groups.values())
    small = [name for name, n in sizes.items() if n < FEWEST]
    merged = [name for group in shown(role_groups) if group.is_merged for name in group.names]

    assert set(merged) <= {*small, *(merged if sum(sizes[name] for name in small) < FEWEST else [])}
    assert len(set(merged) - set(small)) <= 1


# Comparing rounds


@given(st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_a_reason_is_asked_for_every_fall_and_every_leap(old, new, is_reversed):
    rise = (new - old) * (-1 if is_reversed else 1)

    assert change_needs_reason(old, new, is_reversed=is_reversed) is (rise not in (0, 1))
