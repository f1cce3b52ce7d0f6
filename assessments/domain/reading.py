"""What the readiness page shows: now, or as it was on a day, explained from the facts of that day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from assessments.domain import closed_rounds
from assessments.domain import rules as rule_files
from assessments.domain.closed_rounds import CountedRound
from assessments.domain.explanation import Explanation, explain
from assessments.domain.facts import Item, Step
from assessments.domain.gathering import gather
from assessments.domain.results import ProgramScore, StepScore
from assessments.domain.rules import Rules
from assessments.domain.scoring import score
from assessments.models import ReadinessSnapshot
from programs.models import GuideItem, Program

POINTS_SHOWN = 400  # a year of days, and its decisions
WEAKEST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A program's readiness with its explanation. `day` is None for now.

    `titles` are step titles by key, `items` the guide's items by their number; `round` is the closed round
    that counts, if any.
    """

    day: date | None
    score: ProgramScore
    explanation: Explanation
    titles: Mapping[str, str]
    items: Mapping[str, GuideItem]
    round: CountedRound | None

    @property
    def weakest(self) -> list[StepScore]:
        """The lowest steps of the phase in force that have not passed; of equals, the first."""
        mine = [step for step in self.score.steps if step.phase == self.score.phase_in_force]
        scored = [step for step in mine if step.score is not None and not step.is_passed]
        return sorted(scored, key=lambda step: (step.score, step.number))[:WEAKEST_SHOWN]


def now(program: Program) -> Reading:
    """Computed afresh from the answers as they are: what opens to its answers must match them."""
    today = timezone.localdate()
    rules = rule_files.built_in()
    facts = gather([program.pk], today=today, rules=rules)[0]
    steps = [plan.live for plan in facts.plans]
    return _reading(steps, facts.round, _items(program.guide_id), today=today, rules=rules)


def on(program: Program, day: date) -> Reading | None:
    """As it was at the end of the last day up to `day` on which anything was computed."""
    snapshots = ReadinessSnapshot.objects.filter(program=program, taken_on__lte=day, review=None)
    snapshot = snapshots.order_by("-taken_on").first()
    if snapshot is None:
        return None
    items, counted = _items(snapshot.guide_id), closed_rounds.of_snapshot(snapshot)
    rules = rule_files.built_in(snapshot.rules_version)
    reading = _reading(_steps_of(snapshot, items), counted, items, today=snapshot.taken_on, rules=rules)
    return replace(reading, day=snapshot.taken_on)


def trend(program: Program) -> list[ReadinessSnapshot]:
    """The days and decisions of the last year or so, oldest first, without the facts behind them."""
    newest = ReadinessSnapshot.objects.filter(program=program).select_related("review__plan__step")
    fields = ("taken_on", "before", "during", "step_scores", "review__outcome", "review__plan__step__number")
    newest = newest.only("program_id", "review_id", "review__plan_id", "review__plan__step_id", *fields)
    return list(newest.order_by("-taken_on", "-id")[:POINTS_SHOWN])[::-1]


def _reading(
    steps: Sequence[Step], counted: CountedRound | None, items: Sequence[GuideItem], *, today: date, rules: Rules
) -> Reading:
    result = score(steps, assessment=counted.result if counted else None, today=today, rules=rules)
    return Reading(
        day=None,
        score=result,
        explanation=explain(steps, score=result),
        titles={item.step.key: item.step.title for item in items},
        items={item.number: item for item in items},
        round=counted,
    )


def _items(guide_id: int) -> list[GuideItem]:
    return list(GuideItem.objects.filter(step__guide=guide_id).select_related("step"))


def _steps_of(snapshot: ReadinessSnapshot, items: Sequence[GuideItem]) -> list[Step]:
    """The steps as the snapshot kept them. The guide is frozen, so the rest is read from it."""
    letters = [part[0].lower() for part in _thirds(snapshot.path.replace("|", ""))]
    by_step: dict[int, list[GuideItem]] = {}
    for item in items:
        by_step.setdefault(item.step.number, []).append(item)
    return [
        Step(
            key=rows[0].step.key,
            number=number,
            phase=rows[0].step.phase,  # type: ignore[arg-type]
            is_passed=letters[number - 1] in "gc",
            items=tuple(_item(row, snapshot.facts) for row in rows),
        )
        for number, rows in sorted(by_step.items())
    ]


def _thirds(path: str) -> list[str]:
    return [path[start : start + 3] for start in range(0, len(path), 3)]


def _item(item: GuideItem, facts: Mapping[str, Sequence[Any]]) -> Item:
    answer, has_reason, is_accepted, is_verified, has_evidence = facts[f"{item.step.key}/{item.key}"]
    return Item(
        key=item.key,
        number=item.number,
        weight=item.weight,
        is_critical=item.is_critical,
        answer=answer,
        has_reason=has_reason,
        is_accepted=is_accepted,
        is_verified=is_verified,
        has_evidence=has_evidence,
    )
