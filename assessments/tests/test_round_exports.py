"""The files of a round's result: complete, harmless in a spreadsheet, and nothing in them leads to a person."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, Consensus, Rater
from assessments.tests.result_cases import scored_round
from assessments.tests.round_cases import make_round, small_instrument
from programs.models import Program
from scaleup.spreadsheets import Sheet, workbook

pytestmark = pytest.mark.django_db
SIX = [(f"Canary {number}", group) for number, group in enumerate(("team",) * 3 + ("ministry",) * 2 + ("partner",))]
VALUES = [{"vision": number % 3, "plan": 3 - number % 3, "budget": "unable"} for number in range(6)]
TABLES = ("dimensions", "items", "ratings")


@pytest.fixture
def browser(lead: User, client_for: Callable[..., Client]) -> Client:
    return client_for(lead)


@pytest.fixture
def revealed(program: Program) -> Assessment:
    return scored_round(program, state="discussing", raters=SIX, values=VALUES)


def address(found: Assessment, kind: str) -> str:
    return reverse(f"assessments:results_{kind}", args=[found.program_id, found.pk])


def read(client: Client, found: Assessment, table: str) -> list[list[str]]:
    answer = client.get(f"{address(found, 'csv')}?table={table}")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def sheets(data: bytes) -> dict[str, str]:
    """The parts of an XLSX file as text, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: unescape(book.read(name).decode()) for name in book.namelist() if name.endswith(".xml")}


def test_dimensions(browser: Client, revealed: Assessment) -> None:
    heading, *rows = read(browser, revealed, "dimensions")
    assert heading[2] == "Mean of the raters’ medians"
    # vision 1, plan twice 2: 5/3 of 3; of doing nobody rated anything
    assert [row[:5] + row[6:8] for row in rows] == [
        ["1", "Leading", "1.667", "55.6", "66.7", "2", "2"],
        ["2", "Doing", "", "", "66.7", "0", "2"],
    ]


def test_items(browser: Client, revealed: Assessment) -> None:
    heading, *rows = read(browser, revealed, "items")
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    names = ("Number", "Median", "Lowest", "Highest", "Ratings", "Not able to answer", "Agreement of the raters")
    assert [[row[name] for name in names] for row in found] == [
        ["1.1", "1.0", "0", "2", "6", "0", "split"],
        ["1.2", "2.0", "1", "3", "6", "0", "split"],
        ["2.1", "", "", "", "0", "6", ""],
        ["2.2", "", "", "", "0", "0", ""],
    ]
    assert [(row["High is bad"], row["Critical"]) for row in found] == [("", ""), ("", "yes"), ("", ""), ("yes", "")]


def test_ratings_stand_in_an_order_that_says_nothing_of_who_gave_them(browser: Client, revealed: Assessment) -> None:
    heading, *rows = read(browser, revealed, "ratings")
    assert heading == ["Number", "Item", "Role groups", "Rating", "Not able to answer"]
    assert [row[0] + row[2] + row[3] for row in rows[:6]] == [
        f"1.1{group}{value}" for group in ("team", "ministry, partner") for value in (0, 1, 2)
    ]
    by_item = Counter(row[0] for row in rows)
    assert by_item == {"1.1": 6, "1.2": 6, "2.1": 6}
    for number in by_item:  # sorted by what it says, so no place in it belongs to anybody
        mine = [(row[2] != "team", row[3]) for row in rows if row[0] == number]
        assert mine == sorted(mine)
    assert [row[3:] for row in rows if row[0] == "2.1"] == [["", "yes"]] * 6


def test_names_stand_there_only_if_everybody_agreed(browser: Client, revealed: Assessment) -> None:
    assert "Canary" not in str([read(browser, revealed, table) for table in TABLES])
    Rater.objects.filter(assessment=revealed).update(shows_name=True)
    heading, *rows = read(browser, revealed, "ratings")
    assert heading[-1] == "Rater"
    assert [(row[3], row[-1]) for row in rows[:3]] == [("0", "Canary 0"), ("1", "Canary 1"), ("2", "Canary 2")]
    Rater.objects.filter(pk=revealed.raters.last().pk).update(shows_name=False)
    assert "Canary" not in str([read(browser, revealed, table) for table in TABLES])


def test_what_begins_like_a_formula_stays_text(browser: Client, program: Program) -> None:
    formula = '=HYPERLINK("http://example.org")'
    instrument = small_instrument(changed={"There is a plan": "=1+1 plans"})
    found = scored_round(program, instrument=instrument, title="=cmd")
    Consensus.objects.filter(assessment=found, item__key="vision").update(reason=formula)
    rows = read(browser, found, "items")
    assert f"'{formula}" in rows[1]
    assert "'=1+1 plans" in rows[2]
    answer = browser.get(address(found, "xlsx"))
    parts = sheets(answer.content)
    assert formula in parts["xl/sharedStrings.xml"]
    assert [name for name, text in parts.items() if re.search(r"<f>|<hyperlink", text)] == []
    assert 'quotePrefix="1"' in parts["xl/styles.xml"]
    assert re.fullmatch(r'attachment; filename="cmd-\d{4}-\d\d-\d\d\.xlsx"', answer["Content-Disposition"])


def test_the_spreadsheet_has_every_table(browser: Client, revealed: Assessment) -> None:
    answer = browser.get(address(revealed, "xlsx"))
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    parts = sheets(answer.content)
    assert re.findall(r'<sheet name="(\w+)"', parts["xl/workbook.xml"]) == ["Dimensions", "Items", "Ratings"]
    rows = [len(re.findall(r"<row ", parts[f"xl/worksheets/sheet{number}.xml"])) for number in (1, 2, 3)]
    assert rows == [3, 5, 19]
    assert "Canary" not in "".join(parts.values())


def test_numbers_stay_numbers_in_a_spreadsheet() -> None:
    parts = sheets(workbook([Sheet("One", ["A", "B", "C"], [[1.5, "-1", None]])]))
    assert '<c r="A2"><v>1.5</v></c>' in parts["xl/worksheets/sheet1.xml"]
    assert re.search(r'<c r="B2" s="\d" t="s">', parts["xl/worksheets/sheet1.xml"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_before_the_reveal_there_is_no_file(browser: Client, program: Program, kind: str) -> None:
    found = make_round(program)
    answer = browser.get(address(found, kind))
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("assessments:results", args=[program.pk, found.pk]),
    )


def test_a_table_there_is_not(browser: Client, revealed: Assessment) -> None:
    assert browser.get(f"{address(revealed, 'csv')}?table=names").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_donors_get_no_file(revealed: Assessment, donor: User, client_for: Callable[..., Client], kind: str) -> None:
    assert client_for(donor).get(address(revealed, kind)).status_code == 403
