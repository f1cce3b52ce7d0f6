"""The explanation tree and the raises: by hand, and against scoring the changed program again."""

from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given

from assessments.domain.explanation import ItemNode, explain
from assessments.domain.raises import REVIEWERS_OWN
from assessments.tests.scoring_cases import (
    changed,
    filled_programs,
    item,
    places,
    programs,
    ready_program,
    scored,
    step,
)

# What each change does to the facts. A new "done" starts without a verification.
APPLIED = {
    "mark_done": {"answer": "done", "is_verified": False},
    "verify": {"is_verified": True},
    "give_reason": {"has_reason": True},
    "have_accepted": {"is_accepted": True},
    "give_reason_and_have_accepted": {"has_reason": True, "is_accepted": True},
}


def explained(*steps):
    return explain(steps, score=scored(*steps))


def told(explanation):
    return [(each.number, each.change, each.rank) for each in explanation.raises]


def test_every_item_says_what_it_contributed_of_how_much():
    first, second = (
        explained(
            step(1, item("1.1", "done", weight=2, is_verified=True), item("1.2", "under_way")),
            step(2, item("2.1", "done"), item("2.2", "not_applicable", has_reason=True)),
        )
        .phases[0]
        .steps
    )

    assert first.items[0] == ItemNode(
        key="item-1-1",
        number="1.1",
        counted_as="verified",
        weight=2,
        is_critical=False,
        points=6,
        points_of=6,
        contribution=6 / 9 / 2,
        at_most=6 / 9 / 2,
    )
    assert (first.contribution, first.at_most) == (7 / 9 / 2, 1 / 2)
    assert [(each.points, each.points_of) for each in second.items] == [(2, 3), (0, 0)]
    assert second.contribution == 2 / 3 / 2


def test_step_without_score_contributes_nothing_and_takes_no_room():
    first, second = explained(step(1, item("1.1", "done")), step(2)).phases[0].steps

    assert (first.at_most, second.at_most, second.contribution) == (1.0, 0.0, 0.0)


def test_items_stand_by_number():
    nodes = explained(step(1, item("1.10"), item("1.9"))).phases[0].steps[0].items

    assert [node.number for node in nodes] == ["1.9", "1.10"]


def test_tree_carries_the_band_with_its_conditions():
    steps = ready_program()
    score = scored(*steps)
    explanation = explain(steps, score=score)

    assert (explanation.band, explanation.conditions) == ("nearly", score.conditions)
    assert [phase.is_headline for phase in explanation.phases] == [True, True]


def test_steps_of_another_program_are_refused():
    with pytest.raises(ValueError, match="not the ones that were scored"):
        explain([step(1)], score=scored(step(2)))


def test_raises_stand_largest_first_and_equals_share_a_rank():
    explanation = explained(
        step(
            1,
            item("1.1", "done"),
            item("1.2"),
            item("1.3", "dont_know"),
            item("1.4", "under_way", weight=2),
            item("1.5", weight=2),
        )
    )

    # Of 21 points: 1.5 gains 4; 1.2, 1.3 and 1.4 gain 2 each; verifying 1.1 gains 1.
    assert [(each.number, each.rank, each.tied_with) for each in explanation.raises] == [
        ("1.5", 1, 0),
        ("1.2", 2, 2),
        ("1.3", 2, 2),
        ("1.4", 2, 2),
        ("1.1", 5, 0),
    ]
    assert [each.gain for each in explanation.raises] == [4 / 21, 2 / 21, 2 / 21, 2 / 21, 1 / 21]


def test_not_applicable_is_raised_by_what_it_lacks():
    explanation = explained(
        step(
            1,
            item("1.1", "done", is_verified=True),
            item("1.2", "not_applicable"),
            item("1.3", "not_applicable", critical=True, has_reason=True),
            item("1.4", "not_applicable", critical=True),
            item("1.5", "not_applicable", critical=True, is_accepted=True),
        )
    )

    assert told(explanation) == [
        ("1.2", "give_reason", 1),
        ("1.3", "have_accepted", 1),
        ("1.4", "give_reason_and_have_accepted", 1),
        ("1.5", "give_reason", 1),
    ]


def test_excusing_the_only_item_takes_its_empty_step_out_of_the_mean():
    explanation = explained(step(1, item("1.1", "done", is_verified=True)), step(2, item("2.1", "not_applicable")))

    assert [(each.number, each.gain) for each in explanation.raises] == [("2.1", 0.5)]


