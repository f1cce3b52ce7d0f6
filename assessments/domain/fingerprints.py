"""A stable fingerprint of all that a score rests on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from assessments.domain.bands import months_after
from assessments.domain.facts import AssessmentResult, Step, in_order
from assessments.domain.rules import Rules


def fingerprint(
    steps: Sequence[Step],
    *,
    assessment: AssessmentResult | None,
    today: date,
    rules: Rules,
    guide_version: str,
) -> str:
    """Return the SHA-256 of the inputs as 64 hexadecimal digits.

    Equal fingerprints mean equal scores. The order of steps and items does not matter. Of the day
    only this enters: whether the assessment is still recent, so that it changes on no other day.
    `guide_version` names the guide and its version, such as "eleven_steps 1".
    """
    facts = [
        guide_version,
        _thresholds(rules),
        [_step(step) for step in in_order(steps)],
        _assessment(assessment, today=today, rules=rules),
    ]
    canonical = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _thresholds(rules: Rules) -> list[str]:
    """What a version leaves out is not in it, so that older versions keep their fingerprints."""
    values = [getattr(rules, field.name) for field in fields(rules)]
    return [str(value) for value in values if value is not None]


def _step(step: Step) -> list[object]:
    items = sorted(
        (
            item.key,
            item.number,
            item.weight,
            item.is_critical,
            item.answer,
            item.has_reason,
            item.is_accepted,
            item.is_verified,
            item.has_evidence,
        )
        for item in step.items
    )
    return [step.key, step.number, step.phase, step.is_passed, items]


def _assessment(assessment: AssessmentResult | None, *, today: date, rules: Rules) -> list[object] | None:
    if assessment is None:
        return None
    is_recent = today <= months_after(assessment.closed_on, rules.assessment_months)
    closed_on = assessment.closed_on.isoformat()
    return [closed_on, assessment.share, assessment.open_item_count, is_recent]
