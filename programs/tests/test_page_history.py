"""The history of a program in readable lines."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Change
from journal.record import record
from programs.domain import history
from programs.domain.phrases import VERBS
from programs.models import Program
from programs.tests.saving_cases import item_of, save

ClientFor = Callable[[User | None], Client]


def lines(program: Program) -> list[tuple[str, str, str, str]]:
    return [(line.who, line.what, line.old, line.new) for line in history.of_program(program).lines]


def test_lines_say_who_what_from_to(client_for: ClientFor, program: Program, editor: User, lead: User) -> None:
    row, browser = item_of(program), client_for(editor)
    save(browser, row, "answer", "done")
    save(browser, row, "owner", str(lead.pk))
    save(browser, row, "due_on", "2027-03-31")
    assert lines(program)[:3] == [
        (editor.name, "changed the due date", "nothing", "31 March 2027"),
        (editor.name, "changed the owner", "nothing", lead.name),
        (editor.name, "changed the answer", "Not started", "Done"),
    ]


def test_edits_of_a_note_fold_until_somebody_else_writes(
    client_for: ClientFor, program: Program, editor: User, lead: User
) -> None:
    row = item_of(program)
    for base, (who, note) in enumerate([(editor, "a"), (editor, "ab"), (lead, "abc"), (editor, "abcd")]):
        save(client_for(who), row, "note", note, base=base)
    found = [(line.who, line.old, line.new, line.count) for line in history.of_item(row).lines]
    assert found == [(editor.name, "abc", "abcd", 1), (lead.name, "ab", "abc", 1), (editor.name, "nothing", "ab", 2)]


def test_edits_of_other_days_stay_apart(client_for: ClientFor, program: Program, editor: User, time_machine) -> None:
    row = item_of(program)
    save(client_for(editor), row, "note", "a")
    newest = Change.objects.latest("pk")
    older = Change(pk=newest.pk, at=newest.at.replace(year=newest.at.year - 1), actor=newest.actor, kind="answer")
    older.object_id, older.field, older.new = row.pk, "note", "before"
    assert len(history.lines([newest, older], program_id=program.pk)) == 2


def test_unknown_verb_is_named_and_breaks_nothing(program: Program, lead: User) -> None:
    record("teleported", "program", program.pk, by=lead, program_id=program.pk, new=["odd"])
    record("role_changed", "member", lead.pk, by=None, program_id=program.pk, new=None)
    assert [line[:2] for line in lines(program)[:2]] == [("", "made  "), (lead.name, "did something (teleported)")]


def recorded_verbs() -> set[str]:
    """Every verb the domain functions of programs write, as far as it stands there as a word."""
    calls = [
        node
        for path in Path(history.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "_record"} and node.args
    ]
    words = [word for call in calls for word in ast.walk(call.args[0]) if isinstance(word, ast.Constant)]
    return {word.value for word in words if isinstance(word.value, str)}


def test_every_verb_is_put_into_words() -> None:
    verbs = recorded_verbs()
    assert {"evidence_added", "replied", "decided"} <= verbs  # there is something to find
    assert verbs - {"changed"} - {verb for _kind, verb in VERBS} == set()


def test_pages_go_on_where_they_stopped(client_for: ClientFor, program: Program, lead: User) -> None:
    for number in range(120):
        record(
            "recorded", "reach", number, by=lead, program_id=program.pk, new={"count": number, "as_of": "2026-01-01"}
        )
    browser, url, seen = client_for(lead), reverse("programs:history", args=[program.pk]), []
    start = ""
    while True:
        page = browser.get(url + start).context["page"]
        seen += [change.pk for line in page.lines for change in line.changes]
        if page.older is None:
            break
        start = f"?before={page.older}"
    every = Change.objects.filter(program_id=program.pk).order_by("-pk").values_list("pk", flat=True)
    assert seen == list(every)


@pytest.mark.parametrize("before", ["x", "-1", "٣", "9" * 40, "1e9", "' OR 1=1"])
def test_nonsense_in_the_address_shows_the_newest(
    client_for: ClientFor, program: Program, lead: User, before: str
) -> None:
    response = client_for(lead).get(reverse("programs:history", args=[program.pk]), {"before": before})
    assert (response.status_code, response.context["is_first"]) == (200, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_history_asks_the_same_number_of_questions(
    client_for: ClientFor, program: Program, editor: User, lead: User, rows: int, django_assert_num_queries
) -> None:
    browser = client_for(editor)
    for number in range(1, rows + 1):
        row = item_of(program, f"4.{number}")
        save(browser, row, "owner", str(lead.pk))
    url = reverse("programs:history", args=[program.pk])
    with django_assert_num_queries(5):  # the person, the program, the changes, their items, their people
        browser.get(url)


def test_history_of_another_program_is_not_here(
    client_for: ClientFor, program: Program, other_program: Program, other_lead: User, editor: User
) -> None:
    save(client_for(other_lead), item_of(other_program), "note", "CANARY")
    page = client_for(editor).get(reverse("programs:history", args=[program.pk])).content.decode()
    assert "CANARY" not in page
    assert "started the program" in page
