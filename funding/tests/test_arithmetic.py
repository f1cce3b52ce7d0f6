"""What comes of costs, money and rates, reckoned by hand."""

from datetime import date
from decimal import Decimal

import pytest

from funding import models
from funding.domain import arithmetic, planned
from funding.domain.arithmetic import Shortfall, Sums, add_up, by_phase, convert, gap, in_no_phase, newest_rates
from funding.domain.planned import PhaseFacts
from funding.domain.tallies import Tallies, Tally
from funding.tests.money_cases import cost, given_by, rate
from funding.tests.money_cases import planned as program_of

D = Decimal


def test_the_words_are_those_of_the_tables() -> None:
    assert tuple(models.CostKind.values) == planned.KINDS
    assert tuple(models.FundingStatus.values) == planned.STATUSES
    assert set(models.SECURED) == planned.SECURED
    assert {planned.GOVERNMENT, planned.PARTNER, planned.DONOR} <= set(models.SourceKind.values)


@pytest.mark.parametrize(
    ("costs", "money", "missing"),
    [
        ({}, {}, "0"),
        ({"central": 10}, {}, "10"),
        ({"central": 10}, {"": 4}, "6"),
        ({"central": 10}, {"": 10}, "0"),
        ({"central": 10}, {"": 12}, "0"),
        ({"central": 10}, {"central": 12}, "0"),
        ({"central": 10}, {"recurrent": 12}, "10"),
        ({"central": 10, "recurrent": 10}, {"recurrent": 15}, "10"),
        ({"central": 10, "recurrent": 10}, {"recurrent": 4, "": 3}, "13"),
        ({"central": 10, "recurrent": 10}, {"recurrent": 15, "": 12}, "0"),
        ({"central": 10, "recurrent": 10}, {"recurrent": 8, "central": 8, "": 3}, "1"),
        ({"start_up": 1, "per_site": 2, "recurrent": 3, "central": 4}, {"per_site": 5, "central": 1, "": 3}, "4"),
    ],
)
def test_money_bound_to_a_kind_fills_no_other(costs: dict, money: dict, missing: str) -> None:
    found = gap({kind: D(one) for kind, one in costs.items()}, {kind: D(one) for kind, one in money.items()})
    assert found == D(missing)


def test_one_year() -> None:
    result = add_up(
        program_of(
            cost(300, "start_up", quantity=2),
            cost(400, "recurrent"),
            given_by(1, 100, "received", covers="start_up"),
            given_by(2, "50.50", "signed", is_in_kind=True),
            given_by(3, 200, "pledged", covers="recurrent"),
            given_by(3, 900, "hoped", covers="recurrent"),
            given_by(3, 60, "hoped"),
        )
    )
    (year,) = result.years
    assert (year.year, year.sums) == (
        2027,
        Sums(
            cost=D(1000),
            received=D(100),
            signed=D("50.50"),
            pledged=D(200),
            hoped=D(960),
            in_kind=D("50.50"),
            gap=D("849.50"),
            gap_if_pledged=D("649.50"),
            gap_if_hoped=D("389.50"),  # of the 900 for recurrent costs only 200 are still needed
            surplus=D(0),
            tallies=Tallies(Tally(2), Tally(2), Tally(1), Tally(2)),
        ),
    )
    assert (year.sums.secured, year.sums.covered) == (D("150.50"), D("150.50"))
    assert year.cost_of == {"start_up": D(600), "per_site": D(0), "recurrent": D(400), "central": D(0)}
    assert year.secured_for == {
        "": D("50.50"), "start_up": D(100), "per_site": D(0), "recurrent": D(0), "central": D(0)
    }  # fmt: skip


def test_what_is_over_in_one_year_fills_no_gap_of_another() -> None:
    years = add_up(
        program_of(cost(100), cost(100, year=2029), given_by(1, 250, year=2028), given_by(1, 130, year=2029))
    ).years
    assert [(one.year, one.sums.gap, one.sums.surplus) for one in years] == [
        (2027, D(100), D(0)),
        (2028, D(0), D(250)),
        (2029, D(0), D(30)),
    ]
    both = arithmetic.total(years)
    assert (both.cost, both.secured, both.gap, both.surplus) == (D(200), D(380), D(100), D(280))
    assert arithmetic.shortfalls(years) == [Shortfall(2027, D(100), over_before=D(0), over_after=D(280))]


def test_money_bound_to_what_costs_less_is_over_beside_a_gap() -> None:
    (year,) = add_up(program_of(cost(100, "central"), cost(50, "recurrent"), given_by(1, 80, covers="recurrent"))).years
    assert (year.sums.gap, year.sums.surplus) == (D(100), D(30))


