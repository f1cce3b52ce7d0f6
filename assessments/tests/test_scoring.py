"""Scores worked out by hand, and the edges of the arithmetic."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from time import process_time

import pytest

from assessments.domain.facts import AssessmentResult, FactError, by_number
from assessments.domain.results import Ratio, StillOpen
from assessments.tests.scoring_cases import GOOD, TODAY, item, ready_program, scored, step

ROOT = Path(__file__).parents[2]

VISION = step(
    1,
    item("1.1", "done", weight=2, critical=True, is_verified=True, has_evidence=True),
    item("1.2", "done"),
    item("1.3", "under_way"),
    item("1.4"),
    item("1.5", "not_applicable", has_reason=True),
    item("1.6", "not_applicable", weight=2),
)
EFFECT = step(2, item("2.1", "done", weight=3, has_evidence=True))


def test_step_score_is_points_of_possible_points():
    # 2x3 + 1x2 + 1x1 = 9 points of 3 x (2 + 1 + 1 + 1 + 2) = 21: item 1.5 has left, 1.6 has not.
    first = scored(VISION).steps[0]

    assert (first.points, first.points_of, first.score) == (9, 21, 9 / 21)


def test_phase_score_is_the_mean_of_its_steps_not_of_its_items():
    before, during = scored(VISION, EFFECT).phases

    assert before.score == pytest.approx((9 / 21 + 6 / 9) / 2, abs=1e-15)
    assert during.score is None


def test_tally_counts_each_item_once_and_coverage_and_proven_apart():
    tally = scored(VISION, EFFECT).tally

    assert asdict(tally) == {
        "items": 7,
        "done": 3,
        "verified": 1,
        "with_evidence": 2,
        "under_way": 1,
        "not_started": 1,
        "dont_know": 0,
        "later": 0,
        "unsettled": 1,
        "not_applicable": 1,
    }
    assert tally.coverage == (2, 3)
    assert tally.proven == (1, 3)


def test_path_shares_are_of_the_items_that_apply():
    tally = scored(VISION).steps[0].tally

    assert tally.path_said == (2, 5)
    assert tally.path_proven == (1, 5)


def test_ratio_of_nothing_has_no_share():
    assert Ratio(0, 0).share is None
    assert Ratio(3, 4).share == 0.75


@pytest.mark.parametrize(
    ("answer", "facts", "level"),
    [
        ("not_started", {}, 0),
        ("dont_know", {}, 0),
        ("later", {}, 0),
        ("under_way", {}, 1),
        ("done", {}, 2),
        ("done", {"is_verified": True}, 3),
        ("under_way", {"is_verified": True}, 1),
        ("not_started", {"is_verified": True, "has_evidence": True}, 0),
        ("not_applicable", {}, 0),
        ("not_applicable", {"is_accepted": True}, 0),
        ("not_applicable", {"is_verified": True}, 0),
    ],
)
def test_level_of_an_answer(answer, facts, level):
    first = scored(step(1, item("1.1", answer, **facts))).steps[0]

    assert (first.points, first.points_of) == (level, 3)


@pytest.mark.parametrize(
    ("critical", "facts", "counted_as"),
    [
        (False, {"has_reason": True}, "not_applicable"),
        (False, {"has_reason": False, "is_accepted": True}, "needs_reason"),
        (True, {"has_reason": True}, "needs_acceptance"),
        (True, {"has_reason": False, "is_accepted": True}, "needs_reason"),
        (True, {"has_reason": True, "is_accepted": True}, "not_applicable"),
    ],
)
def test_not_applicable_leaves_only_with_a_reason_and_if_critical_a_yes(critical, facts, counted_as):
    assert item("1.1", "not_applicable", critical=critical, **facts).counted_as == counted_as


def test_evidence_and_verification_count_on_done_items_only():
    tally = scored(step(1, item("1.1", "under_way", has_evidence=True, is_verified=True), item("1.2", "done"))).tally

    assert (tally.coverage, tally.proven) == ((0, 1), (0, 1))


def test_step_where_nothing_applies_has_no_score_and_is_left_out_of_the_mean():
    empty = step(2, item("2.1", "not_applicable", has_reason=True))
    result = scored(step(1, item("1.1", "done", weight=3)), empty, step(3))

    assert [each.score for each in result.steps] == [6 / 9, None, None]
    assert result.phases[0].score == 6 / 9


def test_headline_is_the_first_phase_alone_until_all_its_steps_passed():
    steps = ready_program()
    waiting = [replace(steps[0], is_passed=False), *steps[1:]]

    assert [phase.phase for phase in scored(*waiting).headline] == ["before"]
    assert [phase.phase for phase in scored(*steps).headline] == ["before", "during"]


def test_steps_passed_late_do_not_make_up_for_one_still_open():
    steps = [step(1, item("1.1")), step(7, item("7.1"), passed=True)]
    result = scored(*steps)

    assert result.phase_in_force == "before"
    assert [(phase.steps_passed, phase.step_count) for phase in result.phases] == [(0, 1), (1, 1)]


def test_weakest_step_is_the_lowest_open_one_of_the_phase_in_force():
    result = scored(
        step(1, item("1.1"), passed=True),
        step(2, item("2.1", "done")),
        step(3, item("3.1", "under_way")),
        step(4, item("4.1", "under_way")),
        step(5, item("5.1", "not_applicable", has_reason=True)),
        step(7, item("7.1")),
    )

    assert result.weakest_step == result.steps[2]


def test_weakest_step_moves_to_the_second_phase_and_ends_with_it():
    steps = ready_program()
    all_passed = [replace(each, is_passed=True) for each in steps]

    assert scored(*steps).weakest_step.number == 7
    assert scored(*all_passed).weakest_step is None


def test_open_critical_items_stand_by_number_and_say_why():
    result = scored(
        step(
            2,
            item("2.10", "dont_know", critical=True),
            item("2.9", "not_applicable", critical=True, has_reason=True),
            item("2.2", "done", critical=True),
            item("2.1", "under_way"),
        ),
        step(1, item("1.1", "later", critical=True)),
        step(7, item("7.1", critical=True)),
    )

    assert result.open_critical == (
        StillOpen("item-1-1", "1.1", "later"),
        StillOpen("item-2-9", "2.9", "needs_acceptance"),
        StillOpen("item-2-10", "2.10", "dont_know"),
    )


def test_program_without_steps_has_no_scores_and_is_not_ready():
    result = scored(assessment=GOOD)

    assert [phase.score for phase in result.phases] == [None, None]
    assert (result.weakest_step, result.coverage, result.band) == (None, (0, 0), "not_yet")


def test_result_is_json_as_it_stands():
    result = scored(*ready_program(), assessment=GOOD)

    assert json.loads(json.dumps(asdict(result)))["steps"][0]["tally"]["done"] == 5


def test_numbers_sort_as_people_count():
    assert sorted(["1.10", "1.9", "10.1", "2.1", "2.a"], key=by_number) == [
        "1.9",
        "1.10",
        "2.a",
        "2.1",
        "10.1",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: item("3.2", "finished"), 'Item 3.2: "finished" is not an answer.'),
        (lambda: item("3.2", weight=0), "Item 3.2: weight 0 is not a whole number from 1."),
        (lambda: item("3.2", weight=1.5), "Item 3.2: weight 1.5 is not a whole number from 1."),
        (lambda: step(3, phase="after"), 'Step 3: "after" is not a phase.'),
        (lambda: step(3, item("3.1"), item("3.1")), "Step 3: two items have the same key."),
        (lambda: scored(step(3), step(3)), "Two steps have the same number."),
        (
            lambda: scored(step(3), replace(step(3), number=4)),
            "Two steps have the same key.",
        ),
    ],
)
def test_facts_that_cannot_be_scored_are_refused_in_words(make, message):
    with pytest.raises(FactError) as refusal:
        make()

    assert str(refusal.value) == message


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan"), float("inf")])
def test_assessment_share_lies_between_0_and_1(share):
    with pytest.raises(FactError, match="between 0 and 1"):
        AssessmentResult(closed_on=TODAY, share=share, open_item_count=0)


@pytest.mark.parametrize("module", ["explanation", "fingerprints", "scoring"])
def test_the_arithmetic_needs_no_django(module):
    script = f"import sys, assessments.domain.{module}; sys.exit('django' in sys.modules)"

    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_one_score_stays_far_under_the_budget_of_a_save():
    """The goal is 0.3 ms for 84 items; ten times that fails on any machine we would run on."""
    steps = [step(n, *(item(f"{n}.{i}", "done", has_evidence=True) for i in range(1, 9))) for n in range(1, 12)]

    def seconds():
        start = process_time()
        scored(*steps, assessment=GOOD)
        return process_time() - start

    assert min(seconds() for _ in range(30)) < 0.003
