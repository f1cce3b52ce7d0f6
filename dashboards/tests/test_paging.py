"""Pages by key: walking forwards and backwards shows every row once, whatever the values."""

import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Portfolio
from conftest import make_program
from dashboards.domain.paging import Cursor, Order, page_of
from dashboards.domain.table import SORTS
from programs.models import Guide, Listing

NAME, STEP = SORTS["name"], SORTS["attention"]
SINCE = Order("current_since", date.fromisoformat, has_gaps=True)


@pytest.fixture
def listings(portfolio: Portfolio, guide: Guide) -> list[Listing]:
    """Eleven listings: few different values, several gaps."""
    lead = portfolio.organisation.affiliations.earliest("pk").user
    program = make_program(portfolio.organisation, lead, guide, name="One")
    chance = random.Random(7)
    Listing.objects.all().delete()
    portfolios = [Portfolio(name=f"p{n}", organisation=portfolio.organisation) for n in range(11)]
    return Listing.objects.bulk_create(
        Listing(
            portfolio=each,
            program=program,
            asked_by=lead,
            name=chance.choice(["Ant", "bee", "Éclair, ~tilde", ""]),
            attention=chance.choice([1, 2]),
            current_since=chance.choice([None, date(2026, 1, 1), date(2026, 5, 1)]),
        )
        for each in Portfolio.objects.bulk_create(portfolios)
    )


def turned(order: Order) -> Order:
    return Order(order.column, order.read, not order.is_descending, order.has_gaps)


def named(order: Order) -> str:
    return f"{'-' * order.is_descending}{order.column}"


def forwards(order: Order, size: int) -> list[list[Listing]]:
    pages, after = [], ""
    while True:
        page = page_of(Listing.objects.all(), order, size=size, after=after)
        pages.append(page.rows)
        if page.after is None:
            return pages
        after = str(page.after)


def backwards(order: Order, size: int, last: Listing) -> list[list[Listing]]:
    pages: list[list[Listing]] = []
    before = str(Cursor(getattr(last, order.column), last.pk))
    while before:
        page = page_of(Listing.objects.all(), order, size=size, before=before)
        pages.insert(0, page.rows)
        before = str(page.before or "")
    return pages


@pytest.mark.parametrize("order", [NAME, turned(NAME), STEP, turned(STEP), SINCE, turned(SINCE)], ids=named)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 12])
def test_every_row_comes_once_in_order(listings: list[Listing], order: Order, size: int) -> None:
    whole = page_of(Listing.objects.all(), order, size=100).rows
    assert sorted(row.pk for row in whole) == sorted(row.pk for row in listings)
    pages = forwards(order, size)
    assert [row for page in pages for row in page] == whole
    assert {len(page) for page in pages[:-1]} <= {size}
    assert [row for page in backwards(order, size, whole[-1]) for row in page] == whole[:-1]


def test_gaps_come_last_in_both_directions(listings: list[Listing]) -> None:
    for order in (SINCE, turned(SINCE)):
        values = [row.current_since for row in page_of(Listing.objects.all(), order, size=100).rows]
        known = [value for value in values if value]
        assert values == sorted(known, reverse=order.is_descending) + [None] * (len(values) - len(known))


def test_the_first_page_has_none_before_and_the_last_none_after(listings: list[Listing]) -> None:
    first = page_of(Listing.objects.all(), NAME, size=6)
    assert (first.before, first.after) == (None, Cursor(first.rows[-1].name_key, first.rows[-1].pk))
    last = page_of(Listing.objects.all(), NAME, size=6, after=str(first.after))
    assert (last.before, last.after) == (Cursor(last.rows[0].name_key, last.rows[0].pk), None)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (NAME, "no id"),
        (NAME, "name~-1"),
        (NAME, "name~99999999999999999999"),
        (NAME, "nul\0~1"),
        (STEP, "one~1"),
        (STEP, "40000~1"),
        (STEP, f"{10**30}~1"),
        (STEP, "~1"),
        (SINCE, "2026-13-01~1"),
        (Order("last_activity_at", date.fromisoformat), "~"),
    ],
    ids=lambda value: named(value) if isinstance(value, Order) else repr(value),
)
def test_a_made_up_cursor_gives_the_first_page(listings: list[Listing], order: Order, text: str) -> None:
    first = page_of(Listing.objects.all(), order, size=3)
    assert page_of(Listing.objects.all(), order, size=3, after=text).rows == first.rows
    assert page_of(Listing.objects.all(), order, size=3, before=text).rows == first.rows


def test_the_cursor_is_compared_as_a_pair_for_the_index(portfolio: Portfolio) -> None:
    with CaptureQueriesContext(connection) as queries:
        page_of(Listing.objects.filter(portfolio=portfolio), STEP, size=3, after="1~7")
    assert """("programs_listing"."attention", "programs_listing"."id") > (1, 7)""" in queries[0]["sql"]
