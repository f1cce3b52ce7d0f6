"""The inbox: what was told, as things are now; read, put away, taken back; nothing of what may not be seen any more."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User, Watcher
from assessments.models import Assessment, Rater
from journal.tests.haste import at_once
from programs.domain import owed
from programs.models import Membership, Program
from reminders.domain import inbox, noticing
from reminders.domain.noticing import Telling
from reminders.models import Notice, Snooze
from reminders.tests.due_cases import item_of
from scaleup.tests.scenes import in_days

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]


def tell(user: User, *, reason: str = "due", occurrence: int = -7, owner: User | None = None) -> list[Notice]:
    """Tells somebody all they owe (or all that another owes), as a sweep would; returns the notices in order."""
    things = owed.of([(owner or user).pk], today=in_days(0))
    ways = {"by_mail": False, "in_inbox": True, "owner_id": owner.pk if owner else None}
    for one in things:
        told = replace(one, user_id=user.pk)
        noticing.tell([Telling(told, reason, one.anchor_on or in_days(0), occurrence, **ways)])
    return list(Notice.objects.filter(user=user).order_by("pk"))


@pytest.fixture
def notice(program: Program, editor: User) -> Notice:
    """The editor was told of an item that is due in a week."""
    item_of(program, owner=editor, due_on=in_days(7))
    return tell(editor)[0]


def number_in_header(response: HttpResponse) -> str:
    return re.search(r'class="count[^"]*" href="/inbox/">Inbox <b>(\d+)</b>', response.text)[1]


def texts(response: HttpResponse) -> list[str]:
    """The first words of each entry: its item's number."""
    return re.findall(
        r'<button class="button button--link">\s*<span>(?:<span class="visually-hidden">unread</span>)?\s*(\d+\.\d+)',
        response.text,
    )


def test_an_unread_one_says_so_in_a_word_and_counts_in_the_header(
    notice: Notice, editor: User, client_for: Clients
) -> None:
    page = client_for(editor).get("/inbox/")
    assert (number_in_header(page), texts(page), page.text.count(">unread<")) == ("1", ["1.1"], 1)
    assert "told 7 days before it is due" in page.text
    assert "7 days left" in page.text


def test_looking_reads_nothing_and_opening_does_once(notice: Notice, editor: User, client_for: Clients) -> None:
    browser = client_for(editor)
    assert number_in_header(browser.get("/inbox/")) == number_in_header(browser.get("/inbox/")) == "1"
    for _tab in range(2):
        response = browser.post(f"/inbox/{notice.pk}/open/")
        assert (response.status_code, response["Location"]) == (302, noticing.owed_of(notice).url)
        assert number_in_header(browser.get("/inbox/")) == "0"


def test_put_away_it_can_be_taken_back_from_the_same_page(notice: Notice, editor: User, client_for: Clients) -> None:
    browser = client_for(editor)
    page = browser.post(f"/inbox/{notice.pk}/done/", {"wanted": "done"}, follow=True)
    assert (texts(page), "Put away: 1.1" in page.text, number_in_header(page)) == ([], True, "0")
    assert texts(browser.get("/inbox/?show=away")) == ["1.1"]
    page = browser.post(f"/inbox/{notice.pk}/done/", {"wanted": "undo"}, follow=True)
    assert (texts(page), "Put away:" in page.text) == (["1.1"], False)


def test_a_page_left_open_acts_on_what_was_told_since(notice: Notice, editor: User, client_for: Clients) -> None:
    newer = tell(editor, occurrence=-1)[-1]
    browser = client_for(editor)
    assert browser.post(f"/inbox/{notice.pk}/open/").url == browser.post(f"/inbox/{newer.pk}/open/").url
    assert browser.post(f"/inbox/{notice.pk}/done/", {"wanted": "done"}).url == f"/inbox/?put_away={newer.pk}"
    assert texts(browser.get("/inbox/")) == []


def test_of_anothers_older_word_there_is_nothing(notice: Notice, editor: User, lead: User, client_for: Clients) -> None:
    tell(editor, occurrence=-1)
    assert client_for(lead).post(f"/inbox/{notice.pk}/open/").status_code == 404


def test_filters(program: Program, editor: User, client_for: Clients) -> None:
    for number in ("1.1", "1.2", "1.3"):
        item_of(program, number, owner=editor, due_on=in_days(7))
    first, second, _third = tell(editor)
    inbox.mark_read(first)
    inbox.put_away(second)
    shown = {show: texts(client_for(editor).get(f"/inbox/?show={show}")) for show in ("", "unread", "away", "\x00")}
    assert shown == {"": ["1.3", "1.1"], "unread": ["1.3"], "away": ["1.2"], "\x00": ["1.3", "1.1"]}


def test_all_is_read_at_once(program: Program, editor: User, client_for: Clients) -> None:
    for number in ("1.1", "1.2"):
        item_of(program, number, owner=editor, due_on=in_days(7))
    tell(editor)
    page = client_for(editor).post("/inbox/read/", follow=True)
    assert (number_in_header(page), texts(page), "Mark all as read" in page.text) == ("0", ["1.2", "1.1"], False)


