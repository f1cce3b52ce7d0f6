"""Rounds of a portfolio's programs beside each other: the latest closed one each, by name, without a ranking."""

import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User
from assessments.models import Assessment
from assessments.tests.result_cases import scored_round
from assessments.tests.round_cases import small_instrument
from dashboards.domain import portfolio_rounds
from programs.models import Listing, Program

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


@pytest.fixture
def read(portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]) -> Read:
    browser = client_for(facilitator)

    def get(query: str = "") -> str:
        answer = browser.get(f"/portfolios/{portfolio.pk}/rounds/{query}")
        assert answer.status_code == 200
        return answer.text

    return get


def rows(page: str) -> list[list[str]]:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [re.findall(r">([^<>]*[^<>\s][^<>]*)<", row) for row in found]


def names(page: str) -> list[str]:
    return [row[0] for row in rows(page)]


def test_before_any_round_is_closed(read: Read, program: Program) -> None:
    scored_round(program, state="discussing")
    assert "No closed round yet" in read()


def test_programs_stand_by_name_with_their_latest_round(
    read: Read, program: Program, make_listed: Callable[..., Program]
) -> None:
    better = make_listed("A better one")
    first = scored_round(program, title="Old")
    scored_round(program, instrument=first.instrument, title="New")
    scored_round(better, instrument=first.instrument, title="Only")
    make_listed("Without a round")
    page = read()
    assert names(page) == ["A better one", "own program"]
    assert ("New" in page, "Old" in page) == (True, False)
    assert [row[-2:] for row in rows(page)] == [
        ["67\u00a0%", "50\u00a0%"]
    ] * 2  # leading 2 of 3; doing (2 and 3 − 2) of 3


def test_only_listed_programs_are_there(
    read: Read, program: Program, other_program: Program, make_listed: Callable[..., Program]
) -> None:
    first = scored_round(program)
    asked, archived = make_listed("Asked"), make_listed("Archived")
    for each in (other_program, asked, archived):
        scored_round(each, instrument=first.instrument)
    Listing.objects.filter(program=asked).update(agreed_at=None)
    Listing.objects.filter(program=archived).update(is_archived=True)
    assert names(read()) == ["own program"]


def test_one_instrument_at_a_time(read: Read, program: Program) -> None:
    small = scored_round(program, title="Small")
    other = small_instrument(changed={'key = "small-round"': 'key = "other-round"', "A small": "The other"})
    scored_round(program, instrument=other, title="Other")
    assert ("Small</a>" in read(), "Other</a>" in read()) == (True, False)  # the first by title
    page = read(f"?of={other.pk}")
    assert ("Small</a>" in page, "Other</a>" in page) == (False, True)
    assert read("?of=x") == read(f"?of={small.instrument_id}")


def test_an_older_version_is_told_and_another_scale_not_compared(
    read: Read, program: Program, make_listed: Callable[..., Program]
) -> None:
    scored_round(program)
    five = {'value = 3\nlabel = "Fully"': 'value = 3\nlabel = "Nearly"\n\n[[scale]]\nvalue = 4\nlabel = "Fully"'}
    longer = small_instrument(version=2, changed=five | {"\n3 = ": "\n4 = "})
    scored_round(make_listed("Newer"), instrument=longer)
    page = read()
    assert "another scale: not comparable" in page
    assert [row[-2:] for row in rows(page)] == [["50\u00a0%", "50\u00a0%"], ["–", "–"]]


def test_pages_by_name(read: Read, program: Program, make_listed: Callable[..., Program]) -> None:
    found = scored_round(program)
    for number in range(4):
        scored_round(make_listed(f"Program {number}"), instrument=found.instrument)
    with patch.object(portfolio_rounds, "PAGE_SIZE", 2):
        page, seen = read(), []
        while True:
            seen.append(names(page))
            after = re.search(r'href="(\?[^"]+)"\s+rel="next"', page)
            if after is None:
                break
            page = read(after[1].replace("&amp;", "&"))
    assert seen == [["own program", "Program 0"], ["Program 1", "Program 2"], ["Program 3"]]


def test_donors_do_not_see_it(
    portfolio: Portfolio, donor: User, other_facilitator: User, client_for: Callable[..., Client]
) -> None:
    for who in (donor, other_facilitator):
        assert client_for(who).get(f"/portfolios/{portfolio.pk}/rounds/").status_code == 404


def test_the_queries_do_not_grow(
    read: Read, program: Program, make_listed: Callable[..., Program], assert_queries: Callable
) -> None:
    found = scored_round(program)
    read()
    for number in range(3):
        with assert_queries(6):
            read()
        scored_round(make_listed(f"Program {number}"), instrument=found.instrument)
        scored_round(program, instrument=found.instrument)
    assert Assessment.objects.filter(closed_at__lte=timezone.now()).count() == 7
