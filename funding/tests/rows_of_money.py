"""Rows of costs, sources, contributions and rates, made in one line each and past the verbs that make them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding.domain import plans
from funding.domain.counting import mark_stale
from funding.models import Contribution, CostLine, ExchangeRate, FundingPhase, FundingSource
from programs.models import Program


def year(ahead: int = 0) -> int:
    """This year, or so many years on."""
    return timezone.localdate().year + ahead


def add_cost(program: Program, amount: str | int = 1000, **said: Any) -> CostLine:
    facts = {"year": year(1), "kind": "recurrent", "text": "Salaries", "quantity": 1, "currency": "USD"} | said
    plans.begin(program)
    made = CostLine.objects.create(program=program, unit_amount=Decimal(amount), created_by=program.created_by, **facts)
    mark_stale(program.pk)
    return made


def add_source(program: Program, name: str = "Ministry of Health", **said: Any) -> FundingSource:
    plans.begin(program)
    made = FundingSource.objects.create(program=program, **{"name": name, "kind": "government"} | said)
    mark_stale(program.pk)
    return made


def give(source: FundingSource, amount: str | int = 400, **said: Any) -> Contribution:
    facts = {"year": year(1), "currency": "USD", "status": "signed"} | said
    made = Contribution.objects.create(
        source=source, amount=Decimal(amount), created_by=source.program.created_by, **facts
    )
    mark_stale(source.program_id)
    return made


def add_rate(program: Program, currency: str = "KHR", worth: str = "0.00025", **said: Any) -> ExchangeRate:
    facts = {"into": "USD", "dated_on": date(2026, 6, 1), "source": "National bank"} | said
    plans.begin(program)
    made = ExchangeRate.objects.create(
        program=program, currency=currency, rate=Decimal(worth), recorded_by=program.created_by, **facts
    )
    mark_stale(program.pk)
    return made


def add_phase(program: Program, name: str = "Ten districts", first: int = 1, last: int = 2) -> FundingPhase:
    """From so many years on to so many years on."""
    return FundingPhase.objects.create(program=program, name=name, first_year=year(first), last_year=year(last))
