"""Scoring all programs: as the worker does it, beside one SQL statement and a plain loop over rows.

A process of its own (`python -m bench.scoring 10000`), so that the memory it needs can be told.
"""

import json
import sys
import time
from typing import Any

import psutil
from django.db import connection
from django.utils import timezone

import bench.wsgi  # noqa: F401  sets Django up; what follows needs it
from assessments.domain import rules, scoring
from assessments.domain.gathering import gather
from bench import cpu
from bench.filling import SAMPLE, rescore
from programs.models import ItemAnswer, ProgramSummary

LOOPED = 25
SCORED_ONCE = 20
TOLERANCE = 1e-9

# The headline score of every program: the mean of its steps before scaling up (docs/readiness.md).
ONE_STATEMENT = """
SELECT program_id, avg(score) FROM (
    SELECT plan.program_id, plan.step_id,
        sum(item.weight * CASE
            WHEN answer.answer = 'done' THEN CASE WHEN answer.verified_at IS NULL THEN 2 ELSE 3 END
            WHEN answer.answer = 'under_way' THEN 1 ELSE 0 END)::float
        / nullif(3 * sum(item.weight) FILTER (WHERE NOT (
            answer.answer = 'not_applicable' AND answer.reason <> ''
            AND (NOT item.is_critical OR answer.verified_at IS NOT NULL))), 0) AS score
    FROM programs_itemanswer answer
    JOIN programs_stepplan plan ON plan.id = answer.plan_id
    JOIN programs_guidestep step ON step.id = plan.step_id AND step.phase = 'before'
    JOIN programs_guideitem item ON item.id = answer.item_id AND item.step_id = plan.step_id
    GROUP BY plan.program_id, plan.step_id
) steps
GROUP BY program_id
"""


def measure(programs: int) -> dict[str, Any]:
    """Programs a second by each way, the memory the worker's way needs, and whether the scores agree."""
    sample = min(programs, SAMPLE)
    before = psutil.Process().memory_info().rss
    worker = _rate(lambda: rescore(1, sample), sample)
    peak = cpu.peak_memory()
    scores: dict[int, float] = {}
    statement = _rate(lambda: scores.update(_by_statement()), sample)
    looped = min(LOOPED, sample)
    return {
        "programs": sample,
        "worker_per_s": worker,
        "one_statement_per_s": statement,
        "row_loop_per_s": _rate(lambda: _by_rows(looped), looped),
        "one_score_ms": round(_one_score_ms(), 3),
        "memory_over_start_mb": round((peak - before) / 1e6, 1),
        "disagreeing": _disagreeing(scores),
    }


def _rate(act: Any, programs: int) -> float:
    began = time.perf_counter()
    act()
    return round(programs / (time.perf_counter() - began), 1)


def _by_statement() -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(ONE_STATEMENT)
        return dict(cursor.fetchall())


def _by_rows(programs: int) -> None:
    """What one would write first: read the rows of each program one by one and add up."""
    for program in range(1, programs + 1):
        points = 0
        for answer in ItemAnswer.objects.filter(plan__program=program):
            points += answer.item.weight * {"done": 2, "under_way": 1}.get(answer.answer, 0)
            answer.evidence.current().exists()


def _one_score_ms() -> float:
    """The arithmetic of one program: what a save makes necessary."""
    today, rule = timezone.localdate(), rules.built_in()
    [facts] = gather([1], today=today, rules=rule)
    steps = [plan.live for plan in facts.plans]
    began = time.process_time()
    for _ in range(SCORED_ONCE):
        scoring.score(steps, assessment=facts.assessment, today=today, rules=rule)
    return (time.process_time() - began) * 1000 / SCORED_ONCE


def _disagreeing(scores: dict[int, float]) -> int:
    """How many programs the statement scores otherwise than the worker wrote down."""
    live = ProgramSummary.objects.filter(view=ProgramSummary.View.LIVE, program__in=scores)
    return sum(abs(scores[pk] - before) > TOLERANCE for pk, before in live.values_list("program", "before"))


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
