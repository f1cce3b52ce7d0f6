"""The personal calendar feed: what stands in the file, its secret address, and its page."""

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import get_language
from icalendar import Calendar

from accounts.models import User
from journal.models import Change
from journal.record import record
from journal.tests.haste import at_once
from programs.domain import owed
from programs.models import GateReview, Membership, Program
from reminders.domain import calendar as feeds
from reminders.domain import calendar_file
from reminders.models import CalendarFeed, Rhythm
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in
from reminders.tests.news_cases import submit
from scaleup.logs import DiscreetFormatter

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NONCE = "5e" * 32
PAGE = "/account/calendar/"
NOW = at(DUE_ON - 40 * DAY)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner(editor: User) -> User:
    return lives_in(editor)


@pytest.fixture
def item(program: Program, owner: User) -> Any:
    return item_of(program, owner=owner, due_on=DUE_ON)


@pytest.fixture
def address(owner: User, item: Any) -> str:
    """The path of the owner's feed."""
    return urlsplit(feeds.make(owner, instead_of=None, nonce=NONCE)).path


@pytest.fixture
def browser(client_for: Callable[[User], Client], owner: User) -> Client:
    return client_for(owner)


def read(address: str) -> Calendar:
    return Calendar.from_ical(Client().get(address).content)


def titles(address: str) -> list[str]:
    return [str(event["summary"]) for event in read(address).events]


def told(address: str) -> tuple[date, int, datetime]:
    """Of the only entry: its day, how often it was another one, and since when it is this one."""
    (event,) = read(address).events
    assert event.decoded("dtstamp") == event.decoded("last-modified")
    return event.decoded("dtstart"), event["sequence"], event.decoded("last-modified")


# The file.


def test_an_entry_says_what_is_due_and_nothing_that_somebody_typed(
    address: str, item: Any, owner: User, settings: Any
) -> None:
    found = read(address)
    (event,) = found.events
    assert (str(found["x-wr-calname"]), found["refresh-interval"].dt) == ("ScaleUp: what is due", timedelta(hours=6))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (DUE_ON, DUE_ON + DAY)
    assert {key: str(event[key]) for key in ("summary", "uid", "transp", "status", "url")} == {
        "summary": "Items that are due: 1.1",
        "uid": f"item_due-{item.pk}-{owner.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        "transp": "TRANSPARENT",
        "status": "CONFIRMED",
        "url": f"{settings.PUBLIC_URL}/programs/{item.plan.program_id}/steps/1/items/{item.item.key}/",
    }
    assert (event.categories, "description" in event, event.subcomponents) == (["Items that are due"], False, [])


def test_the_program_is_named_by_choice_alone(address: str, owner: User, program: Program) -> None:
    assert program.name not in Client().get(address).text
    feeds.choose(owner, alarm="none", names_programs=True)
    assert titles(address) == [f"Items that are due: 1.1 ({program.name})"]


def test_what_belongs_to_a_step_names_its_step_and_far_off_days_are_in_it(
    address: str, owner: User, program: Program
) -> None:
    program.step_plans.filter(step__number=3).update(target_on=DUE_ON + 400 * DAY, owner=owner)
    assert titles(address) == ["Items that are due: 1.1", "Steps near their target date: step 3"]


def test_what_is_done_disappears(address: str, item: Any) -> None:
    item.answer = "done"
    item.save()
    assert read(address).events == []


def test_what_is_put_in_other_hands_or_archived_disappears(address: str, owner: User, program: Program) -> None:
    assert len(read(address).events) == 1
    program.archived_at = NOW
    program.save()
    assert read(address).events == []
    program.archived_at = None
    program.save()
    Membership.objects.filter(user=owner, program=program).delete()
    assert read(address).events == []


def test_nothing_of_somebody_else(address: str, program: Program, other_program: Program, lead: User) -> None:
    item_of(program, "1.2", owner=lead, due_on=DUE_ON)
    item_of(other_program, "1.3", due_on=DUE_ON)
    assert titles(address) == ["Items that are due: 1.1"]


def test_a_moved_date_raises_the_sequence_which_never_falls(address: str, item: Any) -> None:
    seen = []
    for hours, days in ((0, 0), (1, 10), (2, -5)):
        item.due_on = DUE_ON + days * DAY
        item.save()
        with time_machine.travel(NOW + hours * HOUR, tick=False):
            seen += [told(address), told(address)]
    assert seen[::2] == seen[1::2] == [
        (DUE_ON, 0, NOW), (DUE_ON + 10 * DAY, 1, NOW + HOUR), (DUE_ON - 5 * DAY, 2, NOW + 2 * HOUR)
    ]  # fmt: skip