def test_what_is_done_says_so_by_itself(program: Program, notice: Notice, editor: User, client_for: Clients) -> None:
    item_of(program, answer="done")
    page = client_for(editor).get("/inbox/")
    assert (texts(page), page.text.count(">done</span>"), ">Later<" in page.text) == (["1.1"], 1, False)


def test_it_shows_the_date_of_today_not_that_of_the_telling(
    program: Program, notice: Notice, editor: User, client_for: Clients
) -> None:
    item_of(program, due_on=in_days(9))
    assert "9 days left" in client_for(editor).get("/inbox/").text


@pytest.mark.parametrize("become", ["nobody", "donor"])
def test_who_left_sees_nothing_of_it(
    become: str, notice: Notice, program: Program, portfolio: Any, editor: User, client_for: Clients
) -> None:
    Membership.objects.filter(user=editor).delete()
    if become == "donor":  # who may know of the program, not of its work
        Watcher.objects.create(portfolio=portfolio, user=editor, role="donor")
    browser = client_for(editor)
    assert texts(browser.get("/inbox/")) == []
    tries = [browser.post(f"/inbox/{notice.pk}/{act}/", {"wanted": "done"}) for act in ("open", "done", "later")]
    assert [one.status_code for one in tries] == [404, 404, 404]
    assert number_in_header(browser.post("/inbox/read/", follow=True)) == "0"  # the number does not stick


def test_of_another_there_is_nothing(notice: Notice, lead: User, client_for: Clients) -> None:
    browser = client_for(lead)
    assert texts(browser.get("/inbox/")) == []
    assert browser.post(f"/inbox/{notice.pk}/open/").status_code == 404
    assert texts(browser.get(f"/inbox/?put_away={notice.pk}")) == []


def test_late_ones_of_others_name_their_owner_and_the_reason_to_wait(
    program: Program, editor: User, lead: User, client_for: Clients
) -> None:
    item = item_of(program, owner=editor, due_on=in_days(-8))
    put_off = {"kind": "item_due", "subject_id": item.pk, "reason": "Waits for the ministry"}
    Snooze.objects.create(user=editor, program=program, until_on=in_days(3), **put_off)
    tell(lead, reason="escalated", occurrence=7, owner=editor)
    page = client_for(lead).get("/inbox/")
    assert f"because {editor.name} was 7 days late" in page.text.replace("&#x27;", "'")
    assert "“Waits for the ministry”" in page.text
    assert ">Later<" not in page.text  # who does not owe it cannot put it off


def test_a_rater_on_no_team_sees_where_to_rate(
    program: Program, stranger: User, lead: User, instrument: Any, client_for: Clients
) -> None:
    round_ = Assessment.objects.create(
        program=program, instrument=instrument, title="First round", facilitator=lead, created_by=lead, state="rating"
    )
    rater = Rater.objects.create(assessment=round_, user=stranger, name="Rater", role_group="team", code="ABCD")
    tell(stranger)
    page = client_for(stranger).get("/inbox/")
    assert ("First round" in page.text, ">Later<" in page.text) == (True, False)
    Rater.objects.filter(pk=rater.pk).update(removed_at=rater.created_at)
    assert "First round" not in client_for(stranger).get("/inbox/").text


def test_pages_by_key(program: Program, editor: User, client_for: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("1.1", "1.2", "1.3"):
        item_of(program, number, owner=editor, due_on=in_days(7))
    tell(editor)
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    browser = client_for(editor)
    first = browser.get("/inbox/")
    after = re.search(r'href="(\?after=[^"]+)"', first.text)[1]
    second = browser.get(f"/inbox/{after}")
    before = re.search(r'href="(\?before=[^"]+)"', second.text)[1]
    assert [texts(one) for one in (first, second, browser.get(f"/inbox/{before}"))] == [["1.3", "1.2"], ["1.1"], ["1.3", "1.2"]]  # fmt: skip # noqa: E501


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int, program: Program, editor: User, client_for: Clients, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in ("1.1", "1.2", "1.3")[:count]:
        item_of(program, number, owner=editor, due_on=in_days(7))
    tell(editor)
    browser = client_for(editor)
    with django_assert_num_queries(4):  # the person, the notices, what is owed, pauses
        page = browser.get("/inbox/")
    assert len(texts(page)) == count


def test_an_empty_one_says_what_will_stand_there(stranger: User, client_for: Clients) -> None:
    page = client_for(stranger).get("/inbox/")
    assert ("Your inbox is empty" in page.text, number_in_header(page)) == (True, "0")


@pytest.mark.django_db(transaction=True)
def test_tabs_that_read_at_once_leave_the_right_number(program: Program, editor: User) -> None:
    for number in ("1.1", "1.2", "1.3", "2.1"):
        item_of(program, number, owner=editor, due_on=in_days(7))
    at_once(*[lambda one=one: inbox.mark_read(one) for one in tell(editor)])
    editor.refresh_from_db()
    assert editor.unread_count == 0
