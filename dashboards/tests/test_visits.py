"""Since your last visit: what counts as one, and that nobody's visit disturbs another's."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import Portfolio, User
from dashboards.domain import rollups, visits
from dashboards.models import Visit
from programs.models import Program

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def see(portfolio: Portfolio, donor: User) -> Callable[..., visits.PortfolioVisit]:
    def look(at: datetime, *, by: User = donor, view: str = "settled") -> visits.PortfolioVisit:
        return visits.to_portfolio(portfolio, view=view, by=by, now=at)

    return look


def test_the_first_visit_has_none_before_it(see: Callable, program: Program) -> None:
    assert see(MONDAY) == visits.PortfolioVisit(None, None, None, {})


def test_looking_again_within_half_an_hour_is_the_same_visit(see: Callable) -> None:
    see(MONDAY)
    assert see(MONDAY + timedelta(minutes=29)).previous_at is None
    assert see(MONDAY + timedelta(minutes=58)).previous_at is None


def test_half_an_hour_without_a_look_starts_a_new_visit(see: Callable) -> None:
    see(MONDAY)
    last_look = MONDAY + timedelta(minutes=20)
    see(last_look)
    assert see(last_look + timedelta(minutes=30)).previous_at == last_look
    assert see(last_look + timedelta(minutes=40)).previous_at == last_look


def test_figures_of_the_visit_before_are_those_seen_last(
    see: Callable, program: Program, summarise: Callable, rolled_up: Callable
) -> None:
    rollups.sweep()
    see(MONDAY)
    summarise(program, done=5)
    rolled_up()
    assert see(MONDAY + timedelta(minutes=5)).figures["done"] == 5
    summarise(program, done=9)
    rolled_up()
    tuesday = see(MONDAY + timedelta(days=1))
    assert (tuesday.figures["done"], tuesday.previous_figures["done"]) == (9, 5)


def test_people_and_views_have_visits_of_their_own(see: Callable, facilitator: User) -> None:
    see(MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    assert see(tuesday, by=facilitator).previous_at is None
    assert see(tuesday, view="live").previous_at is None
    assert see(tuesday).previous_at == MONDAY


def test_program_homes_are_seen_together(
    program: Program, make_listed: Callable, lead: User, summarise: Callable[..., Program]
) -> None:
    second = make_listed("Second", before=0.4)
    summarise(program, before=0.25, passed_count=1)
    pks = [program.pk, second.pk]
    assert visits.to_programs(pks, by=lead, now=MONDAY) == {pk: visits.ProgramVisit(None, {}) for pk in pks}
    summarise(program, before=0.5)
    seen = visits.to_programs(pks, by=lead, now=MONDAY + timedelta(days=1))
    assert seen[program.pk] == visits.ProgramVisit(MONDAY, {"before": 0.25, "during": 0, "passed": 1})
    assert visits.to_programs([], by=lead, now=MONDAY) == {}


@pytest.mark.django_db(transaction=True)
def test_ten_tabs_opened_at_once_are_one_visit(portfolio: Portfolio, donor: User) -> None:
    def look() -> None:
        visits.to_portfolio(portfolio, view="settled", by=donor, now=MONDAY)
        connection.close()

    tabs = [threading.Thread(target=look) for _ in range(10)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert list(Visit.objects.values_list("user", "previous_at")) == [(donor.pk, None)]