def test_excusing_the_only_item_of_the_only_step_leaves_nothing_to_raise():
    assert explained(step(1, item("1.1", "not_applicable"))).raises == ()


def test_in_a_passed_step_only_the_reviewer_can_raise():
    explanation = explained(
        step(
            1,
            item("1.1"),
            item("1.2", "done", critical=True),
            item("1.3", "not_applicable"),
            item("1.4", "not_applicable", critical=True, has_reason=True),
            passed=True,
        ),
        step(2, item("2.1", "done", is_verified=True)),
    )

    assert told(explanation) == [("1.2", "verify", 1), ("1.4", "have_accepted", 2)]
    assert [each.is_critical for each in explanation.raises] == [True, True]


def test_a_step_that_passed_elsewhere_can_still_be_raised_by_its_team():
    passed = step(1, item("1.1"), passed=True)
    assert explained(passed, step(2, item("2.1", "done", is_verified=True))).raises == ()
    raised = explained(replace(passed, is_recorded_later=True), step(2, item("2.1", "done", is_verified=True)))
    assert told(raised) == [("1.1", "mark_done", 1)]


def test_raises_speak_of_the_headline_only():
    steps = [step(1, item("1.1")), step(7, item("7.1"))]
    passed = [replace(steps[0], is_passed=True), steps[1]]

    assert [each.phase for each in explained(*steps).raises] == ["before"]
    assert [each.phase for each in explained(*passed).raises] == ["during"]


@given(programs)
def test_contributions_add_up_to_the_score(steps):
    for phase in explained(*steps).phases:
        parts = [each.contribution for at in phase.steps for each in at.items]

        assert abs(fsum(parts) - (phase.score.score or 0)) <= 1e-12
        for at in phase.steps:
            assert abs(fsum(each.contribution for each in at.items) - at.contribution) <= 1e-12
            assert abs(fsum(each.at_most for each in at.items) - at.at_most) <= 1e-12


@given(programs)
def test_no_contribution_exceeds_what_is_possible(steps):
    for phase in explained(*steps).phases:
        for at in phase.steps:
            assert 0 <= at.contribution <= at.at_most <= 1
            assert all(0 <= each.contribution <= each.at_most for each in at.items)


def gain_by_scoring_again(steps, place, change):
    """What a change adds to the score of its phase, or 0 where there is then no score."""
    phase = steps[place[0]].phase
    old, new = (
        next(each.score for each in scored(*these).phases if each.phase == phase)
        for these in (steps, changed(steps, place, **APPLIED[change]))
    )
    return 0.0 if new is None or old is None else new - old


@given(filled_programs)
def test_each_raise_is_what_scoring_again_gives(steps):
    at = {steps[i].items[j].number: (i, j) for i, j in places(steps)}

    for each in explained(*steps).raises:
        again = gain_by_scoring_again(steps, at[each.number], each.change)
        assert abs(again - each.gain) <= 1e-12


@given(filled_programs)
def test_no_change_that_raises_the_headline_is_kept_back(steps):
    explanation = explained(*steps)
    offered = {(each.number, each.change): each.gain for each in explanation.raises}
    headline = {phase.score.phase for phase in explanation.phases if phase.is_headline}

    for i, j in places(steps):
        for change in possible_changes(steps[i], steps[i].items[j]):
            gain = gain_by_scoring_again(steps, (i, j), change)
            is_offered = (steps[i].items[j].number, change) in offered
            assert is_offered == (steps[i].phase in headline and gain > 1e-12)


def possible_changes(step, item):
    """What may be done to an item, told from the facts and not from the code under test."""
    if item.answer == "done":
        return [] if item.is_verified else ["verify"]
    if item.answer == "not_applicable":
        lacks_yes = item.is_critical and not item.is_accepted
        changes = {
            (False, False): ["give_reason"],
            (False, True): ["give_reason_and_have_accepted"],
            (True, True): ["have_accepted"],
            (True, False): [],
        }[item.has_reason, lacks_yes]
    else:
        changes = ["mark_done"]
    return [change for change in changes if not step.is_passed or change in REVIEWERS_OWN]


@given(filled_programs)
def test_ranks_are_honest(steps):
    found = explained(*steps).raises

    for each in found:
        gain = round(each.gain, 12)
        assert each.rank == 1 + sum(round(other.gain, 12) > gain for other in found)
        assert each.tied_with == sum(round(other.gain, 12) == gain for other in found) - 1
    assert [each.rank for each in found] == sorted(each.rank for each in found)
