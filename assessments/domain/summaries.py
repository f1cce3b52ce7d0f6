"""Program summaries and snapshots: computed from the facts, written only when they are newer."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from assessments.domain import rules as rule_files
from assessments.domain.facts import Item
from assessments.domain.fingerprints import fingerprint
from assessments.domain.gathering import PlanFacts, ProgramFacts, gather
from assessments.domain.raises import raises
from assessments.domain.results import ProgramScore
from assessments.domain.rules import Rules
from assessments.domain.scoring import score
from assessments.models import ReadinessSnapshot
from programs.models import Attention, GateReview, Program, ProgramSummary
from programs.path import PathStep, encode

BATCH = 100  # more are no faster, and need more memory
STUCK_AFTER = timedelta(days=60)
RAISES_SHOWN = 3
LIVE, SETTLED = ProgramSummary.View.LIVE, ProgramSummary.View.SETTLED

# The portfolio table's columns follow the live summary, for all listings of many programs at once.
REFRESH_LISTINGS = """
UPDATE programs_listing AS listing
SET name = program.name, sector = program.sector, country = program.country,
    is_archived = program.archived_at IS NOT NULL,
    current_step = summary.current_step, current_since = summary.current_since,
    readiness = summary.before, band = summary.band, attention = summary.attention,
    coverage = CASE WHEN summary.done = 0 THEN 0 ELSE summary.evidenced::float / summary.done END,
    last_activity_at = summary.last_activity_at, refreshed_at = now()