def test_so_does_one_whose_row_has_no_history(program: Program, facilitator: User, lead: User) -> None:
    address = urlsplit(feeds.make(lives_in(facilitator), instead_of=None, nonce=NONCE)).path
    review = submit(program, to=facilitator, by=lead, now=NOW)
    seen = []
    for days in (20, 21):
        GateReview.objects.filter(pk=review.pk).update(promised_on=NOW.date() + days * DAY)
        seen.append(told(address)[:2])
    assert titles(address) == ["Steps you promised to decide on: step 1"]
    assert seen == [(NOW.date() + 20 * DAY, 0), (NOW.date() + 21 * DAY, 1)]


def test_another_title_raises_the_sequence_too(address: str, owner: User, program: Program) -> None:
    seen = [told(address)[1]]
    for name, is_named in (("First", False), ("First", True), ("Second", True), ("Second", True), ("Second", False)):
        Program.objects.filter(pk=program.pk).update(name=name)
        feeds.choose(owner, alarm="none", names_programs=is_named)
        seen.append(told(address)[1])
    assert seen == [0, 0, 1, 2, 2, 3]


def test_what_comes_back_goes_on_where_it_was(address: str, item: Any, owner: User) -> None:
    assert told(address)[:2] == (DUE_ON, 0)
    item_of(item.plan.program, answer="done")
    assert read(address).events == []
    item_of(item.plan.program, answer="in_progress")
    assert told(address)[:2] == (DUE_ON, 0)
    item_of(item.plan.program, due_on=DUE_ON + DAY)
    again = feeds.make(owner, instead_of=feeds.feed_of(owner).pk, nonce="ab" * 32)
    assert told(urlsplit(again).path)[:2] == (DUE_ON + DAY, 1)


def test_what_does_not_show_changes_nothing(address: str, item: Any, owner: User) -> None:
    first = Client().get(address).content
    item_of(item.plan.program, note="Half of it is there")
    record("changed", "answer", item.pk, by=owner, program_id=item.plan.program_id, field="note")
    assert Client().get(address).content == first


