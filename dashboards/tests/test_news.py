"""The journal folded: what counts as what, how often, by whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from dashboards.domain import news
from journal.record import record
from programs.models import ItemAnswer, Program

Said = list[tuple[str, str]]


@pytest.fixture
def told(program: Program, lead: User) -> Callable[[], Said]:
    """What the lead is told since an hour ago: each line with its people."""

    def ask() -> Said:
        found = news.since({program.pk: timezone.now() - timedelta(hours=1)}, reader=lead)
        return [(line.text, line.by) for line in found.get(program.pk, [])]

    return ask


@pytest.fixture
def note(program: Program, editor: User) -> Callable[..., None]:
    """Writes a line of history."""

    def write(verb: str, kind: str = "answer", object_id: int = 1, *, by: User | None = editor, **fields: Any) -> None:
        record(verb, kind, object_id, by=by, program_id=program.pk, **fields)

    return write


def test_nothing_is_asked_for_nobody(lead: User, assert_queries: Callable) -> None:
    with assert_queries(0):
        assert news.since({}, reader=lead) == {}


def test_an_answer_that_changed_three_times_is_one(note: Callable, told: Callable) -> None:
    for value in ("under_way", "later", "done"):
        note("changed", object_id=7, field="answer", new=value)
    note("changed", object_id=8, field="answer", new="done")
    assert told() == [("2 answers changed", "Editor Person")]


def test_every_piece_of_evidence_and_every_remark_counts(note: Callable, told: Callable, facilitator: User) -> None:
    note("evidence_added", new={"title": "Report"})
    note("evidence_replaced", new={"title": "Report"})
    note("remarked", by=facilitator, new={"text": "Who?"})
    note("replied", kind="step", new={"text": "Me."})
    lines = [("2 changes of evidence", "Editor Person"), ("2 remarks written", "Editor Person, Facilitator Person")]
    assert [(text, ", ".join(sorted(by.split(", ")))) for text, by in told()] == lines


def test_many_people_are_two_names_and_a_number(note: Callable, told: Callable, make_user: Callable) -> None:
    for name in ("anna", "bo", "cy", "di"):
        note("changed", object_id=1, field="note", by=make_user(name))
    [(text, by)] = told()
    assert text == "1 note edited"
    assert by == "Anna Person, Bo Person, 2 more"


def test_gates_come_before_answers_and_decisions_are_told_elsewhere(note: Callable, told: Callable) -> None:
    note("changed", field="due_on")
    note("changed", object_id=2, field="answer")
    note("submitted", kind="plan")
    note("decided", kind="plan")
    note("recorded", kind="plan")
    note("resolved")
    assert [text for text, _ in told()] == ["1 step submitted", "1 answer changed", "1 owner or date set"]


@pytest.mark.parametrize(
    ("kind", "verb", "field", "fold"),
    [
        ("answer", "verified", "", "verified"),
        ("answer", "accepted", "", "verified"),
        ("answer", "lapsed", "", "lapsed"),
        ("answer", "asked", "", "returned"),
        ("plan", "withdrawn", "", "withdrawn"),
        ("condition", "condition_met", "", "conditions"),
        ("listing", "asked", "", "listed"),
        ("member", "granted", "", "team"),
        ("program", "invited", "", "team"),
        ("program", "accepted", "", "team"),
        ("program", "changed", "name", "about"),
        ("program", "archived", "", "other"),
        ("reach", "recorded", "", "reach"),
        ("answer", "never heard of", "", "other"),
        ("answer", "changed", "never heard of", "other"),
    ],
)
def test_every_change_folds_into_some_line(kind: str, verb: str, field: str, fold: str) -> None:
    assert news.fold_of(kind, verb, field) == fold
    assert fold in news.FOLDS


def test_the_system_has_no_name(note: Callable, told: Callable) -> None:
    note("lapsed", by=None)
    assert told() == [("1 verification lapsed", "")]


def test_my_own_changes_and_those_i_saw_are_no_news(
    note: Callable, told: Callable, lead: User, program: Program, other_program: Program
) -> None:
    note("changed", by=lead, field="answer")
    item = ItemAnswer.objects.filter(plan__program=other_program).first()
    record("changed", "answer", item.pk, by=None, program_id=other_program.pk, field="answer")
    assert told() == []
    note("changed", field="answer")
    assert news.since({program.pk: timezone.now() + timedelta(seconds=1)}, reader=lead) == {}
