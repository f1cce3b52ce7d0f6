"""Portfolios with summarised programs, made without a worker."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Portfolio
from assessments.domain.summaries import REFRESH_LISTINGS
from conftest import list_program, make_program
from dashboards.domain import rollups
from programs.models import Guide, Program, ProgramSummary, StepPlan


@pytest.fixture
def summarise() -> Callable[..., Program]:
    """Gives a program the summaries (both, or one `view`) and listing columns a worker would write."""

    def write(program: Program, *, view: str = "", **figures: Any) -> Program:
        figures = {"computed_at": timezone.now(), "last_activity_at": timezone.now()} | figures
        rows = ProgramSummary.objects.filter(program=program)
        (rows.filter(view=view) if view else rows).update(**figures)
        with connection.cursor() as cursor:
            cursor.execute(REFRESH_LISTINGS, [[program.pk]])
        return program

    return write


@pytest.fixture
def make_listed(portfolio: Portfolio, guide: Guide, summarise: Callable[..., Program]) -> Callable[..., Program]:
    """Makes a summarised program in the portfolio, its home unless said otherwise."""

    def make(name: str, *, is_home: bool = True, fields: dict[str, Any] | None = None, **figures: Any) -> Program:
        lead = portfolio.organisation.affiliations.earliest("pk").user
        program = make_program(portfolio.organisation, lead, guide, name=name, **fields or {})
        list_program(program, portfolio, is_home=is_home)
        return summarise(program, **figures)

    return make


@pytest.fixture
def set_state() -> Callable[..., StepPlan]:
    """Puts one step of a program in a state."""

    def put(program: Program, number: int, state: str, **fields: Any) -> StepPlan:
        plan = StepPlan.objects.select_related("step").get(program=program, step__number=number)
        for name, value in ({"state": state} | fields).items():
            setattr(plan, name, value)
        plan.save()
        return plan

    return put


@pytest.fixture
def rolled_up(portfolio: Portfolio) -> Callable[[], None]:
    """Adds up every portfolio now, however fresh its sums are."""

    def roll() -> None:
        rollups.sweep()
        rollups.refresh(portfolio)

    return roll


@pytest.fixture
def assert_queries() -> Callable[[int], AbstractContextManager[None]]:
    """As django_assert_num_queries, without those of the session: a slow machine may miss its cache."""

    @contextmanager
    def check(expected: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as queries:
            yield
        asked = [query["sql"] for query in queries if "django_session" not in query["sql"]]
        assert len(asked) == expected, "\n".join(asked)

    return check
