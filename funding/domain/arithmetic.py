"""What a scale-up costs, what of it is secured, and what is missing (DOMAIN: step 8, items 8.1 to 8.3 and 8.8).

Plain Python: no Django, no clock; facts in, figures out. Units: every figure is a Decimal of whole hundredths in the
currency of the plan, zero or more. Each amount is converted and rounded by itself, half up, and sums add what was
rounded: so a sum is exactly what its lines add up to, in whatever order, and no figure is a float.

Secured is what is signed or received. Money counts in the year it is entered for: what is over in one year fills no
gap of another, and is shown as surplus instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Generic, TypeVar

from funding.domain.planned import (
    ANYTHING,
    DIGITS,
    HOPED,
    KINDS,
    PLEDGED,
    RECEIVED,
    SECURED,
    SIGNED,
    ContributionFacts,
    CostFacts,
    PhaseFacts,
    Planned,
    RateFacts,
)
from funding.domain.tallies import NOWHERE, Tallies, Tally

ZERO, CENT = Decimal("0.00"), Decimal("0.01")
EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_UP)

Fact = TypeVar("Fact", CostFacts, ContributionFacts)
Figures = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Line(Generic[Fact]):
    """One cost or contribution, what it is worth in the currency of the plan, and by which rate.

    `worth` is None for want of a rate: such a line is in no sum. No rate is needed for the plan's own currency.
    """

    fact: Fact
    worth: Decimal | None
    rate: RateFacts | None = None


AnyLine = Line[CostFacts] | Line[ContributionFacts]


@dataclass(frozen=True, slots=True)
class Sums:
    """Cost, money by how sure it is, and gaps; of one year, or of several added up."""

    cost: Decimal = ZERO
    received: Decimal = ZERO
    signed: Decimal = ZERO
    pledged: Decimal = ZERO
    hoped: Decimal = ZERO
    in_kind: Decimal = ZERO  # of what is secured
    gap: Decimal = ZERO
    gap_if_pledged: Decimal = ZERO  # if all pledges come as well
    gap_if_hoped: Decimal = ZERO  # if all hopes come as well as all pledges
    surplus: Decimal = ZERO  # secured, but not needed in its year or not for what it is bound to
    tallies: Tallies = NOWHERE  # of how many amounts they are made

    @property
    def secured(self) -> Decimal:
        with localcontext(EXACT):
            return self.signed + self.received

    @property
    def left_out(self) -> int:
        """Lines in none of these, for want of a rate."""
        return self.tallies.whole.left_out

    @property
    def covered(self) -> Decimal:
        """What of the cost secured money pays."""
        with localcontext(EXACT):
            return self.cost - self.gap

    def __add__(self, other: "Sums") -> "Sums":
        with localcontext(EXACT):
            return Sums(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Year:
    """One year: its sums, its cost by kind, and what is secured by the kind it is bound to ("": to none).

    `costs_of` and `money_for` say of how many amounts these are made.
    """

    year: int
    sums: Sums
    cost_of: Figures
    secured_for: Figures
    costs_of: Mapping[str, Tally]
    money_for: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase, the sums of its years, and its years for which no cost is entered (or none that could be converted)."""

    phase: PhaseFacts
    sums: Sums
    years_without_cost: Sequence[int]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A year with a gap, and how much is over in years before and after it: money that comes too soon or too late."""

    year: int
    gap: Decimal
    over_before: Decimal
    over_after: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """All lines with their worth, and the years they fall in, in order."""

    costs: Sequence[Line[CostFacts]]
    contributions: Sequence[Line[ContributionFacts]]
    years: Sequence[Year]

    def since(self, year: int) -> Sequence[Year]:
        return [one for one in self.years if one.year >= year]

    @property
    def lines(self) -> list[AnyLine]:
        return [*self.costs, *self.contributions]

    @property
    def left_out(self) -> list[AnyLine]:
        """Lines that are in no sum: nobody entered what their currency is worth."""
        return [one for one in self.lines if one.worth is None]


def newest_rates(rates: Iterable[RateFacts], *, into: str) -> dict[str, RateFacts]:
    """By currency the rate with the newest day, whatever year the amounts are of; of one day the one entered last.

    Only rates between the two: never two of them put together, since that is a rate nobody named.
    """
    ordered = sorted((one for one in rates if one.into == into), key=lambda one: (one.dated_on, one.pk))
    return {one.currency: one for one in ordered if one.currency != into}


def convert(amount: Decimal, currency: str, *, into: str, rates: Mapping[str, RateFacts]) -> Decimal | None:
    """The worth of an amount in another currency, in hundredths, half up; None for want of a rate.

    An amount in the currency itself stays as it is. Never 0 for an unknown rate, but a tiny amount may round to 0.
    A rate that was said the other way round divides as it was said.
    """
    if currency == into:
        return EXACT.quantize(amount, CENT)
    if (rate := rates.get(currency)) is None:
        return None
    reckon = EXACT.divide if rate.is_turned else EXACT.multiply
    return EXACT.quantize(reckon(amount, rate.rate), CENT)


def tally(lines: "Iterable[AnyLine]") -> Tally:
    """How many of these lines have a worth, and which currencies keep the others from it."""
    found = list(lines)
    missing = [one.fact.currency for one in found if one.worth is None]
    return Tally(len(found) - len(missing), len(missing), frozenset(missing))


def gap(costs: Figures, money: Figures) -> Decimal:
    """What the money of one year leaves uncovered of the costs of that year. Both by kind of cost, 0 or more.

    Money bound to a kind pays that kind alone, so it goes there first; what is under "" pays whatever is left. No
    other way to spend it leaves less. Never below costs − money, and never below 0.
    """
    with localcontext(EXACT):
        rest = sum((max(ZERO, cost - money.get(kind, ZERO)) for kind, cost in costs.items()), ZERO)
        return max(ZERO, rest - money.get(ANYTHING, ZERO))


def add_up(planned: Planned) -> Result:
    """All figures of one program: every year in which a cost or a contribution falls, none between them."""
    rates = newest_rates(planned.rates, into=planned.currency)
    with localcontext(EXACT):
        costs = [_line(one, planned.currency, rates) for one in planned.costs]
        contributions = [_line(one, planned.currency, rates) for one in planned.contributions]
        spent, given = _by_year(costs), _by_year(contributions)
        years = [_year(year, spent.get(year, []), given.get(year, [])) for year in sorted(spent.keys() | given.keys())]
    return Result(costs, contributions, years)


def total(years: Iterable[Year]) -> Sums:
    """The sums of several years; the gap is the sum of their gaps, however much is over in other years."""
    return sum((one.sums for one in years), Sums())


def by_phase(phases: Iterable[PhaseFacts], years: Sequence[Year]) -> list[Phase]:
    """Each phase with the sums of its years. A year in two phases counts in both."""
    found = {one.year: one for one in years}
    return [
        Phase(
            phase,
            total(found[year] for year in phase.years if year in found),
            [year for year in phase.years if year not in found or not found[year].sums.cost],
        )
        for phase in phases
    ]


def in_no_phase(phases: Sequence[PhaseFacts], years: Iterable[Year]) -> list[int]:
    """Years with costs or money that belong to no phase."""
    return [one.year for one in years if not any(one.year in phase.years for phase in phases)]


def shortfalls(years: Sequence[Year]) -> list[Shortfall]:
    """Years whose cost falls before, or without, secured money; given the years that count, in order."""
    return [
        Shortfall(one.year, one.sums.gap, total(years[:place]).surplus, total(years[place + 1 :]).surplus)
        for place, one in enumerate(years)
        if one.sums.gap
    ]


def _line(fact: Fact, currency: str, rates: Mapping[str, RateFacts]) -> Line[Fact]:
    worth = convert(fact.amount, fact.currency, into=currency, rates=rates)
    return Line(fact, worth, None if fact.currency == currency else rates.get(fact.currency))


def _by_year(lines: Iterable[Line[Fact]]) -> dict[int, list[Line[Fact]]]:
    found: dict[int, list[Line[Fact]]] = {}
    for one in lines:
        found.setdefault(one.fact.year, []).append(one)
    return found


def _year(year: int, spent: Sequence[Line[CostFacts]], given: Sequence[Line[ContributionFacts]]) -> Year:
    cost_of = {kind: _sum(one for one in spent if one.fact.kind == kind) for kind in KINDS}
    secured_for = _by_kind(given, SECURED)
    with_pledges, with_hopes = _by_kind(given, SECURED | {PLEDGED}), _by_kind(given, SECURED | {PLEDGED, HOPED})
    cost, missing, secured = _sum(spent), gap(cost_of, secured_for), sum(secured_for.values(), ZERO)
    sums = Sums(
        cost=cost,
        received=_sum(_of_status(given, {RECEIVED})),
        signed=_sum(_of_status(given, {SIGNED})),
        pledged=_sum(_of_status(given, {PLEDGED})),
        hoped=_sum(_of_status(given, {HOPED})),
        in_kind=_sum(one for one in _of_status(given, SECURED) if one.fact.is_in_kind),
        gap=missing,
        gap_if_pledged=gap(cost_of, with_pledges),
        gap_if_hoped=gap(cost_of, with_hopes),
        surplus=secured - (cost - missing),
        tallies=Tallies(
            cost=tally(spent),
            secured=tally(_of_status(given, SECURED)),
            pledged=tally(_of_status(given, {PLEDGED})),
            hoped=tally(_of_status(given, {HOPED})),
        ),
    )
    costs_of = {kind: tally(one for one in spent if one.fact.kind == kind) for kind in KINDS}
    sure = _of_status(given, SECURED)
    money_for = {kind: tally(one for one in sure if one.fact.covers == kind) for kind in (ANYTHING, *KINDS)}
    return Year(year, sums, cost_of, secured_for, costs_of, money_for)


def _of_status(given: Iterable[Line[ContributionFacts]], statuses: Iterable[str]) -> list[Line[ContributionFacts]]:
    return [one for one in given if one.fact.status in statuses]


def _by_kind(given: Iterable[Line[ContributionFacts]], statuses: Iterable[str]) -> dict[str, Decimal]:
    """The money of these statuses by the kind of cost it is bound to; "" is bound to none."""
    sure = _of_status(given, statuses)
    return {kind: _sum(one for one in sure if one.fact.covers == kind) for kind in (ANYTHING, *KINDS)}


def _sum(lines: Iterable[AnyLine]) -> Decimal:
    return sum((one.worth for one in lines if one.worth is not None), ZERO)
