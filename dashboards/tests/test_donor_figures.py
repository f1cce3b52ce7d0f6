"""Roles and money as donors read them: added up by currency, stale when counted anew, and no name, text or contact."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Portfolio, User
from dashboards.domain import rollups
from dashboards.domain.figures import Money
from dashboards.models import PortfolioRollup
from funding.domain import summaries as funding
from funding.models import FundingPlan
from funding.tests.rows_of_money import add_cost, add_source, give, year
from partners.domain import summaries as roles
from partners.models import Agreement, FocalPerson, Partner
from partners.tests import role_cases
from programs.models import Program

pytestmark = pytest.mark.django_db
Page = Callable[..., str]
SECRETS = {
    "partner": "Canarypartner",
    "agreement": "canary-agreement",
    "contact": "Canarycontact",
    "address": "canary@example.org",
    "source": "canary-source",
    "note": "canary-note",
    "cost": "canary-cost",
}


@pytest.fixture
def page(portfolio: Portfolio, donor: User, client_for: Callable[..., Client]) -> Page:
    """A page of the donor, as words from its main part on; the whole of it with `whole`."""
    client = client_for(donor)

    def get(path: str = "", *, whole: bool = False) -> str:
        response = client.get(f"/portfolios/{portfolio.pk}/donor/{path}")
        assert response.status_code == 200
        text = response.text if whole else re.sub(r"<[^>]+>", " ", response.text[response.text.index("<main") :])
        return " ".join(text.split())

    return get


@pytest.fixture
def in_riel(make_listed: Callable[..., Program]) -> Program:
    """A second program of the portfolio, which plans in another currency and has one covered function."""
    made = make_listed("Village seed clubs")
    FundingPlan.objects.create(program=made, currency="KHR")
    add_cost(made, 5000, currency="KHR")
    role_cases.give(role_cases.add_partner(made))
    return made


@pytest.fixture
def in_dollars(program: Program) -> Program:
    """The portfolio's own program: 200 of its 1,000 USD are over in a year that costs less."""
    add_cost(program, 100, year=year(0))
    add_cost(program, 900)
    source = add_source(program)
    give(source, 300, year=year(0))
    give(source, 400)
    partner = role_cases.add_partner(program)
    role_cases.give(partner)
    role_cases.sign(partner)
    return program


def counted(*programs: Program) -> None:
    for area in (roles, funding):
        area.refresh([program.pk for program in programs])


def kept(portfolio: Portfolio) -> Any:
    return rollups.figures_of(portfolio, view="settled")


