"""Fetching what programs planned as plain facts, many programs in as few queries as one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from funding.domain.planned import ContributionFacts, CostFacts, PhaseFacts, Planned, RateFacts, SourceFacts
from funding.models import Contribution, CostLine, ExchangeRate, FundingPhase, FundingPlan, FundingSource

Row = TypeVar("Row", bound=Model)
Fact = TypeVar("Fact")


def gather(program_ids: Iterable[int]) -> list[Planned]:
    """What these programs planned, in the order of their numbers; who began no plan is left out.

    The plans are read first: what is added meanwhile may be there already, but never counts as seen.
    """
    plans = list(FundingPlan.objects.filter(program__in=list(program_ids)).order_by("program"))
    ids = [plan.pk for plan in plans]
    phases = _by_program(FundingPhase.objects.filter(program__in=ids), _phase)
    sources = _by_program(FundingSource.objects.filter(program__in=ids), _source)
    costs = _by_program(CostLine.objects.filter(program__in=ids), _cost)
    rates = _by_program(ExchangeRate.objects.filter(program__in=ids), _rate)
    given = Contribution.objects.filter(source__program__in=ids).select_related("source")
    contributions = _by_program(given, _contribution)
    return [
        Planned(
            program_id=plan.pk,
            currency=plan.currency,
            largest_share=plan.largest_share,
            costs=costs[plan.pk],
            contributions=contributions[plan.pk],
            sources=sources[plan.pk],
            rates=rates[plan.pk],
            phases=phases[plan.pk],
            inputs_seq=plan.inputs_seq,
        )
        for plan in plans
    ]


def gather_one(program_id: int) -> Planned:
    """What one program planned; of one that began no plan, nothing."""
    return next(iter(gather([program_id])), Planned(program_id))


def _by_program(rows: QuerySet[Row], fact: Callable[[Any], Fact]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = defaultdict(list)
    for row in rows:
        found[row.program_id].append(fact(row))  # type: ignore[attr-defined]
    return found


def _phase(row: FundingPhase) -> PhaseFacts:
    return PhaseFacts(row.pk, row.name, row.first_year, row.last_year)


def _source(row: FundingSource) -> SourceFacts:
    return SourceFacts(row.pk, row.name, row.kind)


def _cost(row: CostLine) -> CostFacts:
    return CostFacts(row.pk, row.year, row.kind, row.unit_amount, row.quantity, row.currency, row.text)


def _rate(row: ExchangeRate) -> RateFacts:
    return RateFacts(row.pk, row.currency, row.into, row.rate, row.dated_on, row.source, row.is_turned)


def _contribution(row: Contribution) -> ContributionFacts:
    return ContributionFacts(
        pk=row.pk,
        source=row.source_id,
        year=row.year,
        amount=row.amount,
        currency=row.currency,
        status=row.status,
        covers=row.covers,
        is_in_budget=row.is_in_budget,
        is_in_kind=row.is_in_kind,
        note=row.note,
    )
