"""Rows that somebody removed while another had their form open: what was typed is kept, and can be added anew."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from funding.domain import contributions, costs, phases, sources
from funding.domain.holding import Removed
from funding.models import Contribution, CostLine, FundingPhase, FundingSource
from funding.tests.rows_of_money import YEAR, add_cost, add_phase, add_source, give
from journal.facts import facts_of
from programs.models import Program

Sign = Callable[[User | None], Client]
NONCE = "n" * 32
SAID = "Somebody removed this meanwhile. What you typed is kept below: you can add it anew."
TYPED: dict[str, dict[str, Any]] = {
    "cost": {
        "text": "Fuel",
        "kind": "central",
        "year": YEAR,
        "unit_amount": "1,234.50",
        "quantity": 7,
        "currency": "KHR",
    },
    "phase": {"name": "The region", "first_year": YEAR + 5, "last_year": YEAR + 6},
    "source": {"name": "Sunrise Fund", "kind": "donor", "partner": ""},
    "contribution": {"year": YEAR, "amount": "1,234.50", "currency": "KHR", "status": "pledged", "note": "In May"},
}
SUBJECTS = {"cost": costs, "phase": phases, "source": sources, "contribution": contributions}
MODELS: dict[str, type[Model]] = {
    "cost": CostLine, "phase": FundingPhase, "source": FundingSource, "contribution": Contribution
}  # fmt: skip
LISTS = {"cost": "costs", "phase": "costs", "source": "sources", "contribution": "sources"}
KINDS = pytest.mark.parametrize("kind", list(TYPED))


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"funding:{name}", args=[program.pk, *parts])


def make(kind: str, program: Program) -> Any:
    if kind == "contribution":
        return give(add_source(program, f"Ministry {FundingSource.objects.count()}"))
    return {"cost": add_cost, "phase": add_phase, "source": add_source}[kind](program)


def typed_into(kind: str, row: Model, /, **said: Any) -> dict[str, Any]:
    seen = json.dumps(facts_of(row, SUBJECTS[kind].FACTS))
    return TYPED[kind] | {"seen": seen, "nonce": NONCE} | said


def removed(kind: str, program: Program) -> Any:
    row = make(kind, program)
    number = row.pk
    SUBJECTS[kind].remove(row, by=program.created_by)
    row.pk = number
    return row


def without_tokens(page: str) -> str:
    """A page without what is made anew each time it is shown."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)


@pytest.fixture
def browser(client_for: Sign, editor: User) -> Client:
    return client_for(editor)


@KINDS
def test_what_was_typed_is_kept_and_can_be_added_anew(browser: Client, program: Program, kind: str) -> None:
    row = removed(kind, program)
    answer = browser.post(url(f"{kind}_edit", program, row.pk), typed_into(kind, row))
    assert (answer.status_code, answer.text.count(SAID), MODELS[kind].objects.count()) == (409, 1, 0)
    [anew] = re.findall(r'formaction="([^"]+)"', answer.text)
    [source] = FundingSource.objects.all() if kind == "contribution" else [None]
    assert anew == url(f"{kind}_add", program, *([source.pk] if source else []))
    sent = {field.html_name: field.value() for field in answer.context["form"]}
    done = browser.post(anew, {name: value for name, value in sent.items() if value not in (None, False)})
    assert done.status_code == 302
    facts = facts_of(MODELS[kind].objects.get(), SUBJECTS[kind].FACTS)
    wanted = {name: str(value).replace(",", "") for name, value in TYPED[kind].items() if value}
    wanted |= {name: "1234.5" for name in ("unit_amount", "amount") if name in wanted}
    assert {name: str(facts[name]) for name in wanted} == wanted


@KINDS
def test_what_is_wrong_in_it_is_said_as_well(browser: Client, program: Program, kind: str) -> None:
    row, year = removed(kind, program), {"cost": "year", "phase": "last_year", "contribution": "year"}.get(kind, "kind")
    answer = browser.post(url(f"{kind}_edit", program, row.pk), typed_into(kind, row, **{year: "soon"}))
    assert (answer.status_code, SAID in answer.text, set(answer.context["form"].errors)) == (
        409,
        True,
        {"__all__", year},
    )


