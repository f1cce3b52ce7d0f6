"""Asking a program to join: by its name if one can see it, by a link for any lead."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Portfolio, User, Watcher
from dashboards.domain import rollups
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
    assert "Send a program’s lead this link" in page
    assert "other program" not in page
    assert "<select" not in page


def test_the_link_leads_to_this_portfolio(
    portfolio: Portfolio, facilitator: User, program: Program, client_for: Callable[..., Client]
) -> None:
    page = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/ask/").content.decode()
    token = page.partition("/programs/join/")[2].partition("/")[0]
    assert listing.portfolio_of(token) == portfolio


def test_an_empty_portfolio_shows_the_link_at_once(
    portfolio: Portfolio, facilitator: User, program: Program, client_for: Callable[..., Client]
) -> None:
    client = client_for(facilitator)
    assert "/programs/join/" not in client.get(f"/portfolios/{portfolio.pk}/").content.decode()
    Listing.objects.all().delete()
    rollups.refresh(portfolio)
    page = client.get(f"/portfolios/{portfolio.pk}/").content.decode()
    token = page.partition("/programs/join/")[2].partition("/")[0]
    assert listing.portfolio_of(token) == portfolio


@pytest.mark.parametrize("path", ["", "queue/", "ask/"])
def test_the_menu_tells_facilitators_how_to_join(
    portfolio: Portfolio, facilitator: User, program: Program, client_for: Callable[..., Client], path: str
) -> None:
    page = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/{path}").content.decode()
    menu = page.partition("<nav")[2].partition("</nav>")[0]
    assert (f'href="/portfolios/{portfolio.pk}/ask/"' in menu, "How to join" in menu) == (True, True)


def test_donors_are_not_told(
    portfolio: Portfolio, donor: User, program: Program, client_for: Callable[..., Client]
) -> None:
    page = client_for(donor).get(f"/portfolios/{portfolio.pk}/donor/").content.decode()
    assert ("How to join" in page, "/programs/join/" in page) == (False, False)


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
