"""The workbook of a program's money: complete, what was entered beside what came of it, and harmless."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from funding.domain import export, reading
from funding.tests.rows_of_money import DAY, add_cost, add_phase, add_rate, add_source, give, year
from funding.tests.workbooks import Cell, parts, sheets
from programs.models import Program

pytestmark = pytest.mark.django_db
Book = dict[str, list[list[Cell | None]]]
QUERIES = 6


def book_of(program: Program) -> Book:
    found = reading.read(program, year=year())
    return sheets(export.as_workbook(found, program, today=timezone.localdate()))


def by_heading(rows: list[list[Cell | None]]) -> list[dict[Cell | None, Cell | None]]:
    heading, *others = rows
    return [dict(zip(heading, row + [None] * (len(heading) - len(row)), strict=True)) for row in others]


@pytest.fixture
def planned(program: Program) -> Program:
    add_cost(program, "1200.50", quantity=40, kind="per_site", text="Visits")
    add_cost(program, 4_000_000, currency="KHR", kind="start_up", text="Kits", year=year(2))
    add_cost(program, 100, currency="EUR", text="Motorcycle", year=year(2))
    ministry, fund = add_source(program), add_source(program, "Sunrise", kind="donor")
    give(ministry, 8000, covers="per_site", is_in_budget=True)
    give(ministry, 2000, is_in_kind=True, note="rooms, as rented")
    give(fund, 30_000, status="pledged")
    add_rate(program)
    add_rate(program, "EUR", "0.9", into="KHR")
    add_phase(program, first=1, last=1)
    return program


def test_every_sheet_is_there_in_order(planned: Program) -> None:
    book = book_of(planned)
    assert list(book) == ["Read me", "Years", "Phases", "Costs", "Sources", "Contributions", "Rates"]
    assert [len(rows) for rows in book.values()] == [11, 4, 2, 4, 3, 4, 3]
    said = dict(book["Read me"][1:])
    assert said["Program"] == "own program"
    assert said["Made on"] == timezone.localdate().isoformat()
    assert (said["Currency of the sums"], said["Amounts in no sum, for want of a rate"]) == ("USD", 1)


def test_years(planned: Program) -> None:
    names = ("Year", "Cost", "Secured", "Pledged", "Missing", "Missing if pledges come", "Amounts without a rate",
             "Cost: per site", "Cost: start-up", "In kind, of what is secured")  # fmt: skip
    assert [[row[name] for name in names] for row in by_heading(book_of(planned)["Years"])] == [
        [year(1), 48_020, 10_000, 30_000, 38_020, 8_020, 0, 48_020, 0, 2000],
        [year(2), 1000, 0, 0, 1000, 1000, 1, 0, 1000, 0],
        [f"{year(1)} to {year(2)}", 49_020, 10_000, 30_000, 39_020, 9_020, 1, 48_020, 1000, 2000],
    ]


def test_costs_as_entered_beside_what_they_are_worth(planned: Program) -> None:
    heading, *rows = book_of(planned)["Costs"]
    assert heading == ["Year", "Kind of cost", "What for", "Cost of one", "How many", "Amount", "Currency",
                       "Worth in USD", "Rate used", "Rate of"]  # fmt: skip
    assert rows == [
        [year(1), "per site", "Visits", 1200.5, 40, 48_020, "USD", 48_020],
        [year(2), "recurrent", "Motorcycle", 100, 1, 100, "EUR"],
        [
            year(2),
            "start-up",
            "Kits",
            4_000_000,
            1,
            4_000_000,
            "KHR",
            1000,
            "1\u00a0KHR = 0.00025\u00a0USD",
            DAY.isoformat(),
        ],
    ]


def test_sources_and_contributions(planned: Program) -> None:
    book = book_of(planned)
    assert [row[:8] for row in book["Sources"][1:]] == [
        ["Ministry of Health", "government budget", 0, 10_000, 0, 0, 10_000, 100],
        ["Sunrise", "donor", 0, 0, 30_000, 0, 0, 0],
    ]
    assert book["Contributions"][1:] == [
        [year(1), "Ministry of Health", "signed", "per site", "yes", None, None, 8000, "USD", 8000],
        [year(1), "Ministry of Health", "signed", "anything", None, "yes", "rooms, as rented", 2000, "USD", 2000],
        [year(1), "Sunrise", "pledged", "anything", None, None, None, 30_000, "USD", 30_000],
    ]


def test_phases_and_rates(planned: Program) -> None:
    book = book_of(planned)
    assert [row[:4] for row in book["Phases"][1:]] == [["Ten districts", year(1), year(1), 48_020]]
    assert book["Rates"][1:] == [
        ["EUR", 0.9, "KHR", DAY.isoformat(), "National bank"],
        ["KHR", 0.00025, "USD", DAY.isoformat(), "National bank", "yes"],
    ]


FORMULAS = ('=HYPERLINK("http://example.org","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1+1", "\r=1+1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_begins_like_a_formula_stays_text(program: Program, formula: str) -> None:
    Program.objects.filter(pk=program.pk).update(name=formula)
    program.refresh_from_db()
    source = add_source(program, formula)
    add_cost(program, 5, text=formula, currency="KHR")
    give(source, 3, is_in_kind=True, note=formula)
    add_phase(program, formula)
    add_rate(program, source=formula)
    found = reading.read(program, year=year())
    data = export.as_workbook(found, program, today=date(2026, 11, 23))
    book, text = sheets(data), parts(data)
    kept = formula.replace("\r", "_x000D_")  # as the format writes it
    cells = [cell for rows in book.values() for row in rows for cell in row]
    assert cells.count(kept) == 7  # the name, and of five sheets the note and the name of the source twice
    assert [name for name, part in text.items() if re.search(r"<f[ >]|<hyperlink", part)] == []
    quoted = re.findall(r'<xf [^>]*quotePrefix="1"', text["xl/styles.xml"])
    assert len(quoted) == 1


def test_the_test_would_see_a_formula() -> None:
    """The reader of this module tells formulas from text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("One").write(0, 0, FORMULAS[2].replace("-", "="))
    assert re.search(r"<f[ >]", parts(file.getvalue())["xl/worksheets/sheet1.xml"])