def test_amounts_are_worth_what_the_newest_rate_says() -> None:
    rates = [
        rate("KHR", "0.0002", date(2026, 5, 1), pk=9),
        rate("KHR", "0.00025", date(2026, 6, 1), pk=2),
        rate("KHR", "0.00024", date(2026, 6, 1), pk=3),
        rate("KHR", "0.5", date(2026, 7, 1), into="EUR"),
        rate("USD", "4000", date(2026, 7, 1), into="KHR"),
        rate("USD", "7", date(2026, 7, 1)),
    ]
    assert newest_rates(rates, into="USD") == {"KHR": rates[2]}
    assert newest_rates(rates, into="EUR") == {"KHR": rates[3]}
    result = add_up(program_of(cost(1_000_000, currency="KHR"), cost(5), *rates))
    assert [(one.worth, one.rate) for one in result.costs] == [(D("240.00"), rates[2]), (D("5.00"), None)]


@pytest.mark.parametrize(
    ("amount", "worth", "converted"),
    [("1", "0.005", "0.01"), ("1", "0.0049", "0.00"), ("3", "1.005", "3.02"), ("0.01", "0.00000001", "0.00")],
)
def test_a_worth_is_rounded_half_up(amount: str, worth: str, converted: str) -> None:
    found = convert(D(amount), "KHR", into="USD", rates={"KHR": rate(worth=worth)})
    assert str(found) == converted


def test_the_largest_amounts_are_added_to_the_hundredth() -> None:
    most = cost("9999999999999.99", quantity=2**31 - 1, currency="KHR")
    (year,) = add_up(program_of(most, cost("0.01"), rate(worth="9999999999.99999999"))).years
    exact = 999_999_999_999_999 * (2**31 - 1) * 999_999_999_999_999_999  # in hundredths, and in 10⁻⁸ of the rate
    hundredths = exact // 10**8 + (exact % 10**8 >= 10**8 // 2) + 1
    assert str(year.sums.cost) == f"{hundredths // 100}.{hundredths % 100:02}"
    assert year.sums.gap == year.sums.cost


def test_without_a_rate_an_amount_is_left_out_and_named() -> None:
    without = cost(5_000_000, currency="KHR", pk=7), given_by(1, 3, currency="EUR", pk=8, year=2028)
    turned_round = rate("USD", "4000", into="KHR")
    result = add_up(program_of(cost(100), *without, turned_round))
    assert [(one.year, one.sums.cost, one.sums.secured, one.sums.left_out) for one in result.years] == [
        (2027, D(100), D(0), 1),
        (2028, D(0), D(0), 1),
    ]
    assert [one.fact for one in result.left_out] == list(without)
    assert arithmetic.total(result.years).left_out == 2


def test_rates_into_another_currency_no_longer_apply() -> None:
    facts = cost(4000, currency="KHR"), cost(1), rate()
    assert [one.worth for one in add_up(program_of(*facts)).costs] == [D(1), D(1)]
    assert [one.worth for one in add_up(program_of(*facts, currency="KHR")).costs] == [D(4000), None]


def test_phases_are_sums_of_their_years() -> None:
    years = add_up(
        program_of(cost(10), cost(20, year=2028), cost(40, year=2030), given_by(1, 15, year=2028), given_by(year=2029))
    ).years
    phases = PhaseFacts(1, "Two districts", 2027, 2028), PhaseFacts(2, "The region", 2028, 2029)
    found = by_phase(phases, years)
    assert [(one.phase.pk, one.sums.cost, one.sums.gap, one.years_without_cost) for one in found] == [
        (1, D(30), D(15), []),
        (2, D(20), D(5), [2029]),
    ]
    assert in_no_phase(phases, years) == [2030]


def test_nothing_planned() -> None:
    result = add_up(program_of())
    assert (result.years, result.left_out, arithmetic.total(result.years)) == ([], [], Sums())
    assert program_of().is_empty
    assert not program_of(cost()).is_empty


@pytest.mark.parametrize(
    ("amount", "worth", "converted"),
    [
        ("4050", "4050", "1.00"),
        ("8_100_000_000", "4050", "2000000.00"),  # by 0.00024691, the best of eight decimals, it would be 1999971.00
        ("20.25", "4050", "0.01"),
        ("20.24", "4050", "0.00"),
        ("1", "3", "0.33"),
        ("9999999999999.99", "0.00000001", "999999999999999000000.00"),
    ],
)
def test_a_rate_said_the_other_way_round_divides(amount: str, worth: str, converted: str) -> None:
    turned = rate(worth=worth, is_turned=True)
    assert turned.sides == ("USD", "KHR")
    assert str(convert(D(amount), "KHR", into="USD", rates={"KHR": turned})) == converted


def test_what_a_gap_is_made_of() -> None:
    some, none, unknown = Tally(2), Tally(), Tally(0, 1, frozenset({"KES"}))
    assert Tallies(cost=some, secured=unknown).gap == Tally(2, 1, frozenset({"KES"}))
    assert Tallies(cost=unknown, secured=some).gap.is_unknown
    assert Tallies(cost=none, secured=unknown).gap == none  # no cost, no gap, whatever is given
    assert Tallies(cost=some, pledged=unknown).gap == some
    assert Tallies(cost=some, pledged=unknown).gap_if_pledged.left_out == 1
    assert Tallies(cost=some, hoped=unknown).gap_if_hoped.left_out == 1
