"""What the overview and the workbook read: totals from this year on, and what follows from them."""

from decimal import Decimal

import pytest

from funding.domain.reading import Reading, read
from funding.models import FundingPlan
from funding.tests.rows_of_money import add_cost, add_phase, add_rate, add_source, give, year
from programs.models import Program

pytestmark = pytest.mark.django_db
D = Decimal


def reading_of(program: Program) -> Reading:
    return read(program, year=year())


def test_nothing_planned(program: Program) -> None:
    found = reading_of(program)
    assert (found.planned.is_empty, found.ahead, found.is_over) == (True, [], False)
    assert (found.source_sums, found.phases, found.rates, found.shortfalls, found.carried) == ([], [], [], [], [])
    assert (found.concentration.share.value, found.concentration_by_year) == (None, {})


def test_totals_run_from_this_year_on(program: Program) -> None:
    ministry = add_source(program)
    for ahead, amount in ((-1, 7), (0, 100), (2, 50)):
        add_cost(program, amount, year=year(ahead))
        give(ministry, amount // 2, year=year(ahead))
    found = reading_of(program)
    assert [one.year for one in found.result.years] == [year(-1), year(), year(2)]
    assert [one.year for one in found.ahead] == [year(), year(2)]
    assert (found.sums.cost, found.sums.secured, found.sums.gap) == (D(150), D(75), D(75))
    assert [one.secured for one in found.source_sums] == [D(75)]
    assert not found.is_over


def test_where_all_is_over_totals_run_over_all_years(program: Program) -> None:
    add_cost(program, 5, year=year(-2))
    found = reading_of(program)
    assert (found.is_over, found.sums.cost) == (True, D(5))


def test_phases_and_years_in_none(program: Program) -> None:
    add_cost(program, 10, year=year(1))
    add_cost(program, 20, year=year(4))
    assert (reading_of(program).phases, reading_of(program).in_no_phase) == ([], [])
    add_phase(program, first=1, last=2)
    found = reading_of(program)
    assert [(one.sums.cost, one.years_without_cost) for one in found.phases] == [(D(10), [year(2)])]
    assert found.in_no_phase == [year(4)]


def test_one_source_year_by_year(program: Program) -> None:
    ministry, fund = add_source(program), add_source(program, "Fund", kind="donor")
    give(ministry, 30, year=year(1))
    give(fund, 70, year=year(1))
    give(ministry, 40, year=year(2))
    give(fund, 99, year=year(3), status="pledged")
    found = reading_of(program)
    largest = {number: one.largest[0].name for number, one in found.concentration_by_year.items()}
    assert largest == {year(1): "Fund", year(2): "Ministry of Health"}
    assert {one.name for one in found.concentration.largest} == {"Fund", "Ministry of Health"}


def test_money_bound_to_what_costs_less(program: Program) -> None:
    ministry = add_source(program)
    add_cost(program, 10, kind="central")
    give(ministry, 10, covers="start_up")
    add_cost(program, 10, year=year(2))
    give(ministry, 30, year=year(2))
    found = reading_of(program)
    assert [one.year for one in found.bound_elsewhere] == [year(1)]
    assert [(one.year, one.over_before, one.over_after) for one in found.shortfalls] == [(year(1), D(0), D(20))]


def test_rates_that_were_used(program: Program) -> None:
    add_rate(program, "KHR", "0.0002")
    newest, _unused = add_rate(program, "KHR", "0.00025"), add_rate(program, "EUR", "1.1")
    add_cost(program, 4000, currency="KHR")
    assert [one.pk for one in reading_of(program).rates] == [newest.pk]
    FundingPlan.objects.filter(pk=program.pk).update(currency="EUR")
    found = reading_of(program)
    assert (found.rates, found.sums.left_out, found.sums.cost) == ([], 1, D(0))
