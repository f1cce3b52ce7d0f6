"""The band (not yet, nearly, ready): which conditions of the rules are met, and what is open."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Final

from assessments.domain.facts import SLACK, AssessmentResult, Step, by_number
from assessments.domain.results import Band, Condition, PhaseScore, StillOpen, Tally
from assessments.domain.rules import Rules

BEST_FIRST: Final[tuple[Band, ...]] = ("ready", "nearly")


def conditions(
    steps: Sequence[Step],
    *,
    before: PhaseScore,
    tally: Tally,
    assessment: AssessmentResult | None,
    today: date,
    rules: Rules,
) -> tuple[Condition, ...]:
    """Return every condition for "nearly", then every one for "ready", met or not.

    Steps and critical items are those of the phase before scaling up; coverage is that of the
    whole program, the same figure that stands on its page. `steps` come by number.
    """
    return (
        _steps_passed(steps, before, band="nearly", share=rules.nearly_steps_passed),
        _no_open_critical(before, band="nearly", allowed=rules.nearly_open_critical_items),
        _steps_passed(steps, before, band="ready", share=rules.ready_steps_passed),
        _no_open_critical(before, band="ready", allowed=rules.ready_open_critical_items),
        _coverage(steps, tally, share=rules.ready_coverage),
        _assessment_recent(assessment, today=today, rules=rules),
        _assessment_share(assessment, share=rules.assessment_share),
        _assessment_complete(assessment, allowed=rules.assessment_open_items),
    )


def band_of(conditions: Sequence[Condition]) -> Band:
    """Return the best band whose conditions are all met, or "not_yet"."""
    for band in BEST_FIRST:
        if all(condition.is_met for condition in conditions if condition.band == band):
            return band
    return "not_yet"


def _steps_passed(steps: Sequence[Step], before: PhaseScore, *, band: Band, share: Fraction) -> Condition:
    needed = ceil(share * before.step_count)
    is_met = before.step_count > 0 and before.steps_passed >= needed
    waiting = [step for step in steps if step.phase == before.phase and not step.is_passed]
    return Condition(
        code="steps_passed",
        band=band,
        is_met=is_met,
        figures={"passed": before.steps_passed, "of": before.step_count, "needed": needed},
        still_open=() if is_met else tuple(StillOpen(step.key, str(step.number), "not_passed") for step in waiting),
    )


def _no_open_critical(before: PhaseScore, *, band: Band, allowed: int) -> Condition:
    count = len(before.open_critical)
    is_met = count <= allowed
    return Condition(
        code="no_open_critical",
        band=band,
        is_met=is_met,
        figures={"open": count, "allowed": allowed},
        still_open=() if is_met else before.open_critical,
    )


def _coverage(steps: Sequence[Step], tally: Tally, *, share: Fraction) -> Condition:
    """With nothing done there is nothing to cover, and nothing to be ready with."""
    with_evidence, done = tally.coverage
    needed = ceil(share * done)
    is_met = done > 0 and with_evidence >= needed
    return Condition(
        code="coverage",
        band="ready",
        is_met=is_met,
        figures={
            "with_evidence": with_evidence,
            "done": done,
            "needed": needed,
            "share_needed": float(share),
        },
        still_open=() if is_met else tuple(_without_evidence(steps)),
    )


def _without_evidence(steps: Sequence[Step]) -> Iterator[StillOpen]:
    for step in steps:
        bare = [item for item in step.items if item.answer == "done" and not item.has_evidence]
        for item in sorted(bare, key=lambda item: by_number(item.number)):
            yield StillOpen(item.key, item.number, "no_evidence")


def _assessment_recent(assessment: AssessmentResult | None, *, today: date, rules: Rules) -> Condition:
    """A round closed "tomorrow" was closed in a time zone ahead of ours: it is recent."""
    closed_on = assessment.closed_on if assessment else None
    valid_until = months_after(closed_on, rules.assessment_months) if closed_on else None
    return Condition(
        code="assessment_recent",
        band="ready",
        is_met=valid_until is not None and today <= valid_until,
        figures={
            "closed_on": closed_on.isoformat() if closed_on else None,
            "valid_until": valid_until.isoformat() if valid_until else None,
            "months": rules.assessment_months,
            "instrument": rules.assessment_instrument,
        },
    )


def _assessment_share(assessment: AssessmentResult | None, *, share: Fraction) -> Condition:
    reached = assessment.share if assessment else None
    return Condition(
        code="assessment_share",
        band="ready",
        is_met=reached is not None and reached >= share - SLACK,
        figures={"share": reached, "share_needed": float(share)},
    )


def _assessment_complete(assessment: AssessmentResult | None, *, allowed: int) -> Condition:
    count = assessment.open_item_count if assessment else None
    return Condition(
        code="assessment_complete",
        band="ready",
        is_met=count is not None and count <= allowed,
        figures={"open": count, "allowed": allowed},
    )


def months_after(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
