"""Costs, sources, contributions, phases and rates as tests need them, each entered in one line by the program's lead.

Years are relative to today: everything falls in the next year unless said otherwise.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from funding.domain import contributions, costs, phases, plans, rates, sources
from funding.models import Contribution, CostLine, ExchangeRate, FundingPhase, FundingPlan, FundingSource
from programs.models import Program


def year(ahead: int = 0) -> int:
    """This year, or so many years on."""
    return timezone.localdate().year + ahead


YEAR = year(1)
DAY = date(year(-1), 6, 1)  # of rates


def add_cost(program: Program, amount: str | int = 1000, **said: Any) -> CostLine:
    """One line: recurrent, once, in USD."""
    plain = {"year": year(1), "kind": "recurrent", "text": "Salaries", "quantity": 1, "currency": "USD"}
    return costs.add(program, plain | {"unit_amount": Decimal(amount)} | said, by=program.created_by)


def add_source(program: Program, name: str = "Ministry of Health", **said: Any) -> FundingSource:
    return sources.add(program, {"name": name, "kind": "government", "partner": None} | said, by=program.created_by)


def give(source: FundingSource, amount: str | int = 400, **said: Any) -> Contribution:
    """What it has signed to give for anything, in USD."""
    plain = {"year": year(1), "currency": "USD", "status": "signed", "covers": "", "note": ""}
    marks = {"is_in_budget": False, "is_in_kind": False}
    return contributions.add(source, plain | marks | {"amount": Decimal(amount)} | said, by=source.program.created_by)


def hope(source: FundingSource, amount: str | int = 400, **said: Any) -> Contribution:
    """The same, and nobody promised it."""
    return give(source, amount, status="hoped", **said)


def add_rate(
    program: Program, currency: str = "KHR", worth: str = "0.00025", *, into: str = "USD", **said: Any
) -> ExchangeRate:
    """As entered while sums were in `into`, whatever they are in now."""
    plain = {"currency": currency, "rate": Decimal(worth), "is_turned": False, "dated_on": DAY}
    plan, own = FundingPlan.objects.filter(pk=program.pk), plans.begin(program).currency
    plan.update(currency=into)
    made = rates.add(program, plain | {"source": "National bank"} | said, into=into, by=program.created_by)
    plan.update(currency=own)
    return made


def add_phase(program: Program, name: str = "Ten districts", first: int = 1, last: int = 2) -> FundingPhase:
    """From so many years on to so many years on."""
    said = {"name": name, "first_year": year(first), "last_year": year(last)}
    return phases.add(program, said, by=program.created_by)
