"""In which portfolios a program is listed: asked, agreed, declined, left, home."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Portfolio, User
from programs.domain import listing
from programs.models import Listing, Program, StepPlan, StepState

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def browser(client_for: ClientFor, lead: User) -> Client:
    return client_for(lead)


@pytest.fixture
def asked(program: Program, other_portfolio: Portfolio, other_facilitator: User) -> Listing:
    return listing.ask(program, other_portfolio, by=other_facilitator)


def press(browser: Client, row: Listing, verb: str) -> object:
    url = reverse("programs:listing_change", args=[row.program_id, row.pk])
    return browser.post(url, {"verb": verb}, follow=True)


def listings(program: Program) -> dict[str, tuple[bool, bool]]:
    rows = Listing.objects.filter(program=program)
    return {row.portfolio.name: (row.agreed_at is not None, row.is_home) for row in rows}


def test_request_shows_nothing_until_the_lead_agrees(
    browser: Client, client_for: ClientFor, asked: Listing, program: Program, other_facilitator: User
) -> None:
    page = reverse("programs:program", args=[program.pk])
    assert client_for(other_facilitator).get(page).status_code == 404
    press(browser, asked, "agree")
    assert client_for(other_facilitator).get(page).status_code == 200


def test_asking_twice_is_one_request(asked: Listing, program: Program, other_portfolio, other_facilitator) -> None:
    assert listing.ask(program, other_portfolio, by=other_facilitator) == asked


def test_declined_request_is_gone(browser: Client, asked: Listing, program: Program) -> None:
    press(browser, asked, "decline")
    assert listings(program) == {"own portfolio": (True, True)}


def test_home_moves_and_only_one_is_home(browser: Client, asked: Listing, program: Program) -> None:
    refused = press(browser, asked, "home")
    assert "Agree to the listing first." in refused.content.decode()
    press(browser, asked, "agree")
    press(browser, asked, "home")
    assert listings(program) == {"own portfolio": (True, False), "other portfolio": (True, True)}


def test_home_stays_while_a_step_waits(browser: Client, asked: Listing, program: Program) -> None:
    press(browser, asked, "agree")
    StepPlan.objects.filter(program=program, step__number=4).update(state=StepState.SUBMITTED)
    home = Listing.objects.get(program=program, is_home=True)
    for row, verb in ((home, "leave"), (asked, "home")):
        assert "Step 4 waits for a decision there" in press(browser, row, verb).content.decode()
    assert listings(program) == {"own portfolio": (True, True), "other portfolio": (True, False)}


def test_program_leaves_a_portfolio(browser: Client, program: Program, client_for: ClientFor, donor: User) -> None:
    press(browser, Listing.objects.get(program=program), "leave")
    assert listings(program) == {}
    assert client_for(donor).get(reverse("programs:program", args=[program.pk])).status_code == 404


@pytest.mark.parametrize("who", ["editor", "viewer", "facilitator"])
def test_others_decide_nothing(
    request: pytest.FixtureRequest, client_for: ClientFor, asked: Listing, program: Program, who: str
) -> None:
    somebody = client_for(request.getfixturevalue(who))
    assert press(somebody, asked, "agree").status_code == 403
    assert listings(program)["other portfolio"] == (False, False)


def test_request_of_another_program_is_not_here(browser: Client, program: Program, other_program: Program) -> None:
    row = Listing.objects.get(program=other_program)
    url = reverse("programs:listing_change", args=[program.pk, row.pk])
    assert browser.post(url, {"verb": "leave"}).status_code == 404
    assert browser.post(reverse("programs:listing_change", args=[other_program.pk, row.pk])).status_code == 404


def test_lead_lists_the_program_in_an_own_portfolio(browser: Client, program: Program) -> None:
    own = Portfolio.objects.create(name="Second portfolio", organisation=program.organisation)
    browser.post(reverse("programs:portfolios", args=[program.pk]), {"portfolio": own.pk})
    assert listings(program)["Second portfolio"] == (True, False)


def test_administrator_asks_and_the_lead_agrees(client_for: ClientFor, admin: User, program: Program) -> None:
    own = Portfolio.objects.create(name="Second portfolio", organisation=program.organisation)
    client_for(admin).post(reverse("programs:portfolios", args=[program.pk]), {"portfolio": own.pk})
    assert listings(program)["Second portfolio"] == (False, False)


def test_portfolio_of_others_cannot_be_chosen(browser: Client, program: Program, other_portfolio: Portfolio) -> None:
    Portfolio.objects.create(name="Second portfolio", organisation=program.organisation)
    page = reverse("programs:portfolios", args=[program.pk])
    response = browser.post(page, {"portfolio": other_portfolio.pk})
    assert response.status_code == 422
    assert other_portfolio.name not in response.content.decode()
    assert listings(program) == {"own portfolio": (True, True)}


def test_facilitator_asks_only_what_they_can_see(
    other_portfolio: Portfolio, other_facilitator: User, facilitator: User, portfolio: Portfolio, program: Program
) -> None:
    assert listing.may_be_asked(other_portfolio, by=other_facilitator) == []
    assert listing.may_be_asked(other_portfolio, by=facilitator) == [program]
    assert listing.may_be_asked(portfolio, by=facilitator) == []


def test_link_lets_a_lead_join(browser: Client, program: Program, other_portfolio: Portfolio) -> None:
    address = listing.join_path(other_portfolio)
    assert other_portfolio.name in browser.get(address).content.decode()
    browser.post(address, {"program": program.pk, "is_home": "on"})
    assert listings(program) == {"own portfolio": (True, False), "other portfolio": (True, True)}


def test_link_offers_only_programs_one_leads(
    client_for: ClientFor, editor: User, program: Program, other_portfolio: Portfolio
) -> None:
    address = listing.join_path(other_portfolio)
    response = client_for(editor).post(address, {"program": program.pk})
    assert response.status_code == 422
    assert listings(program) == {"own portfolio": (True, True)}


@pytest.mark.parametrize(
    "token", ["x", "1:abc", signing.dumps(1, salt="another")], ids=["short", "unsigned", "other salt"]
)
def test_wrong_link_leads_nowhere(browser: Client, token: str) -> None:
    assert browser.get(reverse("programs:join", args=[token])).status_code == 404


def test_old_link_leads_nowhere(browser: Client, portfolio: Portfolio, time_machine) -> None:
    address = listing.join_path(portfolio)
    time_machine.move_to(timezone.now() + timedelta(days=61))
    assert listing.portfolio_of(address.split("/")[-2]) is None


@pytest.mark.parametrize("count", [1, 3])
def test_portfolios_page_asks_the_same_number_of_questions(
    browser: Client, program: Program, admin: User, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        listing.ask(program, Portfolio.objects.create(name=f"P{number}", organisation=program.organisation), by=admin)
    page = reverse("programs:portfolios", args=[program.pk])
    browser.get(page)
    with django_assert_num_queries(6):  # the person, the program, its organisation, whether of it, offers, listings
        browser.get(page)
