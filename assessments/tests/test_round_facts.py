"""Facts of a round: what is refused, and a fingerprint that is the same for the same facts and another for others."""

from dataclasses import replace

import pytest

from assessments.domain import round_facts
from assessments.domain.scoring import FactError, RatedItem, RatedRound, score_round
from assessments.tests.round_score_cases import GROUPS_BY_RATER, ROUND, SCALE, questionnaire

# What cannot be scored


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({"basis": "mood"}, '"mood" is not a basis of a result.'),
        ({"ratings": {"z": {}}}, "The questionnaire has no item z."),
        ({"agreed": {"z": None}}, "The questionnaire has no item z."),
        ({"with_evidence": frozenset({"z"})}, "The questionnaire has no item z."),
        ({"ratings": {"a": {8: 1, 9: 1}}}, "Rater 8 has no role group."),
        ({"ratings": {"a": {1: 0}}}, "All values are whole numbers from 1 to 5, not 0."),
        ({"ratings": {"a": {1: 6}}}, "All values are whole numbers from 1 to 5, not 6."),
        ({"ratings": {"a": {1: 2.5}}}, "All values are whole numbers from 1 to 5, not 2.5."),
        ({"agreed": {"a": 7}}, "All values are whole numbers from 1 to 5, not 7."),
    ],
)
def test_facts_that_cannot_be_scored_are_refused(facts: dict[str, object], because: str) -> None:
    with pytest.raises(FactError) as refused:
        replace(ROUND, **facts)
    assert str(refused.value) == because


@pytest.mark.parametrize(
    ("dimensions", "because"),
    [
        ({"one": [RatedItem("a")], "two": [RatedItem("a")]}, "Two items have the same key."),
        ({"low": 3, "high": 3}, "A scale needs two ends, low below high, not 3 and 3."),
    ],
)
def test_a_questionnaire_that_cannot_be_scored_is_refused(dimensions: dict, because: str) -> None:
    with pytest.raises(FactError) as refused:
        questionnaire(**dimensions)
    assert str(refused.value) == because


def test_two_dimensions_of_one_key_are_refused() -> None:
    with pytest.raises(FactError, match="Two dimensions have the same key"):
        replace(SCALE, dimensions=(SCALE.dimensions[0], replace(SCALE.dimensions[1], key="fit")))


@pytest.mark.parametrize("weight", [0, -1, 1.5])
def test_a_weight_is_a_whole_number_from_1(weight: float) -> None:
    with pytest.raises(FactError, match="is not a whole number from 1"):
        RatedItem("a", weight=weight)


# The fingerprint


def fingerprint(facts: RatedRound, *, instrument_version: str = "capacity 1") -> str:
    return round_facts.fingerprint(facts, instrument_version=instrument_version)


def test_fingerprint_is_the_same_in_every_process_and_release() -> None:
    assert fingerprint(ROUND) == "8410cd624714e3ac82f06852e077bf13fd8e1dedfd7b9b3587b767cdf7ba1d5d"


def changed_scale(**facts: object) -> RatedRound:
    fit, means = SCALE.dimensions
    first, *others = fit.items
    dimensions = (replace(fit, items=(replace(first, **facts), *others)), means)
    return replace(ROUND, questionnaire=replace(SCALE, dimensions=dimensions))


def test_every_fact_matters() -> None:
    ratings = {key: dict(given) for key, given in ROUND.ratings.items()}
    others = [
        replace(ROUND, basis="agreed"),
        replace(ROUND, questionnaire=replace(SCALE, low=0)),
        replace(ROUND, questionnaire=replace(SCALE, high=6)),
        changed_scale(weight=3),
        changed_scale(is_critical=False),
        changed_scale(is_reversed=True),
        replace(ROUND, ratings=ratings | {"d": {1: 3, 5: None}}),
        replace(ROUND, ratings=ratings | {"d": {1: 2}}),
        replace(ROUND, ratings=ratings | {"d": {2: 2, 5: None}}),
        replace(ROUND, role_groups=GROUPS_BY_RATER | {1: "community"}),
        replace(ROUND, agreed={"a": 3, "b": 3}),
        replace(ROUND, agreed={"a": 3}),
        replace(ROUND, with_evidence=frozenset({"a"})),
    ]
    prints = [fingerprint(ROUND), fingerprint(ROUND, instrument_version="capacity 2"), *map(fingerprint, others)]
    assert len(set(prints)) == len(prints)


def test_what_changes_no_figure_changes_no_fingerprint() -> None:
    invited = replace(ROUND, role_groups=GROUPS_BY_RATER | {7: "team", 8: "community"})
    unsaid = replace(ROUND, agreed={"a": 3, "b": 2, "d": None})
    assert {fingerprint(invited), fingerprint(unsaid)} == {fingerprint(ROUND)}
    assert score_round(invited) == score_round(unsaid) == score_round(ROUND)
