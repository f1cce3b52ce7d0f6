"""Programs to score in tests: builders, strategies, and the same rule in fractions."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

from hypothesis import strategies as st

from assessments.domain import rules as rules_
from assessments.domain.facts import ANSWERS, AssessmentResult, Item, Step
from assessments.domain.scoring import score

TODAY = date(2026, 11, 23)
RULES = rules_.built_in(1)
GOOD = AssessmentResult(closed_on=date(2026, 6, 1), share=0.75, open_item_count=0)
NON_ANSWERS = ("not_started", "dont_know", "later")


def item(number, answer="not_started", *, weight=1, critical=False, **facts):
    """An item with the facts named, and none of the others."""
    flags = {"has_reason": False, "is_accepted": False, "is_verified": False, "has_evidence": False}
    return Item(
        key=f"item-{number.replace('.', '-')}",
        number=number,
        weight=weight,
        is_critical=critical,
        answer=answer,
        **flags | facts,
    )


def step(number, *items, passed=False, phase=None):
    phase = phase or ("before" if number <= 6 else "during")
    return Step(key=f"step-{number}", number=number, phase=phase, is_passed=passed, items=items)


def scored(*steps, assessment=None, today=TODAY, rules=RULES):
    return score(steps, assessment=assessment, today=today, rules=rules)


def ready_program():
    """Eleven steps, just ready: all six passed, everything done, evidence on four in five."""
    before = [
        step(
            n,
            item(f"{n}.1", "done", critical=True, has_evidence=True),
            *(item(f"{n}.{i}", "done", has_evidence=i < 5) for i in range(2, 6)),
            passed=True,
        )
        for n in range(1, 7)
    ]
    return [*before, *(step(n, item(f"{n}.1", critical=True)) for n in range(7, 12))]


def changed(steps, place, **facts):
    """The same steps with other facts on the item at this place (step index, item index)."""
    at, position = place
    items = list(steps[at].items)
    items[position] = replace(items[position], **facts)
    return [replace(each, items=tuple(items)) if index == at else each for index, each in enumerate(steps)]


def places(steps):
    return [(at, i) for at, each in enumerate(steps) for i in range(len(each.items))]


# Strategies ----------------------------------------------------------------------------------

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 12, 31))
assessments = st.builds(
    AssessmentResult,
    closed_on=days,
    share=st.floats(min_value=0, max_value=1),
    open_item_count=st.integers(min_value=0, max_value=5),
)
answers = st.sampled_from(sorted(ANSWERS))
flags = st.sampled_from(list(product([False, True], repeat=4)))
# Done or nearly so, mostly with all that goes with it: programs near the line.
ripe_answers = st.sampled_from(["done"] * 8 + ["not_applicable", "under_way"])
ripe_flags = st.sampled_from([(True,) * 4] * 4 + [(False, False, False, True), (False,) * 4])


@st.composite
def steps_of(draw, counts, *, answer=answers, flags=flags):
    """So many steps of each phase, each with zero to three items, with any facts whatsoever."""
    before, during = draw(counts)
    return [
        step(
            n,
            *(draw(items_of(f"{n}.{i}", answer, flags)) for i in range(draw(st.integers(0, 3)))),
            passed=draw(flags)[0],
        )
        for n in [*range(1, before + 1), *range(7, 7 + during)]
    ]


def items_of(number, answer, flags):
    names = ("has_reason", "is_accepted", "is_verified", "has_evidence")
    return st.builds(
        lambda answer, weight, critical, facts: item(
            number, answer, weight=weight, critical=critical, **dict(zip(names, facts, strict=True))
        ),
        answer,
        st.integers(1, 5),
        st.booleans(),
        flags,
    )


programs = steps_of(st.tuples(st.integers(0, 4), st.integers(0, 3)))
filled_programs = programs.filter(places)
ripe_programs = steps_of(st.just((6, 1)), answer=ripe_answers, flags=ripe_flags).filter(places)
ripe_assessments = st.builds(
    AssessmentResult,
    closed_on=st.dates(min_value=date(2025, 9, 1), max_value=TODAY),
    share=st.sampled_from([0.6, 2 / 3, 0.9]),
    open_item_count=st.sampled_from([0, 0, 0, 1]),
)


# The same rule a second time, in fractions and straight from the words of docs/readiness.md -----


def reference_step(step):
    points, whole = Fraction(0), Fraction(0)
    for each in step.items:
        accepted = each.is_accepted or not each.is_critical
        if each.answer == "not_applicable" and each.has_reason and accepted:
            continue
        whole += 3 * each.weight
        if each.answer == "under_way":
            points += each.weight
        if each.answer == "done":
            points += each.weight * (3 if each.is_verified else 2)
    return points / whole if whole else None


def reference_phase(steps, phase):
    scores = [reference_step(each) for each in steps if each.phase == phase]
    scores = [each for each in scores if each is not None]
    return sum(scores, Fraction(0)) / len(scores) if scores else None
