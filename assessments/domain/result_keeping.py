"""Results of rounds: computed by the worker after the reveal and after the closing, once each, then never again."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.domain import round_gathering, rounds
from assessments.domain.round_facts import Basis, fingerprint
from assessments.domain.round_gathering import RoundFacts
from assessments.domain.round_scores import score_round
from assessments.models import Assessment, RoundResult

BATCH = 100


def lacking(limit: int) -> list[int]:
    """Rounds of which a result is due and not there, the longest waiting first."""
    return list(_lacking().order_by("revealed_at", "pk").values_list("pk", flat=True)[:limit])


def results_for(round_ids: Iterable[int]) -> list[RoundResult]:
    """What these rounds still lack, computed but not kept: as many queries for one round as for many.

    After the reveal the medians of the raters count; once closed, the agreed values besides.
    """
    waiting = list(_lacking().filter(pk__in=list(round_ids)).values_list("pk", flat=True))
    if not waiting:
        return []
    there = set(RoundResult.objects.filter(assessment__in=waiting).values_list("assessment_id", "basis"))
    return [
        _result(facts, basis)
        for facts in round_gathering.gather(waiting)
        for basis in _due(facts.assessment)
        if (facts.assessment.pk, basis) not in there
    ]


@transaction.atomic
def keep(round_ids: Iterable[int]) -> int:
    """Computes and keeps what these rounds still lack; returns how many results that were.

    A round that closed counts for its program, whose readiness is computed anew. Of two who do this at the same
    moment the first is kept, and the second would have kept the same.
    """
    computed = results_for(round_ids)
    RoundResult.objects.bulk_create(computed, ignore_conflicts=True)
    programs = {result.assessment.program_id for result in computed if result.basis == "agreed"}
    for program_id in sorted(programs):  # all in one order, so that nobody waits in a circle
        rounds.settled(program_id)
    return len(computed)


def _lacking() -> QuerySet[Assessment]:
    due = ~_has("raters") | Q(state=Assessment.State.CLOSED) & ~_has("agreed")
    return Assessment.objects.revealed().filter(due)


def _has(basis: Basis) -> Exists:
    return Exists(RoundResult.objects.filter(assessment=OuterRef("pk"), basis=basis))


def _due(assessment: Assessment) -> tuple[Basis, ...]:
    return ("raters", "agreed") if assessment.is_closed else ("raters",)


def _result(facts: RoundFacts, basis: Basis) -> RoundResult:
    instrument, rated = facts.assessment.instrument, facts.on(basis)
    score = score_round(rated)
    return RoundResult(
        assessment=facts.assessment,
        basis=basis,
        rules_version=score.rules_version,
        instrument_version=instrument.version,
        fingerprint=fingerprint(rated, instrument_version=f"{instrument.key} {instrument.version}"),
        share=score.overall.share,
        open_count=score.open_count,
        data=asdict(score),
    )