def test_roles_and_money_are_added_up_each_currency_by_itself(
    in_dollars: Program, in_riel: Program, portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    counted(in_dollars, in_riel)
    rolled_up()
    found = kept(portfolio)
    functions = sum(program.role_summary.functions for program in (in_dollars, in_riel))
    assert (found.functions, found.covered, found.agreed) == (functions, 2, 1)
    assert found.money == (
        Money("KHR", 1, Decimal(5000), Decimal(0), Decimal(5000)),
        Money("USD", 1, Decimal(1000), Decimal(700), Decimal(500)),
    )


def test_programs_in_one_currency_are_one_sum(
    in_dollars: Program, make_listed: Callable[..., Program], portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    other = make_listed("Village seed clubs")
    add_cost(other, "0.50")
    counted(in_dollars, other)
    rolled_up()
    assert kept(portfolio).money == (Money("USD", 2, Decimal("1000.50"), Decimal(700), Decimal("500.50")),)


def test_an_archived_program_is_in_no_sum(
    in_dollars: Program, in_riel: Program, portfolio: Portfolio, rolled_up: Callable[[], None]
) -> None:
    counted(in_dollars, in_riel)
    Program.objects.filter(pk=in_riel.pk).update(archived_at=timezone.now())
    rolled_up()
    found = kept(portfolio)
    assert [money.currency for money in found.money] == ["USD"]
    assert (found.functions, found.covered) == (in_dollars.role_summary.functions, 1)


def test_who_named_no_partner_and_planned_no_cost_is_in_no_sum(
    program: Program, portfolio: Portfolio, rolled_up: Callable[[], None], page: Page
) -> None:
    give(add_source(program), 400)
    counted(program)
    rolled_up()
    assert (kept(portfolio).functions, kept(portfolio).money) == (0, ())
    assert "still missing" not in page() + page(f"programs/{program.pk}/")


def test_what_is_covered_and_what_is_missing_make_the_cost(
    in_dollars: Program, rolled_up: Callable[[], None], page: Page
) -> None:
    """Money that is over in its year is secured and fills no gap: it is not said to."""
    counted(in_dollars)
    rolled_up()
    said = "500 USD still missing from this year on secured money covers 500 of 1,000"
    assert f"{said}; 1 program that plans in it" in page()
    assert said in page(f"programs/{in_dollars.pk}/")


def test_amounts_without_a_rate_are_told(program: Program, page: Page) -> None:
    add_cost(program, 900)
    counted(program)
    assert "without" not in page(f"programs/{program.pk}/")
    add_cost(program, 9, currency="KHR")
    counted(program)
    said = page(f"programs/{program.pk}/")
    assert "900* USD still missing from this year on secured money covers 0 of 900" in said
    assert "* without 1 amount: no rate for KHR" in said


def test_what_cannot_be_added_up_is_no_nought(
    program: Program,
    make_listed: Callable[..., Program],
    portfolio: Portfolio,
    rolled_up: Callable[[], None],
    page: Page,
) -> None:
    partly, whole = make_listed("Partly"), make_listed("Whole")
    add_cost(program, 9, currency="KES")
    add_cost(partly, 9, currency="KES")
    for one in (partly, whole):
        add_cost(one, 100)
    counted(program)
    rolled_up()
    assert kept(portfolio).money == (Money("USD", 0, Decimal(0), Decimal(0), Decimal(0), unknown=1),)
    said = "what is missing in USD cannot be added up"
    assert f"– {said} 1 program cannot be added up: no exchange rate" in page()
    assert f"– {said} without 1 amount: no rate for KES" in page(f"programs/{program.pk}/")
    counted(partly, whole)
    rolled_up()
    assert kept(portfolio).money == (Money("USD", 2, Decimal(200), Decimal(0), Decimal(200), partly=1, unknown=1),)
    told = page()
    assert "200* USD still missing from this year on" in told
    assert "* some amounts of 1 program are left out: no exchange rate" in told
    assert "1 program cannot be added up: no exchange rate" in told


def test_sums_of_an_older_rollup_are_read_as_whole() -> None:
    data = {"currency": "USD", "programs": 2, "cost": "9", "secured": "4", "gap": "5"}
    assert Money.from_data(data) == Money("USD", 2, Decimal(9), Decimal(4), Decimal(5))


@pytest.mark.parametrize("area", [roles, funding])
def test_sums_are_out_of_date_once_roles_or_money_were_counted(
    in_dollars: Program, portfolio: Portfolio, rolled_up: Callable[[], None], area: Any
) -> None:
    counted(in_dollars)
    rolled_up()
    long_ago = timezone.now() - timedelta(days=1)
    in_dollars.listings.update(refreshed_at=long_ago, agreed_at=long_ago)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    PortfolioRollup.objects.update(refreshed_at=an_hour_ago)
    assert rollups.sweep() == 0

    area.refresh([in_dollars.pk])
    assert rollups.sweep() == 1


@pytest.fixture
def secrets(in_dollars: Program) -> Program:
    """Names, texts and contacts in everything that donors read the sums of."""
    partner = Partner.objects.get(program=in_dollars)
    Organisation.objects.filter(pk=partner.organisation_id).update(name=SECRETS["partner"])
    Agreement.objects.update(title=SECRETS["agreement"])
    FocalPerson.objects.create(partner=partner, name=SECRETS["contact"], contact=SECRETS["address"])
    add_cost(in_dollars, 50, text=SECRETS["cost"])
    give(add_source(in_dollars, SECRETS["source"]), 60, is_in_kind=True, note=SECRETS["note"])
    counted(in_dollars)
    return in_dollars


def found_in(text: str) -> set[str]:
    return {what for what, secret in SECRETS.items() if secret in text}


def test_no_partner_source_or_contact_is_named(secrets: Program, rolled_up: Callable[[], None], page: Page) -> None:
    rolled_up()
    dashboard, of_program = page(whole=True), page(f"programs/{secrets.pk}/", whole=True)
    assert ("still missing" in dashboard, "still missing" in of_program) == (True, True)
    assert found_in(dashboard + of_program) == set()


def test_they_could_be_named(secrets: Program, facilitator: User, client_for: Callable[..., Client]) -> None:
    """The check above means something: those who may read the program do find them."""
    client, partner = client_for(facilitator), Partner.objects.get(program=secrets)
    paths = ("agreements/", f"partners/{partner.pk}/", "funding/costs/", "funding/sources/")
    assert found_in("".join(client.get(f"/programs/{secrets.pk}/{path}").text for path in paths)) == set(SECRETS)
