"""The pages of the cost plan: its table, its lines and its phases."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from funding.domain import costs, phases
from funding.models import CostLine, FundingPhase
from funding.tests.page_reader import words
from funding.tests.rows_of_money import YEAR, add_cost, add_phase
from journal.facts import facts_of
from journal.models import Change
from programs.models import Program

Sign = Callable[[User | None], Client]
NONCE = "n" * 32


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"funding:{name}", args=[program.pk, *parts])


def typed(**said: Any) -> dict[str, Any]:
    plain = {"text": "Kits", "kind": "start_up", "year": f"{YEAR}", "until": "", "currency": "KHR", "nonce": NONCE}
    return plain | {"unit_amount": "1,234.50", "quantity": "40", "then": ""} | said


def opened(line: CostLine, **said: Any) -> dict[str, Any]:
    """The form of a line as it was opened now, with some answers replaced."""
    facts = facts_of(line, costs.FACTS)
    return facts | {"seen": json.dumps(facts), "nonce": NONCE} | said


@pytest.fixture
def browser(client_for: Sign, editor: User) -> Client:
    return client_for(editor)


def test_an_empty_plan_says_what_to_do_first(browser: Client, client_for: Sign, viewer: User, program: Program) -> None:
    page, read = browser.get(url("costs", program)).text, client_for(viewer).get(url("costs", program)).text
    assert ("No cost yet" in page, "Add the first cost" in page) == (True, True)
    assert ("No cost yet" in read, "Add the first cost" in read, "enters costs" in read) == (True, False, True)


def test_the_table_has_phases_years_and_lines(browser: Client, program: Program) -> None:
    add_phase(program)
    line = add_cost(program, "450.50", text="Salaries", quantity=84)
    add_cost(program, 100, text="Pilot", year=YEAR - 1, kind="start_up", currency="EUR", quantity=1)
    page = browser.get(url("costs", program)).text
    words = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("In no phase") :]).replace("\u00a0", " ").split())
    assert words.startswith(
        f"In no phase What for Kind Cost of one How many Amount {YEAR - 1} 100 EUR Pilot start-up 100 EUR 1 100 EUR"
    )
    assert f"Ten districts {YEAR}–{YEAR + 1} Change : Ten districts" in words
    assert f"{YEAR} 37,842 USD Salaries recurrent 450.50 USD 84 37,842 USD Change" in words
    assert f'<tr id="cost-{line.pk}">' in page


def test_a_phase_without_costs_stands_there_too(browser: Client, program: Program) -> None:
    add_phase(program)
    page = browser.get(url("costs", program)).text
    assert ("Ten districts" in page, "No cost is entered for these years yet." in page) == (True, True)


def test_readers_get_no_links_that_would_refuse_them(client_for: Sign, viewer: User, program: Program) -> None:
    line, phase = add_cost(program), add_phase(program)
    page = client_for(viewer).get(url("costs", program)).text
    forbidden = [url("cost_edit", program, line.pk), url("cost_add", program), url("phase_edit", program, phase.pk)]
    assert ("Salaries" in page, [link for link in forbidden if link in page]) == (True, [])


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_whatever_it_shows(
    browser: Client, program: Program, django_assert_num_queries: Callable[[int], Any], count: int
) -> None:
    for number in range(count):
        add_cost(program, text=f"Cost {number}", year=YEAR + number)
        add_phase(program, first=1 + number, last=1 + number)
    browser.get(url("costs", program))
    with django_assert_num_queries(4):  # the person, the program, costs, phases
        assert browser.get(url("costs", program)).text.count("<tr id=") == count


# Entering


def test_this_year_and_the_currency_of_the_sums_are_preset(browser: Client, program: Program) -> None:
    page = browser.get(url("cost_add", program)).text
    assert f'name="year" value="{timezone.localdate().year}"' in page
    assert re.findall(r'<option value="(\w+)" selected', page) == ["USD"]


def test_currencies_in_use_are_offered_first(browser: Client, program: Program) -> None:
    add_cost(program, currency="ZMW")
    page = browser.get(url("cost_add", program)).text
    assert re.findall(r'<option value="(\w*)"', page)[:4] == ["", "USD", "ZMW", "AED"]


def test_a_cost_is_entered_for_several_years(browser: Client, program: Program) -> None:
    for _ in range(2):
        response = browser.post(url("cost_add", program), typed(until=f"{YEAR + 2}"), follow=True)
    assert list(
        CostLine.objects.order_by("year").values_list("year", "text", "unit_amount", "quantity", "currency")
    ) == [(year, "Kits", Decimal("1234.50"), 40, "KHR") for year in (YEAR, YEAR + 1, YEAR + 2)]
    assert f"Entered: Kits, 40 × 1,234.50 KHR = 49,380 KHR a year from {YEAR} to {YEAR + 2}." in response.text.replace(
        "\u00a0", " "
    )


def test_back_edit_submit_enters_another(browser: Client, program: Program) -> None:
    browser.post(url("cost_add", program), typed())
    browser.post(url("cost_add", program), typed(text="Vehicles"))
    assert list(CostLine.objects.values_list("text", flat=True)) == ["Kits", "Vehicles"]


def test_who_enters_many_goes_on_with_the_next(browser: Client, program: Program) -> None:
    response = browser.post(url("cost_add", program), typed(then="another"))
    assert response["Location"] == f"{url('cost_add', program)}?year={YEAR}&kind=start_up&currency=KHR"
    page = browser.get(response["Location"]).text
    assert ("Entered: Kits" in page, f'name="year" value="{YEAR}"' in page) == (True, True)
    assert re.findall(r'value="(\w+)"[^>]* (?:checked|selected)', page) == ["start_up", "KHR"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": " "}, "Fill in: What for?"),
        ({"kind": ""}, "Choose: What kind of cost is it?"),
        ({"unit_amount": "1.234"}, "“1.234” can be read in two ways. Write 1234.00 or 1.23, whichever you mean."),
        ({"unit_amount": "0"}, "Enter a number above zero."),
        ({"quantity": "0"}, "Enter a number of at least 1."),
        ({"year": "1989"}, "Enter a year from 1990 to 2100, for example 2027."),
        ({"until": f"{YEAR - 1}"}, "Enter the same year or a later one, or leave it empty."),
        ({"currency": "XAU"}, "Choose one of the currencies shown."),
        ({"unit_amount": "9999999999999", "quantity": "2"}, "Together that is more than 13 digits."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    browser: Client, program: Program, said: dict[str, str], sentence: str
) -> None:
    response = browser.post(url("cost_add", program), typed(**said))
    kept = [name for name, value in typed(**said).items() if name in {"text", "unit_amount", "quantity", "year"}
            and f'name="{name}" value="{value.strip()}"' not in response.text]  # fmt: skip
    assert (response.status_code, sentence in response.text, kept) == (422, True, ["text"] if "text" in said else [])
    assert CostLine.objects.count() == 0


def test_a_full_plan_says_so(browser: Client, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "MOST", 0)
    response = browser.post(url("cost_add", program), typed())
    assert (response.status_code, "A plan takes at most 0 lines." in response.text) == (422, True)


# Changing, copying, removing


def test_a_line_is_changed(browser: Client, program: Program) -> None:
    line = add_cost(program, "1234.5")
    page = browser.get(url("cost_edit", program, line.pk)).text
    assert 'name="unit_amount" value="1,234.50"' in page
    response = browser.post(url("cost_edit", program, line.pk), opened(line, unit_amount="1,234.50", quantity="13"))
    assert response["Location"] == url("costs", program)
    changes = Change.objects.filter(kind="cost", verb="changed").values_list("field", "old", "new")
    assert list(changes) == [("quantity", 1, 13)]


def test_a_conflict_shows_both_and_saving_again_replaces(browser: Client, program: Program) -> None:
    line = add_cost(program)
    form = opened(line, quantity="13")
    CostLine.objects.update(quantity=99)
    response = browser.post(url("cost_edit", program, line.pk), form)
    assert (response.status_code, CostLine.objects.get().quantity) == (409, 99)
    assert "Somebody changed this meanwhile to “99”." in response.text
    assert 'name="quantity" value="13"' in response.text
    again = {field.html_name: field.value() for field in response.context["form"]}
    assert browser.post(url("cost_edit", program, line.pk), again).status_code == 302
    assert CostLine.objects.get().quantity == 13


def test_a_line_is_copied_to_the_years_that_are_ticked(browser: Client, program: Program) -> None:
    line = add_cost(program)
    add_cost(program, year=YEAR + 2)
    add_phase(program, first=1, last=4)
    page = browser.get(url("cost_copy", program, line.pk)).text
    assert re.findall(r'value="(\d+)"[^>]* checked', page) == [f"{YEAR + 1}", f"{YEAR + 3}"]
    assert f"{YEAR + 2}: has it already" in page
    for _ in range(2):
        response = browser.post(
            url("cost_copy", program, line.pk),
            {"years": [f"{YEAR + 1}", f"{YEAR + 2}", f"{YEAR + 3}"], "nonce": NONCE},
            follow=True,
        )
        assert f"Copied to {YEAR + 1}, {YEAR + 3}." in response.text
    assert sorted(CostLine.objects.values_list("year", flat=True)) == [YEAR, YEAR + 1, YEAR + 2, YEAR + 3]


@pytest.mark.parametrize(
    ("years", "sentence"),
    [
        ([], "Tick at least one year."),
        ([f"{YEAR}"], "Choose from the years shown."),
        ([f"{YEAR + 1}"], "These years have this cost already. Nothing was copied."),
    ],
)
def test_years_that_cannot_be_are_refused(browser: Client, program: Program, years: list[str], sentence: str) -> None:
    line = add_cost(program)
    add_cost(program, year=YEAR + 1)
    response = browser.post(url("cost_copy", program, line.pk), {"years": years, "nonce": NONCE})
    assert (response.status_code, sentence in response.text, CostLine.objects.count()) == (422, True, 2)


def test_a_line_is_removed_after_one_question(browser: Client, program: Program) -> None:
    line = add_cost(program, 100, quantity=12)
    page = browser.get(url("cost_remove", program, line.pk)).text.replace("\u00a0", " ")
    assert (f"Remove “Salaries” of {YEAR}?" in page, "12 × 100 USD = 1,200 USD." in page) == (True, True)
    assert CostLine.objects.count() == 1
    response = browser.post(url("cost_remove", program, line.pk), follow=True)
    assert ("“Salaries” is removed." in response.text, CostLine.objects.count()) == (True, 0)


# Phases


def test_a_phase_is_added_changed_and_removed(browser: Client, program: Program) -> None:
    said = {"name": "The region", "first_year": f"{YEAR + 1}", "last_year": f"{YEAR + 3}", "nonce": NONCE}
    for _ in range(2):
        assert browser.post(url("phase_add", program), said)["Location"] == url("costs", program)
    phase = FundingPhase.objects.get()
    seen = json.dumps(facts_of(phase, phases.FACTS))
    browser.post(url("phase_edit", program, phase.pk), said | {"last_year": f"{YEAR + 4}", "seen": seen})
    assert list(FundingPhase.objects.values_list("name", "first_year", "last_year")) == [
        ("The region", YEAR + 1, YEAR + 4)
    ]
    assert "Remove the phase “The region”?" in browser.get(url("phase_remove", program, phase.pk)).text
    browser.post(url("phase_remove", program, phase.pk))
    assert FundingPhase.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"first_year": f"{YEAR + 1}"},
            f"“Ten districts” has the years {YEAR} to {YEAR + 1}. A year belongs to one phase",
        ),
        ({"last_year": f"{YEAR + 1}"}, "It cannot end before it begins: enter the first year or a later one."),
        ({"name": ""}, "Fill in: Name of the phase"),
    ],
)
def test_years_that_do_not_fit_are_refused(
    browser: Client, program: Program, said: dict[str, str], sentence: str
) -> None:
    add_phase(program)
    form = {"name": "The region", "first_year": f"{YEAR + 2}", "last_year": f"{YEAR + 3}", "nonce": NONCE} | said
    response = browser.post(url("phase_add", program), form)
    assert (response.status_code, sentence in response.text, FundingPhase.objects.count()) == (422, True, 1)


def test_a_conflict_about_a_phase_is_shown(browser: Client, program: Program) -> None:
    phase = add_phase(program)
    facts = facts_of(phase, phases.FACTS)
    FundingPhase.objects.update(name="First wave")
    form = facts | {"name": "Pilot", "seen": json.dumps(facts), "nonce": NONCE}
    response = browser.post(url("phase_edit", program, phase.pk), form)
    assert (response.status_code, "“First wave”" in response.text) == (409, True)


# Who may


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("lead", 200, 200), ("editor", 200, 200), ("viewer", 200, 403), ("facilitator", 200, 403), ("admin", 200, 403),
     ("donor", 403, 403), ("other_lead", 404, 404), ("stranger", 404, 404)],
)  # fmt: skip
def test_who_may_come_in(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str, read: int, write: int
) -> None:
    line, phase, client = add_cost(program), add_phase(program), client_for(request.getfixturevalue(who))
    forms = [url("cost_add", program), url("phase_add", program)]
    forms += [url(name, program, line.pk) for name in ("cost_edit", "cost_copy", "cost_remove")]
    forms += [url(name, program, phase.pk) for name in ("phase_edit", "phase_remove")]
    assert client.get(url("costs", program)).status_code == read
    assert {client.get(form).status_code for form in forms} == {write}
    if write != 200:
        assert {client.post(form).status_code for form in forms} == {write}
    assert (CostLine.objects.count(), FundingPhase.objects.count()) == (1, 1)


def test_things_of_another_program_are_not_there(browser: Client, program: Program, other_program: Program) -> None:
    line, phase = add_cost(other_program), add_phase(other_program)
    forms = [url(name, program, line.pk) for name in ("cost_edit", "cost_copy", "cost_remove")]
    forms += [url(name, program, phase.pk) for name in ("phase_edit", "phase_remove")]
    assert {browser.post(form, typed()).status_code for form in forms} == {404}
    assert (CostLine.objects.count(), FundingPhase.objects.count()) == (1, 1)


def test_the_history_tells_it_in_words(browser: Client, program: Program) -> None:
    line = add_cost(program, 100, quantity=40)
    costs.copy(line, years=[YEAR + 1, YEAR + 2], by=program.created_by)
    costs.change(
        line, wanted={"year": YEAR + 4, "kind": "central"}, seen=facts_of(line, costs.FACTS), by=program.created_by
    )
    costs.remove(add_cost(program, 100, text="Fuel", quantity=12), by=program.created_by)
    page = browser.get(reverse("programs:history", args=[program.pk])).text.replace("\u00a0", " ")
    told = [f"entered the cost “Salaries” of {YEAR}: 40 × 100 USD",
            f"entered the cost “Salaries” for {YEAR + 1}, {YEAR + 2} too",
            f"removed the cost “Fuel” of {YEAR}: 12 × 100 USD", "changed the year of a cost", f"{YEAR + 4}", "central",
            f'href="{url("costs", program)}#cost-{line.pk}"']  # fmt: skip
    assert [words for words in told if words not in page] == []
    assert "2,027" not in page


def test_sums_are_grouped_wherever_they_are_told(browser: Client, program: Program) -> None:
    line = add_cost(program, "1234.5")
    form = opened(line, unit_amount="20000.5")
    said = {"by": program.created_by, "seen": facts_of(line, costs.FACTS)}
    costs.change(line, wanted={"unit_amount": Decimal(30_000)}, **said)
    page = browser.get(reverse("programs:history", args=[program.pk])).text
    told = words(page)[words(page).index("changed the cost of one") :]
    assert told.startswith("changed the cost of one from 1,234.50 to 30,000 ")
    answer = browser.post(url("cost_edit", program, line.pk), form)
    assert (answer.status_code, "changed this meanwhile to “30,000.00”" in answer.text) == (409, True)