@KINDS
def test_who_removes_it_in_the_same_moment_is_told_the_same(
    browser: Client, program: Program, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page found the row, and the verb does not."""
    row, subject = make(kind, program), SUBJECTS[kind]
    form = typed_into(kind, row)
    change = subject.change

    def lose_and_change(row: Model, **said: Any) -> None:
        MODELS[kind].objects.all().delete()
        change(row, **said)

    monkeypatch.setattr(subject, "change", lose_and_change)
    answer = browser.post(url(f"{kind}_edit", program, row.pk), form)
    assert (answer.status_code, SAID in answer.text, "formaction" in answer.text) == (409, True, True)
    with pytest.raises(Removed):
        subject.change(row, wanted={}, seen={}, by=program.created_by)


@KINDS
def test_what_belongs_to_others_is_answered_like_what_never_was(
    browser: Client, program: Program, other_program: Program, kind: str
) -> None:
    """Also what they removed: nobody learns that it was there."""
    gone, theirs, unknown = removed(kind, other_program), make(kind, other_program), 10**9
    mine = make(kind, program)
    answers = [
        (answer.status_code, without_tokens(answer.text))
        for number in (theirs.pk, gone.pk, unknown)
        for answer in [browser.post(url(f"{kind}_edit", program, number), typed_into(kind, mine))]
    ]
    assert ({status for status, _ in answers}, len({text for _, text in answers})) == ({404}, 1)
    assert {browser.get(url(f"{kind}_edit", program, one)).status_code for one in (theirs.pk, gone.pk, unknown)} == {
        404
    }


@KINDS
def test_who_only_reads_may_add_nothing(client_for: Sign, viewer: User, program: Program, kind: str) -> None:
    row = removed(kind, program)
    answer = client_for(viewer).post(url(f"{kind}_edit", program, row.pk), typed_into(kind, row))
    assert (answer.status_code, SAID in answer.text) == (403, False)


@pytest.mark.parametrize(
    ("kind", "name", "body"),
    [
        ("cost", "cost_edit", None),
        ("cost", "cost_copy", {"years": [str(YEAR + 1)], "nonce": NONCE}),
        ("cost", "cost_remove", {}),
        ("phase", "phase_edit", None),
        ("phase", "phase_remove", {}),
        ("source", "source", None),
        ("source", "source_remove", {}),
        ("source", "contribution_add", None),
        ("contribution", "contribution_edit", None),
        ("contribution", "contribution_move", {"seen": "hoped", "status": "signed"}),
        ("contribution", "contribution_remove", {}),
    ],
)
def test_where_nothing_was_typed_the_list_says_it(
    browser: Client, program: Program, kind: str, name: str, body: dict[str, Any] | None
) -> None:
    address = url(name, program, removed(kind, program).pk)
    answer = browser.get(address, follow=True) if body is None else browser.post(address, body, follow=True)
    assert answer.redirect_chain == [(url(LISTS[kind], program), 302)]
    assert "Somebody removed this meanwhile. Nothing was changed." in answer.text
    assert MODELS[kind].objects.count() == 0


def test_a_contribution_to_a_source_that_is_gone_can_go_to_another(browser: Client, program: Program) -> None:
    gone = removed("source", program)
    form = TYPED["contribution"] | {"nonce": NONCE}
    answer = browser.post(url("contribution_add", program, gone.pk), form)
    assert (answer.status_code, "No source is left" in answer.text, "formaction" in answer.text) == (409, True, False)
    one, two = add_source(program, "Ministry"), add_source(program, "Sunrise Fund")
    answer = browser.post(url("contribution_add", program, gone.pk), form)
    assert re.findall(r'formaction="([^"]+)"', answer.text) == [
        url("contribution_add", program, source.pk) for source in (one, two)
    ]
    browser.post(url("contribution_add", program, two.pk), form)
    assert list(Contribution.objects.values_list("source__name", "note")) == [("Sunrise Fund", "In May")]


def test_a_source_that_goes_while_its_contribution_is_entered(
    browser: Client, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, add = add_source(program), contributions.add

    def lose_and_add(source: FundingSource, said: dict[str, Any], **how: Any) -> Contribution:
        FundingSource.objects.all().delete()
        return add(source, said, **how)

    monkeypatch.setattr(contributions, "add", lose_and_add)
    answer = browser.post(url("contribution_add", program, source.pk), TYPED["contribution"] | {"nonce": NONCE})
    assert (answer.status_code, SAID in answer.text, 'value="In May"' in answer.text) == (409, True, True)


def test_the_source_it_was_of_comes_first(browser: Client, program: Program) -> None:
    """Who presses Enter adds it there."""
    add_source(program, "A fund")
    given = removed("contribution", program)
    answer = browser.post(url("contribution_edit", program, given.pk), typed_into("contribution", given))
    first, second = re.findall(r'<button\s+class="([^"]+)"\s+formaction="([^"]+)"', answer.text)
    assert first == ("button", url("contribution_add", program, given.source_id))
    assert second[0] == "button button--quiet"
