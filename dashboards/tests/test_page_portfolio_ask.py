"""Asking a program to join: by its name if one can see it, by a link for any lead."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Portfolio, User, Watcher
from programs.domain import listing
from programs.models import Listing, Program


@pytest.fixture
def both(facilitator: User, other_portfolio: Portfolio, other_program: Program) -> User:
    """The facilitator, who also helps in the other portfolio."""
    Watcher.objects.create(portfolio=other_portfolio, user=facilitator, role=Watcher.Role.FACILITATOR)
    return facilitator


def test_only_programs_one_can_see_are_offered(
    portfolio: Portfolio, facilitator: User, program: Program, other_program: Program, client_for: Callable[..., Client]
) -> None:
    page = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/ask/").content.decode()
    assert "Send its lead a link" in page
    assert "other program" not in page
    assert "<select" not in page


def test_the_link_leads_to_this_portfolio(
    portfolio: Portfolio, facilitator: User, program: Program, client_for: Callable[..., Client]
) -> None:
    page = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/ask/").content.decode()
    token = page.partition("/programs/join/")[2].partition("/")[0]
    assert listing.portfolio_of(token) == portfolio


def test_asking_waits_for_the_lead(
    portfolio: Portfolio, both: User, other_program: Program, client_for: Callable[..., Client]
) -> None:
    client = client_for(both)
    for _ in range(2):  # a double click asks once
        response = client.post(f"/portfolios/{portfolio.pk}/ask/", {"program": other_program.pk}, follow=True)
    asked = Listing.objects.get(portfolio=portfolio, program=other_program)
    assert (asked.asked_by, asked.agreed_at) == (both, None)
    assert "The lead of “other program” is asked." in response.content.decode()


@pytest.mark.parametrize("wanted", ["", "999999", "x"])
def test_a_wrong_choice_is_told_and_asks_nothing(
    portfolio: Portfolio, both: User, other_program: Program, client_for: Callable[..., Client], wanted: str
) -> None:
    response = client_for(both).post(f"/portfolios/{portfolio.pk}/ask/", {"program": wanted})
    assert response.status_code == 422
    assert ("Choose a program." if not wanted else "Choose one of the programs shown.") in response.content.decode()
    assert not Listing.objects.filter(portfolio=portfolio, program=other_program).exists()


def test_a_foreign_program_cannot_be_asked_by_its_number(
    portfolio: Portfolio, facilitator: User, program: Program, other_program: Program, client_for: Callable[..., Client]
) -> None:
    response = client_for(facilitator).post(f"/portfolios/{portfolio.pk}/ask/", {"program": other_program.pk})
    assert response.status_code == 422
    assert not Listing.objects.filter(portfolio=portfolio, program=other_program).exists()


def test_nobody_else_asks(
    portfolio: Portfolio, donor: User, lead: User, program: Program, client_for: Callable[..., Client]
) -> None:
    for user in (donor, lead):
        assert client_for(user).post(f"/portfolios/{portfolio.pk}/ask/", {"program": program.pk}).status_code == 404