def test_one_thing_is_one_entry_on_the_first_of_its_days(
    address: str, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = owed.of([owner.pk], today=NOW.date())
    days = [DUE_ON + DAY, DUE_ON - DAY, DUE_ON]
    monkeypatch.setattr(owed, "of", lambda ids, today: [replace(one, due_on=day) for day in days])
    assert [event.decoded("dtstart") for event in read(address).events] == [DUE_ON - DAY]


def test_of_no_program_that_its_owner_may_not_read_whoever_says_it_is_owed(
    address: str, owner: User, other_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = owed.of([owner.pk], today=NOW.date())
    monkeypatch.setattr(owed, "of", lambda ids, today: [replace(one, program_id=other_program.pk)])
    assert read(address).events == []


def test_the_same_bytes_until_something_changes(address: str, program: Program, owner: User) -> None:
    item_of(program, "1.2", owner=owner, due_on=DUE_ON)
    first = Client().get(address).content
    with time_machine.travel(NOW + 20 * DAY, tick=False):
        assert Client().get(address).content == first
    item_of(program, "1.2", due_on=DUE_ON + DAY)
    assert Client().get(address).content != first


@pytest.mark.parametrize(
    ("alarm", "hour", "expected"),
    [("none", 8, []), ("morning", 8, [8]), ("morning", 6, [6]), ("before", 8, [-16])],
)
def test_alarms_by_choice(address: str, owner: User, alarm: str, hour: int, expected: list[int]) -> None:
    Rhythm.objects.filter(user=owner).update(morning=hour)
    feeds.choose(owner, alarm=alarm, names_programs=False)
    (event,) = read(address).events
    assert [one["trigger"].dt for one in event.walk("VALARM")] == [timedelta(hours=hours) for hours in expected]
    assert [str(one["description"]) for one in event.walk("VALARM")] == ["Items that are due: 1.1"] * len(expected)


@pytest.mark.parametrize("name", ["សុខភាពមាតានិងទារកទើបនឹងកើត" * 4, "صحة الأم; والوليد, \\ الجديد " * 4])
def test_long_lines_of_any_script_are_folded_between_letters(
    address: str, owner: User, program: Program, name: str
) -> None:
    program.name = name.strip()
    program.save()
    feeds.choose(owner, alarm="none", names_programs=True)
    body = Client().get(address).content
    lines = body.split(b"\r\n")
    assert (max(map(len, lines)) <= 75, b"\n" in body.replace(b"\r\n", b""), lines[-1]) == (True, False, b"")
    assert [line.decode() for line in lines if line.startswith(b" ")] != []
    assert titles(address) == [f"Items that are due: 1.1 ({program.name})"]


def test_in_the_language_of_its_owner(address: str, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def language(entries: Any, **_said: Any) -> bytes:
        return f"{len(list(entries))} {get_language()}".encode()

    owner.language = "fr"
    owner.save()
    monkeypatch.setattr(calendar_file, "written", language)
    response = Client().get(address, headers={"accept-language": "en"})
    assert (response.text, response["Content-Language"]) == ("1 fr", "fr")


# The address.


def test_it_needs_no_session_and_sets_no_cookie(address: str) -> None:
    response = Client().get(address)
    headers = {name: response[name] for name in ("Content-Type", "Cache-Control", "X-Robots-Tag")}
    assert headers == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, max-age=900",
        "X-Robots-Tag": "noindex",
    }
    assert (response.cookies.output(), response.wsgi_request.session.is_empty()) == ("", True)


def test_who_has_it_already_is_told_so(address: str, item: Any, owner: User) -> None:
    known = {"if-none-match": Client().get(address)["ETag"]}
    again = Client().get(address, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    item_of(item.plan.program, due_on=DUE_ON + DAY)
    assert Client().get(address, headers=known).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_polling_costs_four_queries(
    count: int, address: str, owner: User, program: Program, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in ("1.2", "1.3")[: count - 1]:
        item_of(program, number, owner=owner, due_on=DUE_ON)
    for queries in (6, 4):  # what it was told first, or anew, is written down
        with django_assert_num_queries(queries):
            assert len(read(address).events) == count


def test_every_address_that_opens_nothing_is_not_found_in_the_same_way(
    address: str, owner: User, make_user: Callable[..., User]
) -> None:
    other = make_user("closed")
    closed = urlsplit(feeds.make(other, instead_of=None, nonce=NONCE)).path
    assert [Client().get(one).status_code for one in (address, closed)] == [200, 200]
    User.objects.filter(pk=other.pk).update(is_active=False)
    feeds.end(owner, feed_id=feeds.feed_of(owner).pk)
    unknown = f"/calendar/{'x' * 43}/scaleup.ics"
    answers = [Client().get(one) for one in (address, closed, unknown)]
    assert [one.status_code for one in answers] == [404] * 3
    assert len({(one.text, str(sorted(one.headers.items()))) for one in answers}) == 1
    assert [one.cookies.output() for one in answers] == [""] * 3


def test_only_reading_is_allowed(address: str) -> None:
    assert [Client().post(address).status_code, Client().head(address).status_code] == [405, 200]


def test_of_the_secret_only_its_digest_is_kept(address: str, owner: User) -> None:
    token = address.split("/")[2]
    assert re.fullmatch(r"[\w-]{43}", token)
    feed = feeds.feed_of(owner)
    assert feed.digest == hashlib.sha256(token.encode()).hexdigest()
    line = Change.objects.get(verb="calendar_made")
    assert (line.object_id, line.new, token in line.key, NONCE in line.key) == (feed.pk, None, False, False)


def test_two_people_with_one_nonce_have_two_addresses(address: str, lead: User) -> None:
    assert urlsplit(feeds.make(lead, instead_of=None, nonce=NONCE)).path != address


def test_no_log_line_holds_the_secret(address: str, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    feeds.end(owner, feed_id=feeds.feed_of(owner).pk)
    with caplog.at_level(logging.DEBUG):
        Client().get(address)
    lines = [DiscreetFormatter().format(line) for line in caplog.records if line.name == "django.request"]
    assert [line.split(" WARNING ")[1] for line in lines] == ["django.request: Not Found: /calendar/[key]/scaleup.ics"]


# The page.


def shown_address(response: HttpResponse) -> str:
    (found,) = re.findall(r'readonly value="([^"]+)"', response.text)
    return urlsplit(found).path


def make_by_page(browser: Client, *, nonce: str = NONCE, instead_of: int | str = "") -> HttpResponse:
    return browser.post(f"{PAGE}address/", {"nonce": nonce, "instead_of": instead_of})


def test_it_is_shown_once_after_it_was_made(browser: Client, item: Any, settings: Any) -> None:
    made = make_by_page(browser)
    address = shown_address(made)
    assert titles(address) == ["Items that are due: 1.1"]
    assert f'href="webcal://{urlsplit(settings.PUBLIC_URL).netloc}{address}"' in made.text
    assert (address in browser.get(PAGE).text, "webcal:" in browser.get(PAGE).text) == (False, False)
    assert made["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_sent_twice_it_is_made_once_and_shown_again(browser: Client, owner: User) -> None:
    first, second = (shown_address(make_by_page(browser)) for _ in range(2))
    assert (first == second, CalendarFeed.objects.filter(user=owner).count()) == (True, 1)


def test_another_address_ends_the_one_before_and_keeps_the_choices(browser: Client, owner: User, item: Any) -> None:
    first = shown_address(make_by_page(browser))
    feeds.choose(owner, alarm="before", names_programs=True)
    old = feeds.feed_of(owner)
    second = make_by_page(browser, nonce="ab" * 32, instead_of=old.pk)
    assert "An earlier address has ended." in second.text
    assert [Client().get(one).status_code for one in (first, shown_address(second))] == [404, 200]
    new = feeds.feed_of(owner)
    assert (new.pk != old.pk, new.alarm, new.names_programs) == (True, "before", True)


def test_a_page_from_before_makes_nothing(browser: Client, owner: User, item: Any) -> None:
    address = shown_address(make_by_page(browser))
    stale = make_by_page(browser, nonce="ab" * 32)
    assert (stale.status_code, stale["Location"]) == (302, PAGE)
    assert "changed since that page was shown" in browser.get(PAGE).text
    assert (Client().get(address).status_code, CalendarFeed.objects.filter(user=owner).count()) == (200, 1)


def test_the_form_of_an_address_that_ended_since_makes_none(browser: Client, owner: User) -> None:
    address = shown_address(make_by_page(browser))
    feeds.end(owner, feed_id=feeds.feed_of(owner).pk)
    assert make_by_page(browser).status_code == 302
    assert Client().get(address).status_code == 404


def test_ended_by_its_owner_and_nobody_else(browser: Client, owner: User, lead: User, item: Any) -> None:
    address = shown_address(make_by_page(browser))
    feeds.make(lead, instead_of=None, nonce="cd" * 32)
    browser.post(f"{PAGE}end/", {"feed_id": feeds.feed_of(lead).pk})
    assert feeds.feed_of(lead) is not None
    for _ in range(2):
        browser.post(f"{PAGE}end/", {"feed_id": CalendarFeed.objects.get(user=owner).pk})
    assert Client().get(address).status_code == 404
    assert Change.objects.filter(verb="calendar_ended").count() == 1


def test_choices_are_kept_and_mistakes_told(browser: Client, owner: User) -> None:
    make_by_page(browser)
    assert browser.post(PAGE, {"alarm": "morning", "names_programs": "on"}).status_code == 302
    feed = feeds.feed_of(owner)
    assert (feed.alarm, feed.names_programs) == ("morning", True)
    wrong = browser.post(PAGE, {"alarm": "hourly"})
    assert (wrong.status_code, feeds.feed_of(owner).alarm) == (422, "morning")


def test_without_an_address_there_is_nothing_to_choose(browser: Client) -> None:
    assert browser.post(PAGE, {"alarm": "morning"}).status_code == 302
    assert 'name="alarm"' not in browser.get(PAGE).text
    assert CalendarFeed.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_polls_at_once_count_a_change_once(address: str, item: Any) -> None:
    at_once(*[lambda: Client().get(address)] * 4)
    item_of(item.plan.program, due_on=DUE_ON + DAY)
    at_once(*[lambda: Client().get(address)] * 4)
    assert told(address)[:2] == (DUE_ON + DAY, 1)


@pytest.mark.django_db(transaction=True)
def test_eight_tabs_at_once_make_one_address(owner: User) -> None:
    def make(number: int) -> bool:
        try:
            return bool(feeds.make(owner, instead_of=None, nonce=f"{number:064x}"))
        except feeds.Outdated:
            return False

    made = at_once(*[lambda number=number: make(number) for number in range(8)])
    assert (sorted(made), CalendarFeed.objects.filter(revoked_at=None).count()) == ([False] * 7 + [True], 1)
