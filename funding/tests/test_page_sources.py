"""The pages of sources and of what they give."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from funding.domain import contributions, sources
from funding.models import Contribution, FundingSource
from funding.tests.rows_of_money import YEAR, add_source, give, hope
from journal.facts import facts_of
from journal.models import Change
from partners.tests.role_cases import add_partner
from programs.models import Program

Sign = Callable[[User | None], Client]
NONCE = "n" * 32


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"funding:{name}", args=[program.pk, *parts])


def typed(**said: Any) -> dict[str, Any]:
    plain = {"year": f"{YEAR}", "amount": "9,500.00", "currency": "KHR", "status": "pledged", "covers": "recurrent"}
    return plain | {"is_in_budget": "on", "note": "As agreed in May", "nonce": NONCE} | said


def opened(given: Contribution, **said: Any) -> dict[str, Any]:
    """The form of a contribution as it was opened now, with some answers replaced."""
    facts = facts_of(given, contributions.FACTS)
    sent = {name: value for name, value in facts.items() if value is not False}
    return sent | {"seen": json.dumps(facts), "nonce": NONCE} | said


def buttons(page: str) -> list[str]:
    """The moves a page offers: from, to."""
    return re.findall(r'name="seen" value="(\w+)">\s*<button[^>]*value="(\w+)"', page)


@pytest.fixture
def browser(client_for: Sign, editor: User) -> Client:
    return client_for(editor)


def test_without_a_source_it_says_what_to_do_first(
    browser: Client, client_for: Sign, viewer: User, program: Program
) -> None:
    page, read = browser.get(url("sources", program)).text, client_for(viewer).get(url("sources", program)).text
    assert ("No source yet" in page, "Add the first source" in page) == (True, True)
    assert ("No source yet" in read, "Add the first source" in read, "enters sources" in read) == (True, False, True)


def test_the_list_has_sources_with_what_they_give(browser: Client, program: Program) -> None:
    source = add_source(program, "Ministry", partner=add_partner(program, "Health office"))
    give(source, "1200.50", status="signed", covers="recurrent", is_in_budget=True)
    hope(source, 7, year=YEAR + 1, is_in_kind=True, note="Twelve rooms")
    add_source(program, "Chamber", kind="private")
    page = browser.get(url("sources", program)).text
    words = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("Chamber") :]).replace("\u00a0", " ").split())
    assert words.startswith("Chamber private company Add a contribution : Chamber It gives nothing yet.")
    assert "Ministry government budget partner: Health office Add a contribution : Ministry" in words
    assert f"{YEAR} 1,200.50 USD signed Mark as received : 1,200.50 USD, {YEAR} recurrent in its own budget" in words
    assert f"{YEAR + 1} 7 USD hoped for Mark as pledged : 7 USD, {YEAR + 1} anything in kind Twelve rooms" in words
    assert "A paper that binds them names this sum" in words


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("sources", 4), ("source", 4)])
def test_pages_take_as_many_queries_whatever_they_show(
    browser: Client,
    program: Program,
    django_assert_num_queries: Callable[[int], Any],
    name: str,
    queries: int,
    count: int,
) -> None:
    for number in range(count):
        source = add_source(program, f"Source {number}", partner=add_partner(program, f"Partner {number}"))
        for year in range(count):
            hope(source, year=YEAR + year)
    address = url(name, program, *([source.pk] if name == "source" else []))
    browser.get(address)
    with django_assert_num_queries(queries):  # the person, the program, sources, contributions
        page = browser.get(address).text
    assert page.count('<tr id="contribution-') == (count if name == "source" else count * count)


def test_readers_get_no_forms(client_for: Sign, viewer: User, program: Program) -> None:
    given = hope(add_source(program))
    for address in (url("sources", program), url("source", program, given.source_id)):
        page = client_for(viewer).get(address).text
        assert ("400\u00a0USD" in page, buttons(page), "/add/" in page, "/edit/" in page) == (True, [], False, False)


# Sources


def test_a_source_is_added_once_and_its_page_follows(browser: Client, program: Program) -> None:
    partner = add_partner(program)
    said = {"name": "Ministry of Health", "kind": "government", "partner": partner.pk, "nonce": NONCE}
    found = [browser.post(url("source_add", program), said)["Location"] for _ in range(2)]
    source = FundingSource.objects.get()
    assert found == [url("source", program, source.pk)] * 2
    assert (source.name, source.kind, source.partner) == ("Ministry of Health", "government", partner)


def test_only_partners_of_the_program_are_offered(browser: Client, program: Program, other_program: Program) -> None:
    mine, theirs = add_partner(program), add_partner(other_program, "Theirs")
    page = browser.get(url("source_add", program)).text
    assert re.findall(r'<option value="(\d+)"', page) == [str(mine.pk)]
    said = {"name": "Ministry of Health", "kind": "partner", "partner": theirs.pk, "nonce": NONCE}
    response = browser.post(url("source_add", program), said)
    assert (response.status_code, "Choose one of the partners of this program." in response.text) == (422, True)
    assert FundingSource.objects.count() == 0


def test_a_name_that_is_taken_is_refused(browser: Client, program: Program) -> None:
    add_source(program, "Ministry of Health")
    said = {"name": "ministry of health", "kind": "donor", "nonce": NONCE}
    response = browser.post(url("source_add", program), said)
    assert (response.status_code, "There is a source “ministry of health” already." in response.text) == (422, True)


def test_a_source_is_changed(browser: Client, program: Program) -> None:
    source, partner = add_source(program), add_partner(program, "Health office")
    facts = facts_of(source, sources.FACTS)
    form = {"name": "Provincial budget", "kind": "government", "partner": partner.pk, "nonce": NONCE}
    response = browser.post(url("source_edit", program, source.pk), form | {"seen": json.dumps(facts)})
    assert response["Location"] == url("source", program, source.pk)
    changes = Change.objects.filter(kind="source", verb="changed").order_by("pk").values_list("field", "new")
    assert list(changes) == [("name", "Provincial budget"), ("partner", "Health office")]
    page = browser.get(url("source_edit", program, source.pk)).text
    assert re.findall(r'<option value="(\d+)" selected', page) == [str(partner.pk)]


def test_a_conflict_about_a_source_is_shown(browser: Client, program: Program) -> None:
    source = add_source(program)
    form = {"name": "Mine", "kind": "government", "seen": json.dumps(facts_of(source, sources.FACTS)), "nonce": NONCE}
    FundingSource.objects.update(name="Theirs")
    response = browser.post(url("source_edit", program, source.pk), form)
    assert (response.status_code, "“Theirs”" in response.text, 'value="Mine"' in response.text) == (409, True, True)


def test_a_source_that_gives_something_stays(browser: Client, program: Program) -> None:
    given = hope(add_source(program))
    address = url("source_remove", program, given.source_id)
    assert "It has contributions, so it stays." in browser.get(address).text
    response = browser.post(address, follow=True)
    assert ("“Ministry of Health” has contributions." in response.text, FundingSource.objects.count()) == (True, 1)
    given.delete()
    assert "Remove the source “Ministry of Health”?" in browser.get(address).text
    assert browser.post(address)["Location"] == url("sources", program)
    assert FundingSource.objects.count() == 0


# Contributions


def test_a_contribution_is_entered_once(browser: Client, program: Program) -> None:
    source = add_source(program)
    for _ in range(2):
        response = browser.post(url("contribution_add", program, source.pk), typed(), follow=True)
    assert f"Entered: 9,500\u00a0KHR in {YEAR}." in response.text
    row = Contribution.objects.get()
    assert {name: getattr(row, name) for name in contributions.FACTS} == {
        "year": YEAR,
        "amount": Decimal(9500),
        "currency": "KHR",
        "status": "pledged",
        "covers": "recurrent",
        "is_in_budget": True,
        "is_in_kind": False,
        "note": "As agreed in May",
    }


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"amount": "1.234"}, "“1.234” can be read in two ways. Write 1234.00 or 1.23, whichever you mean."),
        ({"is_in_kind": "on", "note": ""}, "Say how it was valued: what was counted, and at which price."),
        ({"status": "sure"}, "Select a valid choice."),
        ({"year": "2101"}, "Enter a year from 1990 to 2100, for example 2027."),
        ({"currency": ""}, "Choose: Currency"),
    ],
)
def test_what_is_wrong_is_said(browser: Client, program: Program, said: dict[str, str], sentence: str) -> None:
    response = browser.post(url("contribution_add", program, add_source(program).pk), typed(**said))
    assert (response.status_code, sentence in response.text, Contribution.objects.count()) == (422, True, 0)


def test_each_status_says_beside_it_what_must_be_true(browser: Client, program: Program) -> None:
    page = browser.get(url("contribution_add", program, add_source(program).pk)).text
    assert re.findall(r"<b>([\w ]+)</b><br><small>(\w+)", page) == [
        ("hoped for", "You"), ("pledged", "They"), ("signed", "A"), ("received", "It"),
    ]  # fmt: skip


@pytest.mark.parametrize(("at", "name"), [("", "sources"), ("?at=source", "source")])
def test_one_press_moves_a_contribution(browser: Client, program: Program, at: str, name: str) -> None:
    given = hope(add_source(program))
    parts = [given.source_id] if name == "source" else []
    back = url(name, program, *parts)
    for seen, to in [("hoped", "pledged"), ("pledged", "signed"), ("signed", "received")]:
        assert buttons(browser.get(back).text) == [(seen, to)]
        move = url("contribution_move", program, given.pk) + at
        response = browser.post(move, {"seen": seen, "status": to})
        assert response["Location"] == f"{back}#contribution-{given.pk}"
    page = browser.get(back).text
    assert (buttons(page), f"400\u00a0USD in {YEAR}: received." in page) == ([], True)
    assert Change.objects.filter(field="status").count() == 3


def test_a_press_over_a_newer_word_does_nothing(browser: Client, program: Program) -> None:
    given = give(add_source(program), status="received")
    move = {"seen": "pledged", "status": "signed"}
    response = browser.post(url("contribution_move", program, given.pk), move, follow=True)
    assert "Somebody changed this meanwhile to “received”. Nothing was saved." in response.text
    assert Contribution.objects.get().status == "received"


def test_a_button_there_is_not_is_pressed_by_nobody(browser: Client, program: Program) -> None:
    given = hope(add_source(program))
    response = browser.post(url("contribution_move", program, given.pk), {"seen": "hoped", "status": "sure"})
    assert (response.status_code, Contribution.objects.get().status) == (400, "hoped")


def test_a_contribution_is_changed(browser: Client, program: Program) -> None:
    given = hope(add_source(program), "1234.50", is_in_budget=True)
    page = browser.get(url("contribution_edit", program, given.pk)).text
    assert ('name="amount" value="1,234.50"' in page, page.count("checked")) == (True, 2)
    browser.post(url("contribution_edit", program, given.pk), opened(given, status="hoped", amount="1,234.50"))
    assert Change.objects.filter(kind="contribution", verb="changed").count() == 0
    browser.post(url("contribution_edit", program, given.pk), opened(given, covers="central", is_in_budget=""))
    changes = Change.objects.filter(kind="contribution", verb="changed").order_by("pk").values_list("field", "new")
    assert list(changes) == [("covers", "central"), ("is_in_budget", False)]


def test_a_conflict_about_a_contribution_is_shown(browser: Client, program: Program) -> None:
    given = hope(add_source(program))
    form = opened(given, amount="500", status="signed")
    Contribution.objects.update(status="received")
    response = browser.post(url("contribution_edit", program, given.pk), form)
    assert (response.status_code, "“received”" in response.text) == (409, True)
    assert Contribution.objects.values_list("amount", "status").get() == (Decimal(400), "received")
    again = {field.html_name: field.value() for field in response.context["form"] if field.value() is not False}
    assert browser.post(url("contribution_edit", program, given.pk), again).status_code == 302
    assert Contribution.objects.values_list("amount", "status").get() == (Decimal(500), "signed")


def test_a_contribution_is_removed_after_one_question(browser: Client, program: Program) -> None:
    given = hope(add_source(program))
    address = url("contribution_remove", program, given.pk)
    assert f"Remove 400\u00a0USD in {YEAR}?" in browser.get(address).text
    assert Contribution.objects.count() == 1
    response = browser.post(address, follow=True)
    assert (f"400\u00a0USD in {YEAR} is removed." in response.text, Contribution.objects.count()) == (True, 0)


# Who may


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [("lead", 200, 200), ("editor", 200, 200), ("viewer", 200, 403), ("facilitator", 200, 403), ("admin", 200, 403),
     ("donor", 403, 403), ("other_lead", 404, 404), ("stranger", 404, 404)],
)  # fmt: skip
def test_who_may_come_in(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, who: str, read: int, write: int
) -> None:
    given, client = hope(add_source(program)), client_for(request.getfixturevalue(who))
    forms = [url("source_add", program)]
    forms += [url(name, program, given.source_id) for name in ("source_edit", "source_remove", "contribution_add")]
    forms += [url(name, program, given.pk) for name in ("contribution_edit", "contribution_remove")]
    pages = [url("sources", program), url("source", program, given.source_id)]
    assert {client.get(page).status_code for page in pages} == {read}
    assert {client.get(form).status_code for form in forms} == {write}
    if write != 200:
        move = url("contribution_move", program, given.pk)
        assert {client.post(form).status_code for form in [*forms, move]} == {write}
    assert list(Contribution.objects.values_list("status", flat=True)) == ["hoped"]


def test_things_of_another_program_are_not_there(browser: Client, program: Program, other_program: Program) -> None:
    given = hope(add_source(other_program))
    forms = [url(name, program, given.source_id) for name in ("source_edit", "source_remove", "contribution_add")]
    forms += [url(f"contribution_{name}", program, given.pk) for name in ("edit", "move", "remove")]
    assert {browser.post(form, typed()).status_code for form in forms} == {404}
    assert browser.get(url("source", program, given.source_id)).status_code == 404
    assert (FundingSource.objects.count(), Contribution.objects.count()) == (1, 1)


def test_the_history_tells_it_in_words(browser: Client, program: Program) -> None:
    given = hope(add_source(program), 2500, year=YEAR + 1)
    contributions.move(given, to="signed", seen="hoped", by=program.created_by)
    page = browser.get(reverse("programs:history", args=[program.pk])).text.replace("\u00a0", " ")
    told = ["added the source “Ministry of Health”",
            f"entered what “Ministry of Health” gives in {YEAR + 1}: 2,500 USD",
            "changed how sure a contribution is", "hoped for", "signed",
            f'href="{url("source", program, given.source_id)}#contribution-{given.pk}"']  # fmt: skip
    assert [words for words in told if words not in page] == []
