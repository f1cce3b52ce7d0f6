"""On whom a scale-up relies: by hand, and laws on programs that are made up."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from funding.domain import reliance
from funding.domain.arithmetic import add_up, total
from funding.domain.planned import ContributionFacts, Planned
from funding.domain.reliance import Carried, Share
from funding.domain.tallies import Tally
from funding.tests.money_cases import contributions, cost, given_by, planned, programs, rate, source, with_more

D = Decimal
GOVERNMENT, DONOR, PARTNER = source(1, "government"), source(2, "donor"), source(3, "partner")


def sums_of(program: Planned) -> list[reliance.SourceSums]:
    return reliance.by_source(program.sources, add_up(program).contributions)


def carried_of(program: Planned) -> list[Carried]:
    result = add_up(program)
    return reliance.carried(program.sources, result.contributions, result.years)


def test_sources_with_the_most_secured_money_first() -> None:
    found = sums_of(
        planned(
            *(GOVERNMENT, DONOR, PARTNER),
            given_by(1, 100, "signed"),
            given_by(1, 50, "received", is_in_kind=True),
            given_by(2, 450, "received"),
            given_by(2, 7, "pledged", is_in_kind=True),
            given_by(3, 900, "hoped"),
            given_by(3, 900, "signed", currency="KHR"),
        )
    )
    assert [
        (one.source.pk, one.secured, one.pledged, one.hoped, one.in_kind, one.tallies.whole.left_out) for one in found
    ] == [
        (2, D(450), D(7), D(0), D(0), 0),
        (1, D(150), D(0), D(0), D(50), 0),
        (3, D(0), D(0), D(900), D(0), 1),
    ]
    assert [one.share.value for one in found] == [Fraction(3, 4), Fraction(1, 4), 0]


def test_the_largest_share_against_the_limit() -> None:
    money = planned(GOVERNMENT, DONOR, PARTNER, given_by(1, 50), given_by(2, 30), given_by(3, 20))
    found = reliance.concentration(sums_of(money))
    assert ([one.pk for one in found.largest], found.share, found.sources, found.donors) == (
        [1],
        Share(D(50), D(100)),
        3,
        1,
    )
    assert [found.share.is_above(percent) for percent in (49, 50, 51)] == [True, False, False]


def test_several_largest_are_all_named() -> None:
    found = reliance.concentration(sums_of(planned(GOVERNMENT, DONOR, given_by(1, 5), given_by(2, 5))))
    assert ([one.pk for one in found.largest], found.share.value) == ([1, 2], Fraction(1, 2))


def test_where_nothing_is_secured_nobody_has_a_share() -> None:
    found = reliance.concentration(sums_of(planned(GOVERNMENT, given_by(1, 5, "pledged"))))
    assert (found.largest, found.share.value, found.sources, found.donors) == ([], None, 0, 0)
    assert not found.share.is_above(0)


def test_recurrent_cost_in_budgets() -> None:
    budgeted = {"covers": "recurrent", "is_in_budget": True}
    found = carried_of(
        planned(
            *(GOVERNMENT, DONOR, PARTNER),
            cost(100),
            cost(200, year=2028),
            cost(50, "central", year=2029),
            given_by(1, 30, **budgeted),
            given_by(3, 10, "received", **budgeted),
            given_by(1, 5, "pledged", **budgeted),  # not secured
            given_by(2, 5, **budgeted),  # a donor
            given_by(1, 5, covers="recurrent"),  # not in the budget
            given_by(1, 5, is_in_budget=True),  # for anything
            given_by(1, 5, covers="central", is_in_budget=True),
            given_by(1, 900, year=2028, **budgeted),  # more than it costs
            given_by(1, 900, year=2029, **budgeted),  # nothing recurrent there
        )
    )
    assert found == [
        Carried(2027, Share(D(40), D(100)), cost=Tally(1), money=Tally(2)),
        Carried(2028, Share(D(200), D(200)), cost=Tally(1), money=Tally(1)),
    ]
    assert reliance.together(found) == Share(D(240), D(300))
    assert reliance.together([]).value is None


def test_contributions_of_some_years() -> None:
    result = add_up(planned(given_by(year=2027, pk=1), given_by(year=2028, pk=2), given_by(year=2028, pk=3)))
    assert [one.fact.pk for one in reliance.in_years(result.contributions, result.since(2028))] == [2, 3]


@given(programs)
def test_shares_of_all_sources_are_one(program: Planned) -> None:
    found = sums_of(program)
    secured = total(add_up(program).years).secured
    assert sum(one.secured for one in found) == secured
    assert sum(one.share.value or 0 for one in found) == (1 if secured else 0)
    largest = reliance.concentration(found).share
    assert all((one.share.value or 0) <= (largest.value or 0) <= 1 for one in found)
    assert largest.value is None or largest.value * sum(one.secured > 0 for one in found) >= 1


@given(programs, contributions)
def test_more_in_budgets_never_lowers_what_they_carry(program: Planned, more: ContributionFacts) -> None:
    before, after = carried_of(program), carried_of(with_more(program, replace(more, is_in_budget=True)))
    assert [one.year for one in before] == [one.year for one in after]
    assert all(now.share.part >= was.share.part for was, now in zip(before, after, strict=True))
    assert all(0 <= one.share.part <= one.share.whole for one in after)


@given(programs, st.sampled_from(["donor", "community"]))
def test_what_others_give_is_never_in_a_budget(program: Planned, kind: str) -> None:
    others = replace(program, sources=[replace(one, kind=kind) for one in program.sources])
    assert all(one.share.part == 0 for one in carried_of(others))


def test_shares_do_not_depend_on_the_currency_of_an_amount() -> None:
    found = sums_of(planned(GOVERNMENT, DONOR, given_by(1, 4000, currency="KHR"), given_by(2, 3), rate()))
    assert [one.share.value for one in found] == [Fraction(3, 4), Fraction(1, 4)]
