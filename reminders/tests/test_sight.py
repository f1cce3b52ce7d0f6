"""What somebody may no longer see is in no number, no mail, no digest and no calendar, whenever their role ended."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Affiliation, Portfolio, User, Watcher
from assessments.models import Assessment, Rater
from conftest import list_program
from programs.models import Listing, Membership, Program
from reminders.domain import calendar as feeds
from reminders.domain import inbox, letters, sight
from reminders.models import Delivery, Notice
from reminders.tasks import sweep_digests
from reminders.tests import due_cases, news_cases
from reminders.tests.due_cases import at, item_of, lives_in
from reminders.tests.news_cases import NOON, TODAY, moment, submit

pytestmark = pytest.mark.django_db
Clients = Callable[[User | None], Client]
DAY = timedelta(days=1)
MORNING = at(TODAY + 7 * DAY)


@pytest.fixture
def reviewer(program: Program, make_user: Callable[..., User]) -> User:
    """Named to decide on the program, which has no home."""
    Listing.objects.filter(program=program).delete()
    program.reviewer = lives_in(make_user("reviewer"))
    program.save(update_fields=["reviewer"])
    return program.reviewer


@pytest.fixture
def rater(program: Program, instrument: Any, lead: User, make_user: Callable[..., User]) -> User:
    """Rates in a round of the program, and has nothing else to do with it."""
    said = {"title": "Round", "facilitator": lead, "created_by": lead, "state": "rating"}
    round_ = Assessment.objects.create(program=program, instrument=instrument, **said)
    user = make_user("rater")
    Rater.objects.create(assessment=round_, user=user, name="Rater", role_group="team", code="ABCD")
    return user


def end_role(role: str, user: User, program: Program, portfolio: Portfolio) -> None:
    """Whatever let them see the program."""
    match role:
        case "facilitator":
            Watcher.objects.filter(user=user).update(role="donor")
        case "admin":
            Affiliation.objects.filter(user=user).update(is_admin=False)
        case "reviewer":  # the home's facilitators decide now
            list_program(program, portfolio, is_home=True)
        case "rater":
            Rater.objects.filter(user=user).update(removed_at=timezone.now())
        case _:
            Membership.objects.filter(user=user).delete()


# The number in the header.


def tell(user: User, program: Program | None, *, kind: str = "item_due", count: int = 1) -> None:
    """Some notices; of raters the number of the rater is told."""
    of_rater = Rater.objects.filter(user=user).values_list("pk", flat=True).first()
    facts = {"program_name": "", "step": 1, "item_key": "", "subject": "", "detail": "", "due_on": None, "since": None}
    said = {"kind": kind, "reason": "due", "anchor_on": TODAY, "facts": facts, "subject_id": of_rater or 1}
    for occurrence in range(count):
        Notice.objects.create(user=user, program=program, occurrence=occurrence, **said)
    sight.count_unread({user.pk})


def number_in_header(browser: Client, path: str) -> int:
    return int(re.search(r'class="count[^"]*" href="/inbox/">Inbox <b>(\d+)</b>', browser.get(path).text)[1])


def shown(user: User, show: str = "") -> int:
    today = timezone.localdate()
    return len(inbox.read(user, show=show, put_away="", today=today, after="", before="").page.rows)


@pytest.mark.parametrize("role", ["lead", "editor", "viewer", "facilitator", "admin", "reviewer", "rater"])
def test_the_number_is_that_of_the_inbox_when_a_role_ends(
    role: str, request: pytest.FixtureRequest, program: Program, portfolio: Portfolio, client_for: Clients
) -> None:
    user = request.getfixturevalue(role)
    browser = client_for(user)
    tell(user, program, kind="round_rate" if role == "rater" else "item_due", count=2)
    tell(user, None, kind="invitation_waiting")
    assert (number_in_header(browser, "/inbox/"), shown(user)) == (3, 3)
    end_role(role, user, program, portfolio)
    assert [number_in_header(browser, path) for path in ("/inbox/", "/account/calendar/")] == [1, 1]
    assert shown(user) == 1
    sight.count_unread({user.pk})  # as whenever something is told
    assert number_in_header(browser, "/account/calendar/") == 1


def test_and_when_it_begins_again(program: Program, portfolio: Portfolio, editor: User, client_for: Clients) -> None:
    browser = client_for(editor)
    tell(editor, program)
    end_role("editor", editor, program, portfolio)
    assert number_in_header(browser, "/inbox/?show=unread") == 0
    Membership.objects.create(program=program, user=editor, role="viewer")
    assert [number_in_header(browser, "/inbox/?show=unread"), shown(editor, "unread")] == [1, 1]


def test_on_other_pages_within_minutes(
    program: Program, portfolio: Portfolio, editor: User, viewer: User, client_for: Clients
) -> None:
    for user in (editor, viewer):
        tell(user, program, count=2)
        tell(user, None, kind="invitation_waiting")
    end_role("editor", editor, program, portfolio)
    sweep_digests()
    assert [number_in_header(client_for(one), "/account/calendar/") for one in (editor, viewer)] == [1, 3]
    assert sight.recount() == 0


def test_kinds_that_nobody_knows_any_more_are_not_counted(program: Program, editor: User, client_for: Clients) -> None:
    tell(editor, program, kind="from_an_older_version")
    assert (number_in_header(client_for(editor), "/inbox/"), shown(editor)) == (0, 0)


def test_on_pages_that_hold_a_part_of_it_all_are_counted(
    program: Program,
    portfolio: Portfolio,
    editor: User,
    client_for: Clients,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    tell(editor, program, count=3)
    browser, last = client_for(editor), Notice.objects.earliest("pk").pk
    User.objects.filter(pk=editor.pk).update(unread_count=9)
    assert number_in_header(browser, "/inbox/") == 3
    User.objects.filter(pk=editor.pk).update(unread_count=9)
    assert number_in_header(browser, f"/inbox/?after={last}~{last}") == 3  # a page with nothing on it


@pytest.mark.parametrize(("size", "queries"), [(30, 3), (2, 4)])
def test_it_costs_no_query_where_the_page_holds_all_of_it(
    size: int,
    queries: int,
    program: Program,
    editor: User,
    client_for: Clients,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", size)
    tell(editor, program, count=3)
    browser = client_for(editor)
    with django_assert_num_queries(queries):  # the person, the notices, what is owed; how many are unread
        assert number_in_header(browser, "/inbox/") == 3


# Mails that were made while a role stood, and are sent after it ended.


def due_mail(user: User) -> Delivery:
    due_cases.sweep(MORNING)
    return Delivery.objects.get(user=user, kind="due")


def news_mail(user: User) -> Delivery:
    news_cases.sweep()
    return Delivery.objects.get(user=user, kind="news")


def week_mail(user: User) -> Delivery:
    return Delivery.objects.create(user=user, kind="week", made_at=MORNING, week_of=TODAY)


@pytest.mark.parametrize(
    ("role", "made"),
    [
        ("editor", due_mail),
        ("editor", week_mail),
        ("reviewer", due_mail),
        ("reviewer", news_mail),
        ("reviewer", week_mail),
    ],
)
def test_a_mail_of_the_morning_says_nothing_to_who_left_before_it_is_sent(
    role: str,
    made: Callable[[User], Delivery],
    request: pytest.FixtureRequest,
    program: Program,
    portfolio: Portfolio,
    lead: User,
    reviewer: User,
    editor: User,
) -> None:
    user = request.getfixturevalue(role)
    news_cases.begin()
    lives_in(editor)
    item_of(program, "2.1", owner=editor, due_on=TODAY + 14 * DAY)
    submit(program, to=reviewer, by=lead, now=NOON)
    delivery = made(user)
    with moment(MORNING):
        assert program.name in letters.write(delivery).body
        end_role(role, user, program, portfolio)
        assert letters.write(Delivery.objects.get(pk=delivery.pk)) is None


def test_no_day_stands_in_the_calendar_of_who_left(
    program: Program, portfolio: Portfolio, lead: User, reviewer: User
) -> None:
    submit(program, to=reviewer, by=lead, now=NOON)
    path = urlsplit(feeds.make(reviewer, instead_of=None, nonce="5e" * 32)).path
    found = []
    for is_over in (False, True):
        if is_over:
            end_role("reviewer", reviewer, program, portfolio)
        events = Calendar.from_ical(Client().get(path).content).events
        found.append([str(event["summary"]) for event in events])
    assert found == [["Steps you promised to decide on: step 1"], []]
