"""The fingerprint: the same for the same facts, another for any other fact."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.fingerprints import fingerprint
from assessments.tests.scoring_cases import (
    GOOD,
    RULES,
    TODAY,
    changed,
    filled_programs,
    item,
    programs,
    ready_program,
    step,
)


def of(steps, *, assessment=GOOD, today=TODAY, rules=RULES, guide_version="eleven_steps 1"):
    return fingerprint(steps, assessment=assessment, today=today, rules=rules, guide_version=guide_version)


def test_fingerprint_is_the_same_in_every_process_and_release():
    steps = [step(1, item("1.1", "done", weight=2, has_evidence=True), passed=True)]

    assert of(steps) == "92dba7dcb23a304f5141f223b9b9d79bae64ee7921744a0c2279a15dd8357787"


@given(programs, st.randoms(use_true_random=False))
def test_order_does_not_matter(steps, random):
    shuffled = [
        replace(each, items=tuple(random.sample(each.items, len(each.items))))
        for each in random.sample(steps, len(steps))
    ]

    assert of(shuffled) == of(steps)


@given(filled_programs)
def test_every_fact_of_an_item_matters(steps):
    at = next(index for index, each in enumerate(steps) if each.items)
    first = steps[at].items[0]
    others = {
        "key": "another",
        "number": "99.9",
        "weight": first.weight + 1,
        "is_critical": not first.is_critical,
        "answer": "later" if first.answer != "later" else "done",
        "has_reason": not first.has_reason,
        "is_accepted": not first.is_accepted,
        "is_verified": not first.is_verified,
        "has_evidence": not first.has_evidence,
    }

    assert set(others) == set(type(first).__slots__)
    prints = [of(steps), *(of(changed(steps, (at, 0), **{k: v})) for k, v in others.items())]
    assert len(set(prints)) == len(prints)


@pytest.mark.parametrize("facts", [{"key": "other"}, {"number": 12}, {"phase": "during"}, {"is_passed": False}])
def test_every_fact_of_a_step_matters(facts):
    steps = ready_program()

    assert of([replace(steps[0], **facts), *steps[1:]]) != of(steps)


def test_assessment_rules_and_guide_matter():
    steps = ready_program()
    prints = [
        of(steps),
        of(steps, assessment=None),
        of(steps, assessment=replace(GOOD, share=0.76)),
        of(steps, assessment=replace(GOOD, open_item_count=1)),
        of(steps, assessment=replace(GOOD, closed_on=GOOD.closed_on + timedelta(days=1))),
        of(steps, rules=replace(RULES, version=2)),
        of(steps, rules=replace(RULES, assessment_months=24)),
        of(steps, guide_version="eleven_steps 2"),
    ]

    assert len(set(prints)) == len(prints)


def test_the_day_matters_only_when_the_assessment_grows_too_old():
    steps = ready_program()
    last_good_day = date(2027, 6, 1)

    assert of(steps, today=last_good_day) == of(steps, today=TODAY)
    assert of(steps, today=last_good_day + timedelta(days=1)) != of(steps, today=TODAY)
    assert of(steps, assessment=None, today=date(2030, 1, 1)) == of(steps, assessment=None)
