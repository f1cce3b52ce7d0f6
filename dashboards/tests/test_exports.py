"""The CSV file: complete, in order, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Portfolio, User
from dashboards.domain import table
from dashboards.domain.table import SORTS, Wanted
from programs.models import Program
from scaleup.spreadsheets import harmless

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example.org")']


def read(response: object) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_starts_like_a_formula_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Newborn visits", "", "1-2", -3, 0.5, None])
def test_everything_else_stays_as_it_is(cell: object) -> None:
    assert harmless(cell) == cell


@time_machine.travel("2026-11-23T12:00:00Z", tick=False)
def test_the_file_says_what_the_table_says(
    program: Program, portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client], summarise: Callable
) -> None:
    summarise(
        program,
        before=0.456,
        done=4,
        evidenced=3,
        verified=2,
        passed_count=1,
        current_step=2,
        current_since=date(2026, 11, 1),
        attention=2,
        band="nearly",
    )
    response = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/programs.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="own-portfolio-2026-11-23.csv"'
    heading, row = read(response)
    assert dict(zip(heading, row, strict=True)) == {
        "Program": "own program",
        "Country": "Cambodia",
        "Sector": "Health",
        "Needs": "returned",
        "Current step": "2",
        "Days in step": "22",
        "Steps passed": "1",
        "Readiness before scaling up, of 100": "46",
        "Readiness word": "nearly",
        "Items done": "4",
        "Done with evidence": "3",
        "Done and verified": "2",
        "Last activity": "2026-11-23",
    }


def test_a_program_named_like_a_formula_is_harmless(
    make_listed: Callable, portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]
) -> None:
    make_listed("=cmd|' /C calc'!A0")
    response = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/programs.csv?sort=name")
    assert [row[0] for row in read(response)[1:]] == ["'=cmd|' /C calc'!A0", "own program"]


def test_the_file_keeps_filter_and_order(
    make_listed: Callable, portfolio: Portfolio, facilitator: User, client_for: Callable[..., Client]
) -> None:
    for name, score in (("Alder", 0.5), ("Birch", 0.9), ("Cedar", 0.1)):
        make_listed(name, fields={"sector": "water"}, before=score)
    response = client_for(facilitator).get(f"/portfolios/{portfolio.pk}/programs.csv?sector=health&sort=-readiness")
    assert [row[0] for row in read(response)[1:]] == ["Birch", "Alder", "Cedar", "own program"]


def test_donors_and_strangers_get_no_file(
    portfolio: Portfolio, donor: User, other_facilitator: User, stranger: User, client_for: Callable[..., Client]
) -> None:
    for user in (donor, other_facilitator, stranger):
        assert client_for(user).get(f"/portfolios/{portfolio.pk}/programs.csv").status_code == 404


@pytest.mark.parametrize("sort", [f"{turn}{name}" for name in SORTS for turn in ("", "-")])
def test_the_file_has_the_order_of_the_pages(
    make_listed: Callable, portfolio: Portfolio, program: Program, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of rows that have no value to sort by, which stand last."""
    monkeypatch.setattr(table, "PAGE_SIZE", 2)
    for number, name in enumerate(("émile", "Zeta", "alder", "Emil")):
        since = date(2026, 11, 1) if number == 0 else None
        make_listed(name, current_since=since, last_activity_at=None if number else timezone.now())
    wanted, shown, after = Wanted(sort=sort), [], ""
    while not shown or after:
        page = table.page(portfolio, wanted, after=after)
        shown += [row.name for row in page.rows]
        after = str(page.after or "")
    assert [row.name for row in table.every(portfolio, wanted)] == shown
    assert len(shown) == 5