FROM programs_program AS program
JOIN programs_programsummary AS summary ON summary.program_id = program.id AND summary.view = 'live'
WHERE listing.program_id = program.id AND program.id = ANY(%s)
"""

# Never back: somebody may have summarised newer inputs meanwhile.
SETTLE = """
UPDATE programs_program AS program
SET summarised_seq = greatest(program.summarised_seq, summary.inputs_seq)
FROM programs_programsummary AS summary
WHERE summary.program_id = program.id AND summary.view = 'live' AND program.id = ANY(%s)
"""


def out_of_date(limit: int) -> list[int]:
    """Programs whose summary is older than what it rests on, the longest waiting first."""
    stale = Program.objects.filter(inputs_seq__gt=F("summarised_seq"))
    return list(stale.order_by("changed_at").values_list("pk", flat=True)[:limit])


def is_current(program_id: int) -> bool:
    return not Program.objects.filter(pk=program_id, inputs_seq__gt=F("summarised_seq")).exists()


def refresh(program_ids: Iterable[int], *, today: date | None = None) -> int:
    """Computes and writes summaries, listings and today's snapshots; returns how many were written.

    A summary that somebody wrote from newer inputs meanwhile is left alone.
    """
    today = today or timezone.localdate()
    rules = rule_files.built_in()
    found = gather(program_ids, today=today, rules=rules)
    scored = [(facts, _scores(facts, today=today, rules=rules)) for facts in found]
    with transaction.atomic():
        scored = _newer_only(scored)
        _write_summaries(scored, today=today)
        _write_snapshots(scored, today=today, rules=rules)
        _run_for(SETTLE, scored)
    return len(scored)


Scores = dict[str, ProgramScore]
Scored = list[tuple[ProgramFacts, Scores]]


def _scores(facts: ProgramFacts, *, today: date, rules: Rules) -> Scores:
    """The live and the settled score. A closed round is settled, so it counts for both."""
    live = [plan.live for plan in facts.plans]
    settled = [plan.settled for plan in facts.plans]
    return {
        LIVE: score(live, assessment=facts.assessment, today=today, rules=rules),
        SETTLED: score(settled, assessment=facts.assessment, today=today, rules=rules),
    }


def _newer_only(scored: Scored) -> Scored:
    ids = sorted(facts.program_id for facts, _ in scored)
    locked = ProgramSummary.objects.select_for_update().filter(program__in=ids, view=LIVE).order_by("program_id")
    written = dict(locked.values_list("program_id", "inputs_seq"))
    return [(facts, scores) for facts, scores in scored if written.get(facts.program_id, 0) <= facts.inputs_seq]


def _write_summaries(scored: Scored, *, today: date) -> None:
    now = timezone.now()
    rows = [
        ProgramSummary(program_id=facts.program_id, view=view, computed_at=now, **_columns(facts, scores[view], today))
        for facts, scores in scored
        for view in (LIVE, SETTLED)
    ]
    fields = [
        field.name for field in ProgramSummary._meta.concrete_fields if field.name not in ("id", "program", "view")
    ]
    ProgramSummary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["program", "view"], update_fields=fields
    )
    _run_for(REFRESH_LISTINGS, scored)


def _columns(facts: ProgramFacts, result: ProgramScore, today: date) -> dict[str, Any]:
    current = _current(facts.plans)
    live = [plan.live for plan in facts.plans]
    return _figures(facts, result) | {
        "current_step": current.live.number if current else 0,
        "current_since": current.current_since if current else None,
        "passed_count": sum(plan.live.is_passed for plan in facts.plans),
        "non_answers": result.tally.dont_know + result.tally.later + result.tally.unsettled,
        "open_critical": len(result.open_critical),
        "weakest_step": result.weakest_step.number if result.weakest_step else 0,
        "reasons": [asdict(condition) for condition in result.conditions],
        "raises": [asdict(step) for step in raises(live, score=result)[:RAISES_SHOWN]],
        "attention": attention(facts, today=today),
        "reached": facts.reached,
        "reached_on": facts.reached_on,
        "last_activity_at": facts.changed_at,
    }


def _figures(facts: ProgramFacts, result: ProgramScore) -> dict[str, Any]:
    """What a summary and a snapshot have in common."""
    before, during = result.phases
    return {
        "path": encode(map(_path_step, facts.plans, result.steps)),
        "before": before.score or 0,
        "during": during.score or 0,
        "step_scores": [step.score for step in result.steps],
        "applicable": result.tally.applicable,
        "done": result.tally.done,
        "evidenced": result.tally.with_evidence,
        "verified": result.tally.verified,
        "band": result.band,
        "inputs_seq": facts.inputs_seq,
        "rules_version": result.rules_version,
    }


def _path_step(plan: PlanFacts, step: Any) -> PathStep:
    return PathStep(
        phase=step.phase,
        state=plan.state,
        said=step.tally.path_said.share or 0,
        proven=step.tally.path_proven.share or 0,
        needs_look=plan.needs_look and plan.live.is_passed,
    )


def _current(plans: Sequence[PlanFacts]) -> PlanFacts | None:
    return next((plan for plan in plans if not plan.live.is_passed), None)


def attention(facts: ProgramFacts, *, today: date) -> Attention:
    """What the program needs from its facilitators. Stuck is 60 days without a change."""
    states = {plan.state for plan in facts.plans}
    current = _current(facts.plans)
    if "submitted" in states:
        return Attention.WAITING
    if current is None:
        return Attention.GRADUATED
    if "returned" in states:
        return Attention.RETURNED
    if today - facts.changed_at.date() >= STUCK_AFTER:
        return Attention.STUCK
    return Attention.HOLD if current.state == "hold" else Attention.MOVING


def _write_snapshots(scored: Scored, *, today: date, rules: Rules) -> None:
    """Today's row of each program, and one that stays for every decision that has none yet."""
    decided = GateReview.objects.filter(
        plan__program__in=[facts.program_id for facts, _ in scored], decided_at__isnull=False, snapshots=None
    )
    decisions: dict[int, list[int | None]] = {}
    for program_id, review_id in decided.values_list("plan__program_id", "pk"):
        decisions.setdefault(program_id, []).append(review_id)
    rows = [
        _snapshot(facts, scores[LIVE], today=today, rules=rules, review_id=review_id)
        for facts, scores in scored
        for review_id in [None, *decisions.get(facts.program_id, [])]
    ]
    fields = [
        field.name
        for field in ReadinessSnapshot._meta.concrete_fields
        if field.name not in ("id", "program", "taken_on", "review")
    ]
    ReadinessSnapshot.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["program", "taken_on", "review"], update_fields=fields
    )


def _snapshot(
    facts: ProgramFacts, result: ProgramScore, *, today: date, rules: Rules, review_id: int | None
) -> ReadinessSnapshot:
    steps = [plan.live for plan in facts.plans]
    return ReadinessSnapshot(
        program_id=facts.program_id,
        taken_on=today,
        review_id=review_id,
        guide_id=facts.guide_id,
        fingerprint=fingerprint(
            steps, assessment=facts.assessment, today=today, rules=rules, guide_version=facts.guide_version
        ),
        conditions=[asdict(condition) for condition in result.conditions],
        facts={f"{step.key}/{item.key}": _fact(item) for step in steps for item in step.items},
        assessment=facts.round.data if facts.round else None,
        **_figures(facts, result),
    )


def _fact(item: Item) -> list[Any]:
    return [item.answer, item.has_reason, item.is_accepted, item.is_verified, item.has_evidence]


def _run_for(statement: str, scored: Scored) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [[facts.program_id for facts, _ in scored]])
