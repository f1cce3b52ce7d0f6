"""Readiness of one program: levels to points, points to step, phase and program scores.

The one front door of all scoring: inputs and results of programs, of rounds and of plain ratings can be
imported from here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from statistics import fmean

from assessments.domain import bands
from assessments.domain.facts import (
    LEVELS,
    PHASES,
    SETTLED,
    TOP_LEVEL,
    AssessmentResult,
    CountedAs,
    FactError,
    Item,
    Phase,
    Step,
    by_number,
    in_order,
)
from assessments.domain.rating_scores import (
    PackageReadiness,
    Score,
    change_needs_reason,
    mean,
    mean_of_products,
    minimum,
    minimum_of_products,
    package_readiness,
    percent_of_maximum,
    percent_of_points,
    reversed_answers,
    share_of_range,
    weighted_mean,
)
from assessments.domain.results import (
    Condition,
    PhaseScore,
    ProgramScore,
    Ratio,
    StepScore,
    StillOpen,
    Tally,
)
from assessments.domain.round_facts import Questionnaire, RatedDimension, RatedItem, RatedRound
from assessments.domain.round_results import DimensionScore, ItemScore, OverallScore, RoundScore, ShownGroup, Spread
from assessments.domain.round_scores import score_round, shown_groups
from assessments.domain.rules import Rules

__all__ = [
    "AssessmentResult",
    "Condition",
    "DimensionScore",
    "FactError",
    "Item",
    "ItemScore",
    "OverallScore",
    "PackageReadiness",
    "PhaseScore",
    "ProgramScore",
    "Questionnaire",
    "RatedDimension",
    "RatedItem",
    "RatedRound",
    "Ratio",
    "RoundScore",
    "Score",
    "ShownGroup",
    "Spread",
    "Step",
    "StepScore",
    "StillOpen",
    "Tally",
    "change_needs_reason",
    "mean",
    "mean_of_products",
    "minimum",
    "minimum_of_products",
    "package_readiness",
    "percent_of_maximum",
    "percent_of_points",
    "reversed_answers",
    "score",
    "score_round",
    "share_of_range",
    "shown_groups",
    "weighted_mean",
]


def score(steps: Sequence[Step], *, assessment: AssessmentResult | None, today: date, rules: Rules) -> ProgramScore:
    """Score one program as it stands today.

    A step's score is Σ weight·level / (3·Σ weight) over its applicable items, with level 1 under
    way, 2 done, 3 verified and 0 for all else; an item marked not applicable leaves both sums
    once it has a reason and, if critical, the reviewer's yes. A phase's score is the plain mean of
    its scored steps. All scores are 0 to 1. Steps and items may come in any order.
    Raises FactError when two steps share a number or a key.
    Source: our own rule (docs/readiness.md); the scale 0-3 follows the items of the eleven steps.
    """
    ordered = in_order(steps)
    step_scores = tuple(map(_score_step, ordered))
    before = _score_phase("before", step_scores)
    during = _score_phase("during", step_scores)
    in_force: Phase = "during" if before.is_passed else "before"
    tally = Tally.total([before.tally, during.tally])
    conditions = bands.conditions(ordered, before=before, tally=tally, assessment=assessment, today=today, rules=rules)
    return ProgramScore(
        steps=step_scores,
        phases=(before, during),
        headline_phases=PHASES if before.is_passed else ("before",),
        phase_in_force=in_force,
        weakest_step=_weakest(step for step in step_scores if step.phase == in_force),
        tally=tally,
        band=bands.band_of(conditions),
        conditions=conditions,
        rules_version=rules.version,
    )


def _score_step(step: Step) -> StepScore:
    counted = [(item, item.counted_as) for item in step.items]
    points = sum(item.weight * LEVELS[counted_as] for item, counted_as in counted)
    points_of = TOP_LEVEL * sum(item.weight for item, counted_as in counted if counted_as != "not_applicable")
    return StepScore(
        key=step.key,
        number=step.number,
        phase=step.phase,
        is_passed=step.is_passed,
        score=points / points_of if points_of else None,
        points=points,
        points_of=points_of,
        tally=_tally(counted),
        open_critical=_open_critical(counted),
    )


def _tally(counted: list[tuple[Item, CountedAs]]) -> Tally:
    count = Counter(counted_as for _, counted_as in counted)
    return Tally(
        items=len(counted),
        done=count["done"] + count["verified"],
        verified=count["verified"],
        with_evidence=sum(item.answer == "done" and item.has_evidence for item, _ in counted),
        under_way=count["under_way"],
        not_started=count["not_started"],
        dont_know=count["dont_know"],
        later=count["later"],
        unsettled=count["needs_reason"] + count["needs_acceptance"],
        not_applicable=count["not_applicable"],
    )


def _open_critical(counted: list[tuple[Item, CountedAs]]) -> tuple[StillOpen, ...]:
    found = [
        StillOpen(key=item.key, number=item.number, why=counted_as)
        for item, counted_as in counted
        if item.is_critical and counted_as not in SETTLED
    ]
    return tuple(sorted(found, key=lambda item: by_number(item.number)))


def _score_phase(phase: Phase, all_steps: tuple[StepScore, ...]) -> PhaseScore:
    steps = [step for step in all_steps if step.phase == phase]
    scores = [step.score for step in steps if step.score is not None]
    return PhaseScore(
        phase=phase,
        score=fmean(scores) if scores else None,
        steps_passed=sum(step.is_passed for step in steps),
        step_count=len(steps),
        tally=Tally.total(step.tally for step in steps),
        open_critical=tuple(item for step in steps for item in step.open_critical),
    )


def _weakest(steps: Iterable[StepScore]) -> StepScore | None:
    """Return the lowest scored step not passed yet; of equals, the first by number."""
    scored = [step for step in steps if step.score is not None and not step.is_passed]
    return min(scored, key=attrgetter("score"), default=None)
