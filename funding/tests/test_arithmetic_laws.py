"""Laws that hold for the money of every program, tried on programs that hypothesis makes up.

Each law is also tried on a wrong way to reckon, and must find it out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from funding.domain import arithmetic
from funding.domain.arithmetic import Sums, add_up, convert, gap, total
from funding.domain.planned import ANYTHING, KINDS, STATUSES, ContributionFacts, CostFacts, Planned
from funding.domain.tallies import NOWHERE
from funding.tests.money_cases import (
    contributions,
    costs,
    crowded_costs,
    crowded_money,
    crowded_programs,
    figures,
    kinds,
    money,
    programs,
    rate,
    small_amounts,
    with_more,
)

Figures = Mapping[str, Decimal]
Gap = Callable[[Figures, Figures], Decimal]
GAPS = ("gap", "gap_if_pledged", "gap_if_hoped")
SEARCH = settings(max_examples=3000, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


def gaps(program: Planned) -> list[dict[int, Decimal]]:
    """By year, each of the three gaps."""
    years = add_up(program).years
    return [{one.year: getattr(one.sums, name) for one in years} for name in GAPS]


def never_more(after: Planned, before: Planned) -> bool:
    """No gap of any year has grown. A year there was not before had none."""
    return all(
        missing <= was.get(year, Decimal(0))
        for now, was in zip(gaps(after), gaps(before), strict=True)
        for year, missing in now.items()
    )


def worst_of_all_kinds(costs: Figures, money: Figures) -> Decimal:
    """The gap in another way: what some kinds together cost more than may be spent on them, at its worst."""
    return max(
        sum(costs.get(kind, 0) - money.get(kind, 0) for kind in some) - money.get(ANYTHING, 0) if some else Decimal(0)
        for size in range(len(KINDS) + 1)
        for some in combinations(KINDS, size)
    )


def blind_to_kinds(costs: Figures, money: Figures) -> Decimal:
    return max(Decimal(0), sum(costs.values()) - sum(money.values()))


def free_money_first(costs: Figures, money: Figures) -> Decimal:
    """Spends what is free in the order of kinds, before what is bound."""
    free, missing = money.get(ANYTHING, Decimal(0)), Decimal(0)
    for kind, cost in costs.items():
        spent = min(free, cost)
        free -= spent
        missing += max(Decimal(0), cost - spent - money.get(kind, Decimal(0)))
    return missing


def deaf_to_free_money(costs: Figures, money: Figures) -> Decimal:
    return sum((max(Decimal(0), cost - money.get(kind, Decimal(0))) for kind, cost in costs.items()), Decimal(0))


def overspent(costs: Figures, money: Figures) -> Decimal:
    return sum(costs.values()) - sum(money.values())


WRONG: tuple[Gap, ...] = (blind_to_kinds, free_money_first, deaf_to_free_money, overspent)


@given(figures, money)
def test_no_way_to_spend_the_money_leaves_less(costs: Figures, money: Figures) -> None:
    assert gap(costs, money) == worst_of_all_kinds(costs, money)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_gap_is_found_out(wrong: Gap) -> None:
    cases = st.tuples(figures, money)
    costs, given_money = find(cases, lambda case: wrong(*case) != worst_of_all_kinds(*case), settings=SEARCH)
    assert wrong(costs, given_money) != gap(costs, given_money)


@given(figures, money, kinds, small_amounts)
def test_binding_money_to_a_kind_never_helps(costs: Figures, money: Figures, kind: str, amount: Decimal) -> None:
    free = {**money, ANYTHING: money.get(ANYTHING, Decimal(0)) + amount}
    bound = {**money, kind: money.get(kind, Decimal(0)) + amount}
    assert gap(costs, bound) >= gap(costs, free)


def keeps_the_books(sums: Sums) -> bool:
    """What is secured pays costs or is over; what is not paid is missing; promises only ever make it less."""
    return (
        sums.covered + sums.surplus == sums.secured
        and sums.covered + sums.gap == sums.cost
        and 0 <= sums.gap_if_hoped <= sums.gap_if_pledged <= sums.gap <= sums.cost
        and sums.gap >= sums.cost - sums.secured
        and sums.surplus >= 0
        and sums.in_kind <= sums.secured
    )


@given(programs)
def test_the_books_balance(program: Planned) -> None:
    years = add_up(program).years
    assert all(keeps_the_books(one.sums) for one in years)
    assert keeps_the_books(total(years))
    assert [one.year for one in years] == sorted({one.year for one in years})


@pytest.mark.parametrize("wrong", [overspent, lambda costs, money: Decimal(0), lambda costs, money: Decimal(7)])
def test_books_that_do_not_balance_are_found_out(wrong: Gap) -> None:
    with patch.object(arithmetic, "gap", wrong):
        find(programs, lambda case: not all(keeps_the_books(one.sums) for one in add_up(case).years), settings=SEARCH)


@given(programs)
def test_a_sum_is_what_its_lines_add_up_to(program: Planned) -> None:
    result, sums = add_up(program), total(add_up(program).years)
    assert sums.cost == sum(one.worth or 0 for one in result.costs)
    by_status = {name: sum(one.worth or 0 for one in result.contributions if one.fact.status == name)
                 for name in STATUSES}  # fmt: skip
    assert {name: getattr(sums, name) for name in STATUSES} == by_status
    assert all(sum(one.cost_of.values()) == one.sums.cost for one in result.years)
    assert all(sum(one.secured_for.values()) == one.sums.secured for one in result.years)


@given(programs, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(program: Planned, chance: Random) -> None:
    lists = {name: list(getattr(program, name)) for name in ("costs", "contributions")}
    rates = list({(one.currency, one.into, one.dated_on, one.pk): one for one in program.rates}.values())
    for one in (*lists.values(), rates):
        chance.shuffle(one)
    in_order = replace(program, rates=sorted(rates, key=lambda one: one.pk))
    assert add_up(replace(program, rates=rates, **lists)).years == add_up(in_order).years


@given(programs, contributions | crowded_money)
def test_money_never_makes_a_gap_larger(program: Planned, more: ContributionFacts) -> None:
    assert never_more(with_more(program, more), program)


@given(programs, costs | crowded_costs)
def test_cost_never_makes_a_gap_smaller(program: Planned, more: CostFacts) -> None:
    assert never_more(program, with_more(program, more))


def test_a_gap_that_grows_with_money_is_found_out() -> None:
    def mistaken(costs: Figures, money: Figures) -> Decimal:
        return gap(costs, {kind: amount for kind, amount in money.items() if amount < 10})

    cases = st.tuples(crowded_programs, crowded_money)
    with patch.object(arithmetic, "gap", mistaken):
        find(cases, lambda case: not never_more(with_more(*case), case[0]), settings=SEARCH)


@given(programs, st.data())
def test_a_surer_promise_never_makes_a_gap_larger(program: Planned, data: st.DataObject) -> None:
    assume(program.contributions)
    at = data.draw(st.integers(0, len(program.contributions) - 1))
    before = program.contributions[at]
    surer = data.draw(st.sampled_from(STATUSES[STATUSES.index(before.status) :]))
    after = [*program.contributions]
    after[at] = replace(before, status=surer)
    assert never_more(replace(program, contributions=after), program)


def leaves_out_what_has_no_rate(program: Planned) -> bool:
    """It is counted and named, and the sums are those of the same program without it."""
    usable = {one.currency for one in program.rates if one.into == program.currency} | {program.currency}
    known = replace(
        program,
        costs=[one for one in program.costs if one.currency in usable],
        contributions=[one for one in program.contributions if one.currency in usable],
    )
    unknown = [one for one in [*program.costs, *program.contributions] if one.currency not in usable]
    result = add_up(program)
    whole = total(result.years)
    return (
        [one.fact for one in result.left_out] == unknown
        and whole.left_out == len(unknown)
        and replace(whole, tallies=NOWHERE) == replace(total(add_up(known).years), tallies=NOWHERE)
        and whole.tallies.whole.counted == len(result.lines) - len(unknown)
        and whole.tallies.whole.currencies == {one.currency for one in unknown}
    )


@given(programs)
def test_what_has_no_rate_is_in_no_sum_and_named(program: Planned) -> None:
    assert leaves_out_what_has_no_rate(program)


def as_nothing(amount: Decimal, currency: str, **said: Any) -> Decimal:
    """Takes an unknown rate for 0."""
    return convert(amount, currency, **said) or Decimal(0)


def as_it_stands(amount: Decimal, currency: str, **said: Any) -> Decimal:
    """Takes an unknown rate for 1."""
    found = convert(amount, currency, **said)
    return amount if found is None else found


@pytest.mark.parametrize("wrong", [as_nothing, as_it_stands])
def test_an_unknown_rate_that_is_guessed_is_found_out(wrong: Callable[..., Decimal]) -> None:
    with patch.object(arithmetic, "convert", wrong):
        find(programs, lambda case: not leaves_out_what_has_no_rate(case), settings=SEARCH)


@given(st.lists(small_amounts, min_size=1), st.decimals("0.00000001", "9999", places=8), st.booleans())
def test_a_worth_is_within_half_a_hundredth(amounts: list[Decimal], worth: Decimal, is_turned: bool) -> None:
    for amount in amounts:
        found = convert(amount, "KHR", into="USD", rates={"KHR": rate(worth=str(worth), is_turned=is_turned)})
        assert found is not None
        exact = Fraction(amount) / Fraction(worth) if is_turned else Fraction(amount) * Fraction(worth)
        assert abs(Fraction(found) - exact) <= Fraction(1, 200)
        assert found == found.quantize(Decimal("0.01"))


def test_the_programs_made_up_here_have_what_the_laws_speak_of() -> None:
    wanted = {
        "a gap beside a surplus": lambda sums: sums.gap and sums.surplus,
        "a gap that pledges close": lambda sums: sums.gap and not sums.gap_if_pledged,
        "something left out": lambda sums: sums.left_out and sums.cost,
    }
    missing = []
    for name, is_so in wanted.items():
        try:
            find(programs, lambda case, is_so=is_so: is_so(total(add_up(case).years)), settings=SEARCH)
        except NoSuchExample:
            missing.append(name)
    assert missing == []
