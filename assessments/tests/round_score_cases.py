"""Rounds to score in tests: builders, strategies, and the same rule in fractions."""

from dataclasses import replace
from fractions import Fraction
from statistics import median

from hypothesis import strategies as st

from assessments.domain.scoring import Questionnaire, RatedDimension, RatedItem, RatedRound, score_round

GROUPS = ("team", "ministry", "partner", "community")
NOTHING = "nothing"  # not even that one cannot answer


def questionnaire(low=1, high=5, **dimensions):
    """Dimensions as key=[item, item …]."""
    return Questionnaire(low, high, tuple(RatedDimension(key, tuple(items)) for key, items in dimensions.items()))


def items_of(scale):
    return [item for dimension in scale.dimensions for item in dimension.items]


def with_items(scale, change):
    """The same questionnaire with every item changed."""
    dimensions = tuple(replace(each, items=tuple(map(change, each.items))) for each in scale.dimensions)
    return replace(scale, dimensions=dimensions)


def all_values(score):
    return [score.overall.value, *(each.value for each in score.dimensions)]


def never_raised(before, after):
    """No value went up. Where there was none, there was nothing to raise."""
    return all(
        old is None or (new is not None and new <= old)
        for old, new in zip(all_values(score_round(before)), all_values(score_round(after)), strict=True)
    )


# The round that is worked by hand
SCALE = questionnaire(
    fit=[RatedItem("a", weight=2, is_critical=True), RatedItem("b", is_reversed=True)],
    means=[RatedItem("c"), RatedItem("d")],
)
GROUPS_BY_RATER = {1: "team", 2: "team", 3: "team", 4: "ministry", 5: "ministry", 6: "partner", 7: "partner"}
ROUND = RatedRound(
    SCALE,
    ratings={
        "a": {1: 4, 2: 4, 3: 5, 4: 2, 5: 3, 6: 2},
        "b": {1: 1, 2: 2, 3: 1, 4: 2, 5: 2, 6: None},
        "c": {1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3},
        "d": {1: 2, 5: None},
    },
    role_groups=GROUPS_BY_RATER,
    basis="raters",
    agreed={"a": 3, "b": 2, "c": None},
    with_evidence=frozenset({"a", "d"}),
)

# Strategies ----------------------------------------------------------------------------------


@st.composite
def questionnaires(draw):
    low = draw(st.integers(0, 1))
    sizes = draw(st.lists(st.integers(0, 3), max_size=3))
    items = st.builds(RatedItem, st.just(""), st.integers(1, 5), st.booleans(), st.booleans())
    return Questionnaire(
        low,
        low + draw(st.sampled_from([1, 2, 3, 4, 8])),
        tuple(
            RatedDimension(f"d{d}", tuple(replace(draw(items), key=f"d{d}-i{i}") for i in range(size)))
            for d, size in enumerate(sizes)
        ),
    )


up_to_nine = st.integers(0, 9)


@st.composite
def rounds_of(draw, *, bases=("raters", "agreed"), sizes=up_to_nine):
    """Up to nine raters of up to four groups; most rated an item, some could not, or did not."""
    scale = draw(questionnaires())
    keys = [item.key for item in items_of(scale)]
    levels = list(scale.values)
    count = draw(sizes)
    said = st.lists(st.sampled_from([*levels, *levels, None, NOTHING]), min_size=count, max_size=count)
    some = st.sets(st.sampled_from(keys)) if keys else st.just(set())
    ratings = {key: dict(enumerate(draw(said))) for key in draw(some | st.just(set(keys)))}
    return RatedRound(
        scale,
        {key: {rater: value for rater, value in given.items() if value != NOTHING} for key, given in ratings.items()},
        {rater: draw(st.sampled_from(("team", *GROUPS))) for rater in range(count)},
        draw(st.sampled_from(bases)),
        agreed={key: draw(st.sampled_from([*levels, None])) for key in draw(some)},
        with_evidence=frozenset(draw(some)),
    )


rounds = rounds_of()
rated_rounds = rounds_of(bases=("raters",), sizes=st.integers(1, 9)).filter(
    lambda facts: any(value is not None for given in facts.ratings.values() for value in given.values())
)
agreed_rounds = rounds_of(bases=("agreed",)).filter(lambda facts: set(facts.agreed.values()) - {None})


# The same rule a second time, in fractions and straight from its words ------------------------


def reference_counted(facts, item):
    """What counts of an item, turned round if need be."""
    if facts.basis == "agreed":
        value = facts.agreed.get(item.key)
    else:
        values = [Fraction(value) for value in facts.ratings.get(item.key, {}).values() if value is not None]
        value = median(values) if values else None
    if value is None:
        return None
    scale = facts.questionnaire
    return Fraction(scale.low + scale.high - value if item.is_reversed else value)


def reference_dimension(facts, dimension):
    pairs = [(reference_counted(facts, item), item.weight) for item in dimension.items]
    pairs = [(value, weight) for value, weight in pairs if value is not None]
    return sum(v * w for v, w in pairs) / sum(w for _, w in pairs) if pairs else None


def reference_overall(facts):
    values = [reference_dimension(facts, each) for each in facts.questionnaire.dimensions]
    values = [value for value in values if value is not None]
    return sum(values, Fraction(0)) / len(values) if values else None
