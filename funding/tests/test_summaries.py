"""Figures for portfolios and donors: counted by the worker, written only when newer, and found by a sweep."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from conftest import make_program
from funding import tasks
from funding.domain import gathering, plans, summaries
from funding.domain.counting import COUNT, mark_stale
from funding.domain.summaries import MOST, Figures, YearFigures
from funding.models import FundingPlan, FundingSummary
from funding.tests.rows_of_money import add_cost, add_source, give, year
from programs.models import Program
from scaleup import doorbell

pytestmark = pytest.mark.django_db
D = Decimal
WAYS = 11  # six to read, one to hold, one to write, one to settle, two to stamp listings


@pytest.fixture
def planned(program: Program) -> Program:
    """A cost of last year, one of next year, and half of it secured."""
    add_cost(program, 77, year=year(-1))
    add_cost(program, 1000)
    ministry = add_source(program, "Canary ministry")
    give(ministry, 500)
    give(ministry, 200, status="pledged")
    give(ministry, 100, status="hoped")
    return program


def test_figures_of_the_years_ahead(planned: Program) -> None:
    tasks.count_funding(planned.pk)
    assert summaries.of_programs([planned.pk]) == {
        planned.pk: Figures(
            currency="USD",
            cost=D(1000),
            secured=D(500),
            gap=D(500),
            years=[YearFigures(year(1), D(1000), D(500), D(200), D(100))],
            left_out=0,
            without_rate=[],
            is_known=True,
            counted_on=timezone.localdate(),
        )
    }


def test_figures_show_no_names(planned: Program) -> None:
    tasks.count_funding(planned.pk)
    assert "Canary" not in repr(summaries.of_programs([planned.pk]))
    assert "Canary" not in repr(FundingSummary.objects.values().get())
    assert {one.name for one in fields(Figures)} == {
        "currency", "cost", "secured", "gap", "years", "left_out", "without_rate", "is_known", "counted_on"
    }  # fmt: skip


def test_what_has_no_rate_is_said(planned: Program) -> None:
    add_cost(planned, 9, currency="KHR", year=year(-1))
    summaries.refresh([planned.pk])
    assert summaries.of_programs([planned.pk])[planned.pk].left_out == 0  # of last year nobody speaks
    add_cost(planned, 9, currency="KHR")
    summaries.refresh([planned.pk])
    found = summaries.of_programs([planned.pk])[planned.pk]
    assert (found.left_out, found.without_rate, found.is_known, found.cost) == (1, ["KHR"], True, D(1000))


def test_a_cost_nobody_can_add_up_is_not_nought(program: Program) -> None:
    add_cost(program, 9, currency="KHR")
    give(add_source(program), 5)
    summaries.refresh([program.pk])
    found = summaries.of_programs([program.pk])[program.pk]
    assert (found.is_known, found.left_out, found.without_rate) == (False, 1, ["KHR"])
    assert found.years == [YearFigures(year(1), None, D(5), D(0), D(0))]
    add_cost(program, 7, year=year(2))
    summaries.refresh([program.pk])
    found = summaries.of_programs([program.pk])[program.pk]
    assert (found.is_known, found.cost, [one.cost for one in found.years]) == (True, D(7), [None, D(7)])


def test_a_change_makes_them_old_and_the_bell_brings_them_up_to_date(
    planned: Program, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    rung = []
    monkeypatch.setattr(doorbell, "ring_now", lambda *what: rung.append(what))
    summaries.refresh([planned.pk])
    assert summaries.out_of_date(10) == []
    with django_capture_on_commit_callbacks(execute=True):
        mark_stale(planned.pk)
    assert rung == [(COUNT, planned.pk)] == [(tasks.count_funding.name, planned.pk)]
    assert summaries.out_of_date(10) == [planned.pk]
    tasks.count_funding(planned.pk)
    assert summaries.out_of_date(10) == []


def test_a_task_with_nothing_to_do_asks_once(planned: Program, django_assert_num_queries) -> None:
    summaries.refresh([planned.pk])
    with django_assert_num_queries(1):
        tasks.count_funding(planned.pk)


def test_what_the_bell_missed_the_sweep_finds(planned: Program, other_program: Program) -> None:
    add_cost(other_program, 3)
    tasks.sweep_funding()
    found = summaries.of_programs([planned.pk, other_program.pk])
    assert {pk: one.cost for pk, one in found.items()} == {planned.pk: D(1000), other_program.pk: D(3)}
    assert summaries.out_of_date(10) == []


def test_a_new_year_makes_them_old(planned: Program) -> None:
    summaries.refresh([planned.pk])
    with time_machine.travel(date(year(), 12, 31)):
        assert summaries.out_of_date(10) == []
    with time_machine.travel(date(year(2), 1, 1)):
        assert summaries.out_of_date(10) == [planned.pk]
        tasks.sweep_funding()
        assert summaries.out_of_date(10) == []
        found = FundingSummary.objects.get()
        assert (found.cost, found.years, found.counted_on) == (D(0), [], date(year(), 1, 1))


def test_who_waits_longest_comes_first(planned: Program, other_program: Program) -> None:
    add_cost(other_program, 3)
    FundingPlan.objects.filter(pk=other_program.pk).update(changed_at="2026-01-01T00:00Z")
    assert summaries.out_of_date(10) == [other_program.pk, planned.pk]
    assert summaries.out_of_date(1) == [other_program.pk]


def test_older_figures_never_overwrite_newer_ones(planned: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    older = gathering.gather([planned.pk])
    add_cost(planned, 5)
    summaries.refresh([planned.pk])
    monkeypatch.setattr(summaries, "gather", lambda ids: older)
    assert summaries.refresh([planned.pk]) == 0
    assert summaries.of_programs([planned.pk])[planned.pk].cost == D(1005)


def test_what_changes_while_it_is_counted_is_counted_again(planned: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def gather(ids: list[int]) -> list[gathering.Planned]:
        found = gathering.gather(ids)
        mark_stale(planned.pk)
        return found

    monkeypatch.setattr(summaries, "gather", gather)
    assert summaries.refresh([planned.pk]) == 1
    assert summaries.out_of_date(10) == [planned.pk]


def test_one_that_cannot_be_counted_does_not_hold_up_the_others(
    planned: Program, other_program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    add_cost(other_program, 3)
    add_up = summaries.add_up

    def failing(plan: gathering.Planned) -> object:
        if plan.program_id == planned.pk:
            raise ArithmeticError
        return add_up(plan)

    monkeypatch.setattr(summaries, "add_up", failing)
    tasks.sweep_funding()
    assert list(summaries.of_programs([planned.pk, other_program.pk])) == [other_program.pk]
    assert summaries.out_of_date(10) == [planned.pk]
    assert f"summaries of funding: {planned.pk} cannot be computed" in caplog.text


def test_more_than_a_column_takes(program: Program) -> None:
    add_cost(program, "9999999999999.99", quantity=2**31 - 1)
    assert summaries.refresh([program.pk]) == 1
    found = summaries.of_programs([program.pk])[program.pk]
    assert (found.cost, found.gap) == (MOST, MOST)
    assert found.years[0].cost > MOST


def test_who_planned_no_cost_has_no_figures(program: Program, other_program: Program) -> None:
    """A gap of nought would say that all is paid."""
    plans.begin(program)
    assert summaries.refresh([program.pk, other_program.pk]) == 1
    assert summaries.of_programs([program.pk, other_program.pk]) == {}
    give(add_source(program), 400)
    add_cost(other_program, 100)
    assert summaries.refresh([program.pk, other_program.pk]) == 2
    assert list(summaries.of_programs([program.pk, other_program.pk])) == [other_program.pk]


def test_many_programs_take_no_more_queries_than_one(
    planned: Program, other_program: Program, django_assert_num_queries
) -> None:
    third = make_program(planned.organisation, planned.created_by, planned.guide, name="Third")
    add_cost(other_program)
    add_cost(third)
    summaries.refresh([planned.pk])
    FundingPlan.objects.update(inputs_seq=F("inputs_seq") + 1)
    with django_assert_num_queries(WAYS + 2):  # and a savepoint, made and left
        assert summaries.refresh([planned.pk]) == 1
    with django_assert_num_queries(WAYS + 2):
        assert summaries.refresh([planned.pk, other_program.pk, third.pk]) == 3
    with django_assert_num_queries(1):
        assert len(summaries.of_programs([planned.pk, other_program.pk, third.pk])) == 3
