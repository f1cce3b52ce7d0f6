"""Costs, sources, contributions, phases and rates as tests need them, made in one line each."""

from datetime import date
from decimal import Decimal
from typing import Any

from funding.domain import contributions, costs, phases, rates, sources
from funding.models import Contribution, CostLine, ExchangeRate, FundingPhase, FundingSource
from programs.models import Program

YEAR = 2027


def add_cost(program: Program, text: str = "Salaries", **said: Any) -> CostLine:
    """One line: 12 times 100 USD of recurrent cost in 2027, unless said otherwise."""
    plain = {"year": YEAR, "kind": "recurrent", "unit_amount": Decimal(100), "quantity": 12, "currency": "USD"}
    return costs.add(program, plain | {"text": text} | said, by=program.created_by)


def add_phase(program: Program, first: int = YEAR, last: int = YEAR + 1, name: str = "Ten districts") -> FundingPhase:
    return phases.add(program, {"name": name, "first_year": first, "last_year": last}, by=program.created_by)


def add_source(program: Program, name: str = "District budget", **said: Any) -> FundingSource:
    return sources.add(program, {"name": name, "kind": "government", "partner": None} | said, by=program.created_by)


def give(source: FundingSource, amount: str | int = 400, **said: Any) -> Contribution:
    """What it hopes to give for anything in 2027, in USD, unless said otherwise."""
    plain = {"year": YEAR, "currency": "USD", "status": "hoped", "covers": "", "note": ""}
    marks = {"is_in_budget": False, "is_in_kind": False}
    return contributions.add(source, plain | marks | {"amount": Decimal(amount)} | said, by=source.program.created_by)


def add_rate(program: Program, currency: str = "KHR", rate: str = "0.00025", **said: Any) -> ExchangeRate:
    plain = {"dated_on": date(2026, 3, 31), "source": "National bank"}
    into = said.pop("into", "USD")
    known = plain | {"currency": currency, "rate": Decimal(rate)} | said
    return rates.add(program, known, into=into, by=program.created_by)
