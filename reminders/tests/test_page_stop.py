"""Stopping mails by the link in them: signed in or not, by people and by mail programs, and taking it back."""

from collections.abc import Callable

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from reminders.domain import stopping
from reminders.models import Wish
from scaleup.logs import discreet

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
STOP, AGAIN = {"wanted": "stop"}, {"wanted": "again"}


@pytest.fixture
def link(editor: User) -> str:
    return stopping.path_to_stop(editor.pk, ["item_due", "step_due"])


def wishes() -> list[tuple[str, bool, bool]]:
    return list(Wish.objects.order_by("kind").values_list("kind", "by_mail", "in_inbox"))


STOPPED = [("item_due", False, True), ("step_due", False, True)]


def test_looking_says_what_would_stop_and_changes_nothing(link: str, client: Client) -> None:
    answer = client.get(link)
    assert answer.status_code == 200
    words = answer.content.decode()
    assert "Items that are due" in words
    assert "Steps near their target date" in words
    assert "Stop these mails" in words
    assert (client.head(link).status_code, wishes()) == (200, [])


@pytest.mark.parametrize("who", ["nobody", "owner", "somebody else"])
def test_it_stops_for_whose_mail_it_was(
    who: str, link: str, editor: User, viewer: User, client_for: Callable[..., Client]
) -> None:
    browser = client_for({"nobody": None, "owner": editor, "somebody else": viewer}[who])
    assert browser.post(link, STOP).url == link
    assert wishes() == STOPPED
    assert set(Wish.objects.values_list("user", flat=True)) == {editor.pk}
    assert "These mails are stopped" in browser.get(link).content.decode()


def test_it_can_be_taken_back_and_done_twice(link: str, client: Client) -> None:
    client.post(link, STOP)
    client.post(link, STOP)
    assert wishes() == STOPPED
    client.post(link, AGAIN)
    assert wishes() == [("item_due", True, True), ("step_due", True, True)]
    assert "Stop these mails?" in client.get(link).content.decode()


def test_the_choice_for_the_inbox_stays(link: str, editor: User, client: Client) -> None:
    Wish.objects.create(user=editor, kind="item_due", by_mail=True, in_inbox=False)
    client.post(link, STOP)
    assert wishes() == [("item_due", False, False), ("step_due", False, True)]


def test_one_click_of_a_mail_program_needs_no_token_of_a_form(link: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(link, ONE_CLICK)
    assert (answer.status_code, wishes()) == (200, STOPPED)
    assert browser.post(link, ONE_CLICK).status_code == 200
    assert wishes() == STOPPED


def test_any_other_post_needs_one(link: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    for data in ({}, STOP, {"List-Unsubscribe": "Two-Click"}):
        assert browser.post(link, data).status_code == 403
    assert wishes() == []


def forged(user: User, kind: str) -> str:
    """A link that is none of ours."""
    good = stopping.path_to_stop(user.pk, ["item_due"])
    other = signing.Signer(salt="something else").sign_object([user.pk, ["item_due"]])
    body, _, mark = good.removeprefix("/mails/stop/").rstrip("/").partition(":")
    return {
        "other purpose": f"/mails/stop/{other}/",
        "other person": f"/mails/stop/{signing.b64_encode(b'[1,[]]').decode()}:{mark}/",
        "cut off": good[:-5] + "/",
        "no mark": f"/mails/stop/{body}/",
        "words": "/mails/stop/wrong/",
        "long": f"/mails/stop/{'x' * 5000}/",
        "nobody": stopping.path_to_stop(987654, ["item_due"]),
        "no such kind": stopping.path_to_stop(user.pk, ["gone"]),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["other purpose", "other person", "cut off", "no mark", "words", "long", "nobody", "no such kind"]
)
def test_a_link_that_is_none_of_ours_says_so_and_no_more(kind: str, editor: User, client: Client) -> None:
    link = forged(editor, kind)
    answers = [client.get(link), client.post(link, STOP), client.post(link, ONE_CLICK)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.content for answer in [client.get("/mails/stop/wrong/"), client.get(link)]}) == 1
    assert "This link stops nothing" in answers[0].content.decode()
    assert wishes() == []


def test_who_is_closed_out_looks_like_nobody(link: str, editor: User, client: Client) -> None:
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert client.get(link).content == client.get("/mails/stop/wrong/").content


def test_a_kind_that_is_gone_leaves_the_others(editor: User, client: Client) -> None:
    client.post(stopping.path_to_stop(editor.pk, ["gone", "item_due"]), STOP)
    assert wishes() == STOPPED[:1]


def test_the_link_is_the_same_on_every_try_of_a_mail_and_told_to_no_cache(editor: User, client: Client) -> None:
    link = stopping.path_to_stop(editor.pk, ["step_due", "item_due"])
    assert link == stopping.path_to_stop(editor.pk, ["item_due", "step_due"])
    assert "no-store" in client.get(link)["Cache-Control"]


def test_logs_hide_the_key(link: str) -> None:
    assert discreet(f"GET {link}") == "GET /mails/stop/[key]/"
