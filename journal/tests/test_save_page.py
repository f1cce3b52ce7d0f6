"""The protocol of docs/saving.md, as a script meets it: one POST, one answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.models import Change, Mutation
from journal.saving import Actor, Field, Kind, NotFound, Opened, Refused

KEY = "0123456789abcdef" * 2


@dataclass
class Note:
    """A thing with one savable field."""

    text: str = ""
    versions: dict[str, list[Any]] = field(default_factory=dict)


class NoteKind(Kind):
    """Keeps one note, number 5, in memory; some texts are refused in each of the ways there are."""

    model = Change
    fields = {"text": Field("text", lambda raw, row: clean(raw))}

    def __init__(self) -> None:
        self.note = Note()

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        if object_id != 5:
            raise NotFound
        return Opened(self.note, program_id=None)

    def check(self, opened: Opened, field: str, value: str) -> None:
        if value == "not yours":
            raise PermissionDenied("You may only read here.")
        if value == "not now":
            raise Refused("This step waits for a decision.")

    def write(self, opened: Opened, field: str, value: str) -> None:
        opened.row.text = value


def clean(raw: str) -> str:
    if raw == "wrong":
        raise ValidationError("Write something else.")
    return raw.strip()


@pytest.fixture
def note(monkeypatch: pytest.MonkeyPatch) -> Iterator[Note]:
    kind = NoteKind()
    monkeypatch.setitem(saving.kinds, "note", kind)
    return kind.note


@pytest.fixture
def author(make_user: Any) -> User:
    return make_user("author")


@pytest.fixture
def colleague(make_user: Any) -> User:
    return make_user("colleague")


def send(client: Client, value: str, **changes: object) -> Any:
    wish = {"key": KEY, "kind": "note", "id": 5, "field": "text", "value": value, "base": 0}
    return client.post("/save/", wish | changes, headers={"Accept": "application/json"})


def test_applied(client_for: Any, author: User, note: Note) -> None:
    response = send(client_for(author), " Three visits ")
    told = response.json()

    assert (response.status_code, response["X-App"]) == (200, "scaleup")
    assert {name: told[name] for name in ("result", "field", "version", "value", "display", "theirs")} == {
        "result": "applied",
        "field": "text",
        "version": 1,
        "value": "Three visits",
        "display": "Three visits",
        "theirs": None,
    }
    assert told["message"] == f"Saved at {timezone.now():%H:%M}"


def test_the_same_key_again_is_a_repeat_and_takes_no_effect(client_for: Any, author: User, note: Note) -> None:
    browser = client_for(author)
    send(browser, "once")
    response = send(browser, "once")

    assert (response.status_code, response.json()["result"], response.json()["version"]) == (200, "repeat", 1)
    assert (Mutation.objects.count(), Change.objects.count()) == (1, 1)


@pytest.mark.parametrize("reason", [NotFound(), PermissionDenied("Gone."), Refused("Closed."), ValidationError("No.")])
def test_what_took_effect_is_said_again_although_it_could_not_be_done_now(
    client_for: Any, author: User, note: Note, monkeypatch: pytest.MonkeyPatch, reason: Exception
) -> None:
    browser = client_for(author)
    send(browser, "saved, the answer lost")

    def refuse(*_: object, **__: object) -> None:
        raise reason

    monkeypatch.setattr(NoteKind, "check", refuse)
    assert send(browser, "saved, the answer lost").json()["result"] == "repeat"
    assert send(browser, "something else", key="e" * 32).json()["result"] == "refused"


def test_a_value_that_is_there_already(client_for: Any, author: User, colleague: User, note: Note) -> None:
    send(client_for(colleague), "agreed")
    response = send(client_for(author), "agreed", key=KEY[::-1])

    assert (response.status_code, response.json()["result"], response.json()["version"]) == (200, "same", 1)
    assert Change.objects.count() == 1


def test_a_conflict_shows_the_other_value_with_who_and_when(
    client_for: Any, author: User, colleague: User, note: Note
) -> None:
    author.time_zone = "Asia/Phnom_Penh"
    author.save()
    send(client_for(colleague), "theirs")
    note.versions["text"][3] = "2026-11-20T20:30:00+00:00"
    response = send(client_for(author), "mine", key=KEY[::-1])
    told = response.json()

    assert (response.status_code, told["result"], told["version"]) == (409, "conflict", 1)
    assert told["theirs"] == {
        "value": "theirs",
        "display": "theirs",
        "by": "Colleague Person",
        "at": "2026-11-20T20:30:00+00:00",
        "when": "21 Nov 2026, 03:30",
    }
    assert told["message"] == "Colleague Person changed this first. Both versions are kept: choose one."
    assert send(client_for(author), "mine", key=KEY[::-1]).json() == told
    assert note.text == "theirs"


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_saving_on_the_version_that_was_shown_settles_the_conflict(
    client_for: Any, author: User, colleague: User, note: Note, choice: str
) -> None:
    send(client_for(colleague), "theirs")
    send(client_for(author), "mine", key="c" * 32)
    send(client_for(colleague), "theirs again", key="b" * 32, base=1)
    assert Mutation.objects.get(key="c" * 32).settled_at is None

    send(client_for(author), choice, key="d" * 32, base=note.versions["text"][0])
    assert note.text == choice
    assert Mutation.objects.get(key="c" * 32).settled_at is not None


@pytest.mark.parametrize(
    ("value", "status", "message"),
    [
        ("wrong", 422, "Write something else."),
        ("not now", 422, "This step waits for a decision."),
        ("not yours", 403, "You may only read here."),
    ],
)
def test_a_refusal_says_why(client_for: Any, author: User, note: Note, value: str, status: int, message: str) -> None:
    response = send(client_for(author), value)

    assert (response.status_code, response.json()) == (status, {"result": "refused", "message": message})
    assert (note.text, Mutation.objects.count()) == ("", 0)


@pytest.mark.parametrize("changes", [{"id": 6}, {"id": "x"}, {"kind": "other"}, {"field": "other"}])
def test_what_is_not_there_is_not_found(client_for: Any, author: User, note: Note, changes: dict[str, object]) -> None:
    response = send(client_for(author), "text", **changes)

    assert (response.status_code, response.json()["result"]) == (404, "refused")


@pytest.mark.parametrize("changes", [{"key": "short"}, {"key": "!" * 32}, {"base": "-1"}, {"base": "²"}])
def test_what_no_page_of_ours_sends_is_refused(
    client_for: Any, author: User, note: Note, changes: dict[str, object]
) -> None:
    response = send(client_for(author), "text", **changes)

    assert (response.status_code, response.json()["result"]) == (422, "refused")
    assert "Reload the page" in response.json()["message"]


def test_a_key_stands_for_one_value_and_one_person(client_for: Any, author: User, colleague: User, note: Note) -> None:
    send(client_for(author), "first")

    assert send(client_for(author), "second").status_code == 422
    assert send(client_for(colleague), "first").status_code == 404
    assert note.text == "first"


def test_signed_out(client_for: Any, author: User, note: Note) -> None:
    response = send(client_for(None), "text")

    assert (response.status_code, response.json()["result"], response["X-App"]) == (401, "signed_out", "scaleup")


def test_a_page_made_for_somebody_else_saves_nothing(
    client_for: Any, author: User, colleague: User, note: Note
) -> None:
    response = send(client_for(colleague), "the author’s words", user=author.pk)

    assert (response.status_code, response.json()["result"]) == (401, "other_user")
    assert (note.text, Mutation.objects.count()) == ("", 0)
    assert send(client_for(author), "the author’s words", user=author.pk).status_code == 200


def test_a_failed_csrf_check_is_no_answer_of_the_protocol(author: User, note: Note) -> None:
    """A script tells it from a refusal by what it is not: JSON with a result."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(author)
    refused = send(browser, "text")
    assert (refused.status_code, refused["Content-Type"].split(";")[0]) == (403, "text/html")
    assert refused["X-App"] == "scaleup"

    told = browser.get("/session/").json()
    assert told["user"] == author.pk
    wish = {"key": KEY, "kind": "note", "id": 5, "field": "text", "value": "text", "base": 0}
    assert browser.post("/save/", wish, headers={"X-CSRFToken": told["csrf"]}).status_code == 200


def test_whose_session_this_is(client_for: Any, author: User) -> None:
    response = client_for(None).get("/session/")

    assert response.json()["user"] is None
    assert "no-store" in response["Cache-Control"]
    assert client_for(author).get("/session/").json()["user"] == author.pk