def test_an_empty_plan_is_a_file_too(program: Program) -> None:
    assert {name: len(rows) for name, rows in book_of(program).items()} == {
        "Read me": 11, "Years": 1, "Phases": 1, "Costs": 1, "Sources": 1, "Contributions": 1, "Rates": 1
    }  # fmt: skip


def test_the_file_is_named_after_the_program_and_the_day(planned: Program, client_for: Callable[..., Client]) -> None:
    answer = client_for(planned.created_by).get(reverse("funding:funding_xlsx", args=[planned.pk]))
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    day = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="own-program-funding-{day}.xlsx"'
    assert next(iter(sheets(answer.content))) == "Read me"


def test_who_may_take_it(
    planned: Program, viewer: User, facilitator: User, donor: User, stranger: User, client_for: Callable[..., Client]
) -> None:
    address = reverse("funding:funding_xlsx", args=[planned.pk])
    people = {"viewer": viewer, "facilitator": facilitator, "donor": donor, "stranger": stranger}
    assert {name: client_for(one).get(address).status_code for name, one in people.items()} == {
        "viewer": 200, "facilitator": 200, "donor": 403, "stranger": 404
    }  # fmt: skip


def test_more_lines_take_no_more_queries(planned: Program, django_assert_num_queries) -> None:
    with django_assert_num_queries(QUERIES):
        book_of(planned)
    for number in range(3):
        give(add_source(planned, f"Source {number}"), 5)
        add_cost(planned, 5, year=year(number))
    with django_assert_num_queries(QUERIES):
        book_of(planned)


def test_what_cannot_be_added_up_is_an_empty_cell_that_says_why(program: Program) -> None:
    add_cost(program, 9, currency="KES", kind="central")
    add_cost(program, 9, currency="KES", kind="central", year=year(2))
    add_cost(program, 5, year=year(2))
    give(add_source(program), 3, currency="ZMW")
    names = ("Year", "Cost", "Secured", "Missing", "Amounts without a rate", "No rate for", "Cost: central",
             "Cost: recurrent")  # fmt: skip
    book = book_of(program)
    assert [[row[name] for name in names] for row in by_heading(book["Years"])] == [
        [year(1), None, None, None, 2, "KES, ZMW", None, 0],
        [year(2), 5, 0, 5, 1, "KES", None, 5],
        [f"{year(1)} to {year(2)}", 5, None, 5, 3, "KES, ZMW", None, 5],
    ]
    [source] = by_heading(book["Sources"])
    assert (source["Signed"], source["Secured"], source["Pledged"], source["No rate for"]) == (None, None, 0, "ZMW")


def test_a_rate_stands_there_as_it_was_said(program: Program) -> None:
    add_cost(program, 8100, currency="KHR")
    add_rate(program, worth="4050", is_turned=True)
    book = book_of(program)
    assert book["Rates"] == [
        ["One unit of", "Is worth", "In", "Rate of", "Who says so", "Used here"],
        ["USD", 4050, "KHR", DAY.isoformat(), "National bank", "yes"],
    ]
    assert book["Costs"][1][7:9] == [2, "1\u00a0USD = 4,050.00\u00a0KHR"]
