"""What the codes say in words: true to the figures, and never at odds with the mark beside them."""

from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from typing import get_args

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments import wording
from assessments.domain.bands import _assessment_share
from assessments.domain.explanation import explain
from assessments.domain.facts import ANSWERS, COUNTED_AS, PHASES
from assessments.domain.raises import Change, Raise
from assessments.domain.results import Band, ConditionCode
from assessments.domain.rules import built_in
from assessments.tests.scoring_cases import (
    GOOD,
    RULES,
    changed,
    item,
    ready_program,
    scored,
    step,
)
from programs.models import Answer, Phase

TOO_OLD = (
    "The latest round of any instrument closed on 28 February 2025 and counted until 28 February 2026: "
    "it is time for the next one."
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def said(steps, code, *, band="ready", assessment=GOOD, rules=RULES):
    result = scored(*steps, assessment=assessment, rules=rules)
    (found,) = [each for each in result.conditions if (each.band, each.code) == (band, code)]
    return wording.condition_sentence(found)


def test_the_codes_are_those_of_the_tables():
    assert set(Answer.values) == ANSWERS
    assert tuple(Phase.values) == PHASES


def test_every_code_has_words():
    assert set(wording.BANDS) == set(get_args(Band))
    assert set(wording.COUNTED_AS) == set(COUNTED_AS)
    assert set(wording.RAISES) == set(get_args(Change))
    assert set(wording._CONDITIONS) == set(get_args(ConditionCode))


def test_steps_passed():
    steps = ready_program()
    waiting = [replace(each, is_passed=each.number > 3) for each in steps]

    assert said(steps, "steps_passed", band="nearly") == ("6 of 6 steps before you scale up have passed; 4 are needed.")
    assert said(waiting, "steps_passed", band="nearly") == (
        "3 of 6 steps before you scale up have passed; 4 are needed. Still open: 1, 2, 3."
    )
    assert said([step(7, item("7.1"))], "steps_passed") == (
        "This guide has no step before you scale up, so none can have passed."
    )


def test_no_open_critical():
    one_open = changed(ready_program(), (1, 0), answer="later")
    two_open = changed(one_open, (4, 0), answer="under_way")
    lenient = replace(RULES, ready_open_critical_items=1)

    assert said(ready_program(), "no_open_critical") == ("No critical item is open in the steps before you scale up.")
    assert said(one_open, "no_open_critical") == (
        "1 critical item is open in the steps before you scale up. Still open: 2.1."
    )
    assert said(two_open, "no_open_critical", rules=lenient) == (
        "2 critical items are open in the steps before you scale up. At most 1 may be. Still open: 2.1, 5.1."
    )


def test_coverage():
    assert said(ready_program(), "coverage") == ("24 of 30 done items have current evidence; 24 are needed.")
    assert said([step(1, item("1.1", "done"))], "coverage") == ("0 of 1 done item has current evidence; 1 is needed.")
    assert said([step(1, item("1.1"))], "coverage") == (
        "No item is done yet, so there is nothing that evidence could back."
    )


def test_assessment():
    old = replace(GOOD, closed_on=date(2025, 2, 28), share=0.5, open_item_count=2)
    codes = ("assessment_recent", "assessment_share", "assessment_complete")

    assert [said(ready_program(), code) for code in codes] == [
        "The latest round of any instrument closed on 1 June 2026 and counts until 1 June 2027.",
        "The latest round reached 75\u00a0% of its range; 67\u00a0% is needed.",
        "The latest round left no item open.",
    ]
    assert [said(ready_program(), code, assessment=old) for code in codes] == [
        TOO_OLD,
        "The latest round reached 50\u00a0% of its range; 67\u00a0% is needed.",
        "The latest round left 2 items open.",
    ]
    assert [said(ready_program(), code, assessment=None) for code in codes] == [
        "No round of any instrument has been closed yet.",
        "A closed round must reach at least 67\u00a0% of its range.",
        "A closed round must leave no item open.",
    ]


def test_the_words_name_the_instrument_the_rules_name():
    assert said(ready_program(), "assessment_recent", rules=built_in(2)) == (
        "The latest round of “Scale-up readiness” closed on 1 June 2026 and counts until 1 June 2027."
    )
    assert said(ready_program(), "assessment_recent", rules=built_in(2), assessment=None) == (
        "No round of “Scale-up readiness” has been closed yet."
    )


@given(st.floats(0, 1), st.fractions(0, 1, max_denominator=60))
def test_rounded_shares_never_contradict_the_mark(share, needed):
    found = _assessment_share(replace(GOOD, share=share), share=Fraction(needed))
    with translation.override("en"):
        words = wording.condition_sentence(found)
    if "just under" in words:
        assert not found.is_met
    else:
        said_share, said_needed = (int(words.split(before)[1].split("%")[0]) for before in ("reached ", "; "))
        assert found.is_met == (said_share >= said_needed)


def test_a_share_that_only_rounding_lifts_to_what_is_needed_is_just_under_it():
    found = _assessment_share(replace(GOOD, share=0.597), share=Fraction(60, 100))
    assert wording.condition_sentence(found) == (
        "The latest round came to just under 60\u00a0% of its range, which is needed."
    )


def test_raises():
    steps = [
        step(
            1,
            item("1.1", "done", weight=5),
            item("1.2"),
            item("1.3", "not_applicable"),
            item("1.4", "not_applicable", critical=True, has_reason=True),
            item("1.5", "not_applicable", critical=True),
        )
    ]
    explanation = explain(steps, score=scored(*steps))

    assert [wording.raise_sentence(each) for each in explanation.raises] == [
        "Have 1.1 verified: +18.5 points",
        "Mark 1.2 done: +7.4 points",
        "Say why 1.3 does not apply: +4.6 points",
        "Have the reviewer agree that 1.4 does not apply: +4.6 points",
        "Say why 1.5 does not apply, and have the reviewer agree: +4.6 points",
    ]
    assert [Raise(**asdict(each)) for each in explanation.raises] == list(explanation.raises)


@pytest.mark.parametrize(
    ("gain", "words"),
    [
        (1.0, "+100.0 points"),
        (0.0139, "+1.4 points"),
        (0.0006, "+0.1 points"),
        (0.0004, "less than +0.1 points"),
    ],
)
def test_points(gain, words):
    assert wording.points(gain) == words


def test_figures_follow_the_language():
    with translation.override("fr"):
        assert wording.points(0.0139).startswith("+1,4")
