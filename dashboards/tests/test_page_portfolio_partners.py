"""Who does what in the programs of a portfolio: complaints, agreements that end soon, organisations over programs."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User
from dashboards.domain import portfolio_partners
from funding.domain import summaries as funding
from funding.tests.rows_of_money import add_cost
from partners.domain import partners, summaries
from partners.models import RoleSummary
from partners.tests.role_cases import add_partner, give, sign
from programs.models import Listing, Program

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


@pytest.fixture
def read(portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]) -> Read:
    browser = client_for(facilitator)

    def get(query: str = "", page: str = "partners/") -> str:
        answer = browser.get(f"/portfolios/{portfolio.pk}/{page}{query}")
        assert answer.status_code == 200
        return answer.text

    return get


def counted(*programs: Program) -> None:
    summaries.refresh([program.pk for program in programs])


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*<a[^>]*>([^<]*)</a>', page)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_before_anybody_named_partners(read: Read) -> None:
    assert ("No open complaints" in read(), "No partners yet" in read("?show=all")) == (True, True)
    assert "No agreement ends soon" in read("?show=ending")


def test_open_complaints_are_counted_and_lead_to_the_matrix(read: Read, program: Program) -> None:
    give(add_partner(program))
    counted(program)
    page, found = read(), RoleSummary.objects.get()
    assert names(page) == ["own program"]
    assert f"{found.complaints} open" in text(page)
    assert "1 of 10" in text(page)
    assert "Nobody is accountable for Supervision." in page
    assert f'href="/programs/{program.pk}/roles/"' in page


def test_agreements_that_end_within_three_months(
    read: Read, program: Program, make_listed: Callable[..., Program]
) -> None:
    today, later = timezone.localdate(), make_listed("Later")
    for each, days in ((program, 90), (later, 91)):
        sign(add_partner(each), ends=today + timedelta(days=days))
    counted(program, later)
    assert names(read("?show=ending")) == ["own program"]
    assert names(read("?show=all")) == ["Later", "own program"]
    assert names(read("?show=nonsense")) == names(read())


def test_the_first_to_end_comes_first_page_by_page(
    read: Read, program: Program, make_listed: Callable[..., Program]
) -> None:
    today = timezone.localdate()
    programs = [program, *(make_listed(f"Program {number}") for number in range(4))]
    for each, days in zip(programs, (40, 30, 30, 20, 60), strict=True):
        sign(add_partner(each), ends=today + timedelta(days=days))
    counted(*programs)
    with patch.object(portfolio_partners, "PAGE_SIZE", 2):
        first = read("?show=ending")
        assert ("The first to end comes first." in first, "By name" in first) == (True, False)
        second = read(next_page(first))
        assert (names(first), names(second)) == (["Program 2", "Program 0"], ["Program 1", "own program"])
        assert names(read(next_page(second))) == ["Program 3"]


def next_page(page: str) -> str:
    return html.unescape(re.findall(r'href="(\?[^"]*after=[^"]*)"', page)[-1])


def test_only_listed_programs_are_there(
    read: Read, program: Program, other_program: Program, make_listed: Callable[..., Program]
) -> None:
    asked, archived = make_listed("Asked"), make_listed("Archived")
    for each in (program, other_program, asked, archived):
        add_partner(each, f"Office of {each.name}")
    counted(program, other_program, asked, archived)
    Listing.objects.filter(program=asked).update(agreed_at=None)
    Listing.objects.filter(program=archived).update(is_archived=True)
    assert names(read("?show=all")) == ["own program"]
    page = read(page="partners/organisations/")
    assert ("Office of own program" in page, "Office of other" in page, "Office of Asked" in page) == (
        True,
        False,
        False,
    )


def test_one_organisation_stands_once_with_all_its_programs(
    read: Read, program: Program, make_listed: Callable[..., Program]
) -> None:
    second = make_listed("Another program")
    first = add_partner(program, "Ministry of Health")
    give(first)
    give(first, key="supply")
    partners.add(second, first.organisation, {"kind": "government", "levels": []}, by=second.created_by)
    page = text(read(page="partners/organisations/"))
    assert page.count("Ministry of Health") == 1
    assert "Another program own program : answers for 2 functions 2 programs" in page


def test_more_programs_than_fit(read: Read, program: Program, make_listed: Callable[..., Program]) -> None:
    first = add_partner(program, "Ministry of Health")
    for number in range(2):
        second = make_listed(f"Program {number}")
        partners.add(second, first.organisation, {"kind": "government", "levels": []}, by=second.created_by)
    with patch.object(portfolio_partners, "PROGRAMS_SHOWN", 2):
        assert "and 1 more 3 programs" in text(read(page="partners/organisations/"))


def test_pages_by_name(read: Read, program: Program, make_listed: Callable[..., Program]) -> None:
    programs = [program, *(make_listed(f"Program {number}") for number in range(4))]
    for each in programs:
        add_partner(each, f"Office of {each.name}")
    counted(*programs)
    with patch.object(portfolio_partners, "PAGE_SIZE", 2):
        first = read("?show=all")
        after = re.search(r'href="(\?[^"]+)"\s+rel="next"', first)
        assert after is not None
        second = read(after[1].replace("&amp;", "&"))
        organisations = read(page="partners/organisations/")
    assert (names(first), names(second)) == (["own program", "Program 0"], ["Program 1", "Program 2"])
    assert re.findall(r"Office of [\w ]+", organisations) == ["Office of own program", "Office of Program 0"]


@pytest.mark.parametrize("page", ["partners/", "partners/organisations/"])
def test_donors_do_not_see_it(
    portfolio: Portfolio, donor: User, other_facilitator: User, client_for: Callable[..., Client], page: str
) -> None:
    for who in (donor, other_facilitator):
        assert client_for(who).get(f"/portfolios/{portfolio.pk}/{page}").status_code == 404


@pytest.mark.parametrize(("page", "queries"), [("partners/", 11), ("partners/organisations/", 4)])
def test_the_queries_do_not_grow(
    read: Read,
    program: Program,
    make_listed: Callable[..., Program],
    assert_queries: Callable,
    page: str,
    queries: int,
) -> None:
    add_partner(program, "First office")
    counted(program)
    read("?show=all", page)
    for number in range(3):
        with assert_queries(queries):
            read("?show=all", page)
        each = make_listed(f"Program {number}")
        add_partner(each, f"Office {number}")
        counted(each)


def test_money_that_lacks_some_amounts_says_so(read: Read, program: Program) -> None:
    add_partner(program)
    add_cost(program, 9, currency="KES")
    funding.refresh([program.pk])
    counted(program)
    assert "– cannot be added up without 1 amount: no rate for KES" in text(read("?show=all"))
    add_cost(program, 700)
    funding.refresh([program.pk])
    assert "USD 700* * without 1 amount: no rate for KES" in text(read("?show=all"))
