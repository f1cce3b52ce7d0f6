"""Putting off from the inbox: quick choices, the reason that others read, and the way back."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from programs.models import Program
from reminders.models import Notice, Snooze
from reminders.tests.due_cases import item_of
from reminders.tests.test_page_inbox import number_in_header, tell, texts
from scaleup.tests.scenes import in_days

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]
SAID = {"when": "week", "reason": "The ministry answers next week", "nonce": "n" * 32}


@pytest.fixture
def notice(program: Program, editor: User) -> Notice:
    item_of(program, owner=editor, due_on=in_days(20))
    return tell(editor)[0]


def offered(client: Client, notice: Notice) -> list[str]:
    return re.findall(r'type="radio" name="when" value="(\w+)"', client.get(f"/inbox/{notice.pk}/later/").text)


@pytest.mark.parametrize(
    ("due_on", "choices"),
    [(20, ["tomorrow", "week", "day"]), (3, ["tomorrow", "day"]), (-3, ["tomorrow", "week", "day"])],
)
def test_no_day_is_offered_after_it_is_due(
    due_on: int, choices: list[str], notice: Notice, program: Program, editor: User, client_for: Clients
) -> None:
    item_of(program, due_on=in_days(due_on))
    assert offered(client_for(editor), notice) == choices


@pytest.mark.parametrize(
    ("said", "until_on"),
    [
        ({"when": "tomorrow"}, in_days(1)),
        ({"when": "week", "until_on": "nonsense"}, in_days(7)),
        ({"when": "day", "until_on": in_days(11).isoformat()}, in_days(11)),
    ],
)
def test_put_off_it_leaves_the_inbox_and_stands_among_what_waits(
    said: dict[str, str], until_on: date, notice: Notice, editor: User, client_for: Clients
) -> None:
    browser = client_for(editor)
    page = browser.post(f"/inbox/{notice.pk}/later/", SAID | said, follow=True)
    assert (texts(page), number_in_header(page), Snooze.objects.get().until_on) == ([], "0", until_on)
    assert "“The ministry answers next week”" in browser.get("/inbox/?show=later").text


def test_taken_up_again_it_waits_no_more(notice: Notice, editor: User, lead: User, client_for: Clients) -> None:
    browser = client_for(editor)
    browser.post(f"/inbox/{notice.pk}/later/", SAID)
    pause = Snooze.objects.get()
    assert client_for(lead).post(f"/inbox/later/{pause.pk}/end/").status_code == 404
    page = browser.post(f"/inbox/later/{pause.pk}/end/", follow=True)
    assert ("You are reminded of it again." in page.text, "Nothing is put off" in page.text) == (True, True)


def test_a_mistake_is_told_and_what_was_typed_stays(notice: Notice, editor: User, client_for: Clients) -> None:
    late = in_days(21).isoformat()
    page = client_for(editor).post(f"/inbox/{notice.pk}/later/", SAID | {"when": "day", "until_on": late})
    assert (page.status_code, late in page.text, SAID["reason"] in page.text) == (422, True, True)
    assert Snooze.objects.count() == 0


def test_what_is_done_cannot_be_put_off(program: Program, notice: Notice, editor: User, client_for: Clients) -> None:
    item_of(program, answer="done")
    page = client_for(editor).get(f"/inbox/{notice.pk}/later/", follow=True)
    assert (page.redirect_chain[0][0], "There is nothing to put off" in page.text) == ("/inbox/", True)
