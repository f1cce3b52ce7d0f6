"""The page of choices, the test mail, and the record of what was sent."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import mailing
from accounts.models import User
from journal.tests.haste import at_once
from programs.domain.owed import RULES
from reminders.domain import testing_mail, wishes
from reminders.domain.wishes import Ways
from reminders.models import Delivery, Rhythm, Wish

pytestmark = pytest.mark.django_db
PAGE, TEST, MAILS = (f"/account/reminders/{part}" for part in ("", "test/", "mails/"))


@pytest.fixture
def browser(editor: User, client_for: Callable[..., Client]) -> Client:
    return client_for(editor)


def everything(**changes: str) -> dict[str, str]:
    """The form with all boxes ticked, changed; an empty value unticks a box."""
    boxes = [f"mail_{key}" for key in wishes.kinds()]
    boxes += [f"inbox_{key}" for key, kind in wishes.kinds().items() if kind.has_inbox]
    said = dict.fromkeys(boxes, "on") | {"morning": "8", "digest_on": "0", "digest_hour": "8"} | changes
    return {name: value for name, value in said.items() if value or name == "digest_on"}


def ticked(answer: Any) -> set[str]:
    found = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", answer.content.decode())
    return {re.findall(r'name="(\w+)"', box)[0] for box in found if "checked" in box}


def chosen(answer: Any, field: str) -> str:
    select = re.findall(rf'<select name="{field}".*?</select>', answer.content.decode(), re.DOTALL)[0]
    return re.findall(r'<option value="(\d*)" selected', select)[0]


def test_every_kind_that_is_told_can_be_chosen() -> None:
    kinds = wishes.kinds()
    assert sorted(set(RULES) - set(kinds)) == []
    assert all(str(one.label) for one in kinds.values())
    groups = [one.group for one in kinds.values()]
    assert groups == sorted(groups, key=list(wishes.Group.values).index), "each group stands together"
    assert [key for key, one in kinds.items() if not one.has_inbox] == ["week", "portfolio"]


def test_without_a_choice_all_comes_both_ways(browser: Client) -> None:
    answer = browser.get(PAGE)
    assert ticked(answer) == {name for name, value in everything().items() if value == "on"}
    assert [chosen(answer, field) for field in ("morning", "digest_on", "digest_hour")] == ["8", "0", "8"]


def test_what_is_chosen_is_kept_and_shown(browser: Client, editor: User) -> None:
    said = everything(mail_item_due="", inbox_step_due="", mail_week="", morning="6", digest_on="4", digest_hour="17")
    assert browser.post(PAGE, said).url == PAGE
    answer = browser.get(PAGE)
    assert ticked(answer) == {name for name, value in said.items() if value == "on"}
    assert [chosen(answer, field) for field in ("morning", "digest_on", "digest_hour")] == ["6", "4", "17"]
    ways = wishes.of(editor)
    assert (ways["item_due"], ways["step_due"]) == (Ways(by_mail=False, in_inbox=True), Ways(True, False))
    assert ways["week"].by_mail is False
    rhythm = Rhythm.objects.get(user=editor)
    assert (rhythm.morning, rhythm.digest_on, rhythm.digest_hour) == (6, 4, 17)


def test_each_group_says_before_it_is_opened_how_much_is_ticked(browser: Client) -> None:
    browser.post(PAGE, everything(mail_item_due="", mail_step_due="", inbox_step_due="", mail_portfolio=""))
    counts = Counter(one.group for one in wishes.kinds().values())
    due, asked, news = (counts[group] for group in ("due", "asked", "news"))
    assert re.findall(r"<small[^>]*>(.*?)</small>", browser.get(PAGE).content.decode()) == [
        f"{due} kinds: {due - 2} by mail, {due - 1} in the inbox",
        f"{asked} kinds: {asked} by mail, {asked} in the inbox",
        f"{news} kinds: {news} by mail, {news} in the inbox",
        "2 kinds: 1 by mail",
    ]


def test_no_digests(browser: Client, editor: User) -> None:
    browser.post(PAGE, everything(digest_on=""))
    assert Rhythm.objects.get(user=editor).digest_on is None
    assert chosen(browser.get(PAGE), "digest_on") == ""


@pytest.mark.parametrize(
    "wrong", [{"morning": "20"}, {"morning": ""}, {"digest_hour": "24"}, {"digest_on": "7"}, {"morning": "noon"}]
)
def test_a_mistake_changes_nothing_and_keeps_what_was_ticked(wrong: dict[str, str], browser: Client) -> None:
    said = everything(mail_item_due="", inbox_step_due="", **({"digest_hour": "17"} | wrong))
    answer = browser.post(PAGE, said)
    assert answer.status_code == 422
    assert ticked(answer) == {name for name, value in said.items() if value == "on"}
    assert "There is a problem" in answer.content.decode()
    assert (Wish.objects.count(), Rhythm.objects.count()) == (0, 0)


def test_choices_of_others_stay(browser: Client, viewer: User) -> None:
    Wish.objects.create(user=viewer, kind="item_due", by_mail=False, in_inbox=False)
    browser.post(PAGE, everything())
    assert Wish.objects.get(user=viewer).by_mail is False


def test_a_test_mail_goes_and_the_page_says_so(browser: Client, editor: User) -> None:
    assert browser.post(TEST).url == PAGE
    assert "It is on its way to the mail server." in browser.get(PAGE).content.decode()
    mailing.send_waiting()
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([editor.email], "A test mail from ScaleUp")
    assert "List-Unsubscribe" not in message.extra_headers
    assert "The mail server took it on" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mail_error": "waiting", "mail_attempts": 2}, "Tried 2 times: the mail server did not take it"),
        ({"mail_error": "refused", "mail_wanted": False}, "Given up: there is no such address."),
        ({"mail_error": "expired", "mail_wanted": False}, "Given up: it could not be sent in time."),
        ({"mail_wanted": False}, "Nothing was left to say when its turn came."),
    ],
)
@pytest.mark.parametrize("page", [PAGE, MAILS])
def test_what_became_of_a_mail_is_said(
    page: str, fields: dict[str, Any], words: str, browser: Client, editor: User
) -> None:
    testing_mail.ask(editor)
    Delivery.objects.update(**fields)
    assert words in browser.get(page).content.decode()


def test_one_that_waits_is_not_doubled(browser: Client) -> None:
    browser.post(TEST)
    browser.post(TEST)
    assert Delivery.objects.count() == 1


def test_five_an_hour_and_no_more(browser: Client) -> None:
    def ask() -> int:
        answer = browser.post(TEST)
        mailing.send_waiting()
        return answer.status_code

    assert [ask() for _ in range(6)] == [302] * 5 + [429]
    assert len(mail.outbox) == 5
    assert "enough test mails" in browser.post(TEST).content.decode()
    Delivery.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    assert ask() == 302


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_make_one(editor: User) -> None:
    at_once(*[lambda: testing_mail.ask(editor)] * 6)
    assert Delivery.objects.count() == 1


def test_a_demonstration_account_is_told_why_there_is_none(browser: Client, editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(is_demo=True)
    words = browser.get(PAGE).content.decode()
    assert "Nobody reads mails of a demonstration account" in words
    assert TEST not in words


def test_the_record_shows_ones_own_alone_the_newest_first(browser: Client, editor: User, viewer: User) -> None:
    for user, kind in ((editor, "due"), (viewer, "portfolio"), (editor, "week")):
        Delivery.objects.create(user=user, kind=kind)
    found = re.findall(r"Reminders\n|Digest of the week|Digest of a portfolio", browser.get(MAILS).content.decode())
    assert [words.strip() for words in found] == ["Digest of the week", "Reminders"]


def test_it_is_paged(browser: Client, editor: User) -> None:
    Delivery.objects.bulk_create(Delivery(user=editor, kind="due") for _ in range(53))
    first = browser.get(MAILS)
    assert len(first.context["page"].rows) == 50
    second = browser.get(MAILS + first.context["pager"].after)
    assert [row.pk for row in second.context["page"].rows] == sorted(
        Delivery.objects.values_list("pk", flat=True), reverse=True
    )[50:]
    assert browser.get(MAILS + "?after=nonsense").status_code == 200


def test_no_mail_yet(browser: Client) -> None:
    assert "No mail yet" in browser.get(MAILS).content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("wishes", 4), ("mails", 2)])
def test_queries_do_not_grow(
    name: str, queries: int, count: int, browser: Client, editor: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for kind in ("item_due", "step_due", "condition_due")[:count]:
        Delivery.objects.create(user=editor, kind="due")
        Wish.objects.create(user=editor, kind=kind, by_mail=False, in_inbox=False)
    browser.get(reverse(f"reminders:{name}"))
    with django_assert_num_queries(queries):
        browser.get(reverse(f"reminders:{name}"))
