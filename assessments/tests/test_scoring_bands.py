"""The band: each condition on both sides of its line, and what it names as still open."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest

from assessments.domain.bands import months_after
from assessments.domain.facts import AssessmentResult
from assessments.domain.results import Condition, StillOpen
from assessments.tests.scoring_cases import (
    GOOD,
    RULES,
    TODAY,
    changed,
    item,
    ready_program,
    scored,
    step,
)


def condition(result, band, code):
    (found,) = [each for each in result.conditions if (each.band, each.code) == (band, code)]
    return found


def unmet(result):
    return [(each.band, each.code) for each in result.conditions if not each.is_met]


def with_unpassed(steps, count):
    return [replace(each, is_passed=False) if each.number <= count else each for each in steps]


def test_ready_when_every_condition_is_met():
    result = scored(*ready_program(), assessment=GOOD)

    assert (result.band, unmet(result)) == ("ready", [])
    assert [(each.band, each.code) for each in result.conditions] == [
        ("nearly", "steps_passed"),
        ("nearly", "no_open_critical"),
        ("ready", "steps_passed"),
        ("ready", "no_open_critical"),
        ("ready", "coverage"),
        ("ready", "assessment_recent"),
        ("ready", "assessment_share"),
        ("ready", "assessment_complete"),
    ]


@pytest.mark.parametrize(("unpassed", "band"), [(0, "ready"), (1, "nearly"), (2, "nearly"), (3, "not_yet")])
def test_four_of_six_is_nearly_and_six_is_ready(unpassed, band):
    assert scored(*with_unpassed(ready_program(), unpassed), assessment=GOOD).band == band


def test_steps_passed_says_how_many_and_which_are_waiting():
    result = scored(*with_unpassed(ready_program(), 3), assessment=GOOD)

    assert condition(result, "nearly", "steps_passed") == Condition(
        code="steps_passed",
        band="nearly",
        is_met=False,
        figures={"passed": 3, "of": 6, "needed": 4},
        still_open=tuple(StillOpen(f"step-{n}", str(n), "not_passed") for n in (1, 2, 3)),
    )


def test_needed_steps_are_rounded_up_in_a_guide_with_another_number_of_them():
    result = scored(*(step(n, item(f"{n}.1")) for n in range(1, 6)))

    assert condition(result, "nearly", "steps_passed").figures["needed"] == 4
    assert condition(result, "ready", "steps_passed").figures["needed"] == 5


def test_guide_without_first_phase_is_never_ready():
    steps = [step(7, item("7.1", "done", has_evidence=True), passed=True)]

    assert unmet(scored(*steps, assessment=GOOD)) == [
        ("nearly", "steps_passed"),
        ("ready", "steps_passed"),
    ]


def test_one_open_critical_item_before_scaling_up_takes_both_bands_away():
    well_covered = changed(ready_program(), (0, 4), has_evidence=True)
    steps = changed(well_covered, (5, 0), answer="under_way")
    result = scored(*steps, assessment=GOOD)

    assert unmet(result) == [("nearly", "no_open_critical"), ("ready", "no_open_critical")]
    assert condition(result, "ready", "no_open_critical").still_open == (StillOpen("item-6-1", "6.1", "under_way"),)


def test_open_critical_item_counts_in_steps_not_passed_too():
    steps = with_unpassed(ready_program(), 1)

    assert scored(*changed(steps, (0, 0), answer="later"), assessment=GOOD).band == "not_yet"


def test_critical_item_that_was_accepted_as_not_applicable_is_closed():
    facts = {"answer": "not_applicable", "has_reason": True, "is_accepted": True}
    well_covered = changed(ready_program(), (0, 4), has_evidence=True)

    assert scored(*changed(well_covered, (5, 0), **facts), assessment=GOOD).band == "ready"


def test_rules_may_allow_some_critical_items_open():
    lenient = replace(RULES, nearly_open_critical_items=1)
    result = scored(*changed(ready_program(), (5, 0), answer="later"), rules=lenient)

    assert result.band == "nearly"
    assert condition(result, "nearly", "no_open_critical") == Condition(
        code="no_open_critical", band="nearly", is_met=True, figures={"open": 1, "allowed": 1}
    )


def test_open_critical_items_of_the_second_phase_do_not_block():
    steps = ready_program()

    assert steps[6].items[0].is_critical
    assert scored(*steps, assessment=GOOD).band == "ready"


def test_coverage_exactly_on_the_line_counts():
    result = scored(*ready_program(), assessment=GOOD)

    assert condition(result, "ready", "coverage") == Condition(
        code="coverage",
        band="ready",
        is_met=True,
        figures={"with_evidence": 24, "done": 30, "needed": 24, "share_needed": 0.8},
    )


def test_coverage_one_short_says_which_items_lack_evidence():
    steps = changed(ready_program(), (0, 1), has_evidence=False)
    found = condition(scored(*steps, assessment=GOOD), "ready", "coverage")

    assert (found.is_met, found.figures["with_evidence"], found.figures["needed"]) == (
        False,
        23,
        24,
    )
    assert [each.number for each in found.still_open] == [
        "1.2", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5",
    ]  # fmt: skip


def test_coverage_is_that_of_the_whole_program():
    """The band must rest on the figure that the page shows."""
    steps = changed(ready_program(), (6, 0), answer="done")

    assert unmet(scored(*steps, assessment=GOOD)) == [("ready", "coverage")]


def test_nothing_done_is_not_covered():
    steps = [step(n, item(f"{n}.1", "not_applicable", has_reason=True), passed=True) for n in range(1, 7)]

    assert unmet(scored(*steps, assessment=GOOD)) == [("ready", "coverage")]


def test_without_assessment_three_conditions_say_so():
    result = scored(*ready_program())

    assert result.band == "nearly"
    assert [(each.code, each.figures) for each in result.conditions[-3:]] == [
        ("assessment_recent", {"closed_on": None, "valid_until": None, "months": 12, "instrument": None}),
        ("assessment_share", {"share": None, "share_needed": 2 / 3}),
        ("assessment_complete", {"open": None, "allowed": 0}),
    ]
    assert [each.is_met for each in result.conditions[-3:]] == [False] * 3


@pytest.mark.parametrize(
    ("closed_on", "is_met"),
    [
        (date(2025, 11, 23), True),
        (date(2025, 11, 22), False),
        (TODAY, True),
        (TODAY + timedelta(days=1), True),
    ],
)
def test_assessment_counts_for_twelve_months_to_the_day(closed_on, is_met):
    result = scored(*ready_program(), assessment=replace(GOOD, closed_on=closed_on))

    assert condition(result, "ready", "assessment_recent").is_met is is_met
    assert result.band == ("ready" if is_met else "nearly")


@pytest.mark.parametrize(
    ("share", "is_met"),
    [
        (2 / 3, True),
        ((2 + 2 + 2.0) / 3 / 3, True),
        (0.6666666666666665, True),
        (0.6666, False),
        (1.0, True),
        (0.0, False),
    ],
)
def test_assessment_reaches_two_thirds_of_its_range(share, is_met):
    result = scored(*ready_program(), assessment=replace(GOOD, share=share))

    assert condition(result, "ready", "assessment_share").is_met is is_met


def test_a_round_in_which_nothing_was_agreed_on_meets_only_its_date():
    result = scored(*ready_program(), assessment=replace(GOOD, share=None, open_item_count=40))

    assert unmet(result) == [("ready", "assessment_share"), ("ready", "assessment_complete")]


def test_assessment_with_an_item_left_open_does_not_count():
    result = scored(*ready_program(), assessment=replace(GOOD, open_item_count=1))

    assert unmet(result) == [("ready", "assessment_complete")]
    assert condition(result, "ready", "assessment_complete").figures == {"open": 1, "allowed": 0}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 11, 23), 12, date(2026, 11, 23)),
        (date(2025, 11, 30), 12, date(2026, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(9999, 6, 1), 12, date.max),
    ],
)
def test_months_after(day, months, expected):
    assert months_after(day, months) == expected


def test_conditions_survive_being_stored_as_json():
    conditions = scored(*with_unpassed(ready_program(), 2)).conditions
    stored = json.loads(json.dumps([asdict(each) for each in conditions]))

    assert tuple(map(Condition.from_data, stored)) == conditions


def test_assessment_is_dated_to_the_day_and_counts_from_zero():
    with pytest.raises(ValueError, match="fewer than 0"):
        AssessmentResult(closed_on=TODAY, share=0.5, open_item_count=-1)
