"""Money to add up in tests: builders, and programs that hypothesis makes up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from funding.domain.planned import (
    ANYTHING,
    KINDS,
    STATUSES,
    ContributionFacts,
    CostFacts,
    PhaseFacts,
    Planned,
    RateFacts,
    SourceFacts,
)

FIRST = 2027
CURRENCIES = ("USD", "KHR", "EUR")  # USD is the plan’s; some programs have no rate for the others
SOURCE_KINDS = ("government", "partner", "donor", "community")


def cost(amount: str | int = 100, kind: str = "recurrent", year: int = FIRST, **said: Any) -> CostFacts:
    facts = {"pk": 1, "currency": "USD", "quantity": 1} | said
    return CostFacts(year=year, kind=kind, unit_amount=Decimal(amount), **facts)


def given_by(
    source: int = 1, amount: str | int = 100, status: str = "signed", year: int = FIRST, **said: Any
) -> ContributionFacts:
    facts = {"pk": 1, "currency": "USD"} | said
    return ContributionFacts(source=source, year=year, amount=Decimal(amount), status=status, **facts)


def source(pk: int = 1, kind: str = "donor", name: str = "") -> SourceFacts:
    return SourceFacts(pk, name or f"Source {pk}", kind)


def rate(currency: str = "KHR", worth: str = "0.00025", day: date = date(2026, 6, 1), **said: Any) -> RateFacts:
    facts = {"pk": 1, "into": "USD", "said_by": "National bank"} | said
    return RateFacts(currency=currency, rate=Decimal(worth), dated_on=day, **facts)


def planned(*facts: Any, **said: Any) -> Planned:
    """A program with these costs, contributions, sources, rates and phases, each in its list."""
    lists = {
        "costs": CostFacts,
        "contributions": ContributionFacts,
        "sources": SourceFacts,
        "rates": RateFacts,
        "phases": PhaseFacts,
    }
    found = {name: [one for one in facts if isinstance(one, kind)] for name, kind in lists.items()}
    return Planned(program_id=1, **found | said)


# Strategies ----------------------------------------------------------------------------------

years = st.integers(FIRST, FIRST + 3)
amounts = st.decimals("0.01", "9999999.99", places=2)
small_amounts = st.integers(1, 9).map(Decimal)  # so that some are the same, and some sums come out even
figures = st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, small_amounts))
money = st.fixed_dictionaries({}, optional=dict.fromkeys((ANYTHING, *KINDS), small_amounts))
numbers = st.integers(1, 2**31)
kinds, currencies = st.sampled_from(KINDS), st.sampled_from(CURRENCIES)
costs = st.builds(
    CostFacts,
    pk=numbers,
    year=years,
    kind=kinds,
    unit_amount=amounts | small_amounts,
    quantity=st.integers(1, 500),
    currency=currencies,
)
contributions = st.builds(
    ContributionFacts,
    pk=numbers,
    source=st.integers(1, 4),
    year=years,
    amount=amounts | small_amounts,
    currency=currencies,
    status=st.sampled_from(STATUSES),
    covers=st.sampled_from((ANYTHING, *KINDS)),
    is_in_budget=st.booleans(),
    is_in_kind=st.booleans(),
)
sources = st.tuples(*(st.builds(source, st.just(pk), st.sampled_from(SOURCE_KINDS)) for pk in range(1, 5)))
rates = st.builds(
    RateFacts,
    pk=numbers,
    currency=st.sampled_from(CURRENCIES[1:]),
    into=currencies,
    rate=st.decimals("0.00000001", "20", places=8),
    is_turned=st.booleans(),
    dated_on=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
)
spread_programs = st.builds(
    Planned,
    program_id=st.just(1),
    costs=st.lists(costs, max_size=6),
    contributions=st.lists(contributions, max_size=8),
    sources=sources,
    rates=st.lists(rates, max_size=4),
)
# One year, one currency, sure or pledged, and small: lines that meet each other.
crowded_costs = st.builds(cost, small_amounts, kinds)
crowded_money = st.builds(
    given_by,
    st.integers(1, 4),
    small_amounts,
    st.sampled_from(("signed", "received", "pledged")),
    covers=st.sampled_from((ANYTHING, *KINDS)),
    is_in_budget=st.booleans(),
)
crowded_programs = st.builds(
    Planned,
    program_id=st.just(1),
    costs=st.lists(crowded_costs, min_size=1, max_size=4),
    contributions=st.lists(crowded_money, min_size=1, max_size=4),
    sources=sources,
)
programs = spread_programs | crowded_programs


def with_more(program: Planned, *more: CostFacts | ContributionFacts) -> Planned:
    """The same program with some costs or contributions added."""
    return replace(
        program,
        costs=[*program.costs, *(one for one in more if isinstance(one, CostFacts))],
        contributions=[*program.contributions, *(one for one in more if isinstance(one, ContributionFacts))],
    )
