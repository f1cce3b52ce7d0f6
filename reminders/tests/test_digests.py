"""Digests: once a week at the hour one chose, in one's own zone, and nothing when there is nothing to say."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Portfolio, User, Watcher
from assessments.tests.round_cases import make_round
from journal.tests.haste import at_once
from programs.models import Attention, Listing, Membership, Program
from reminders.domain import digests, letters, portfolio_week, week
from reminders.models import Delivery, Rhythm, SweepMark, Wish
from reminders.tests.due_cases import at, item_of, lives_in
from reminders.tests.news_cases import DAY, GO, MINUTE, condition, date_back, decide, moment, submit

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 29)
EIGHT = at(MONDAY, 8)
LAST_MONDAY = MONDAY - 7 * DAY
BERLIN = ZoneInfo("Europe/Berlin")
ClientFor = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def began(editor: User) -> None:
    """Sweeps began long ago; only the editor has an account in Phnom Penh."""
    lives_in(editor)
    SweepMark.objects.create(name=SweepMark.Name.DIGESTS, through=EIGHT - 3 * DAY)


def make(now: datetime) -> int:
    with moment(now):
        return digests.make(now)


def made_for(user: User) -> list[tuple[str, date]]:
    return list(Delivery.objects.filter(user=user).order_by("pk").values_list("kind", "week_of"))


def mail_of(user: User, now: datetime = EIGHT + MINUTE) -> Any:
    with moment(now):
        return letters.write(Delivery.objects.filter(user=user).latest("pk"))


def test_it_is_made_once_when_its_hour_comes(editor: User) -> None:
    assert [make(EIGHT + step * MINUTE) > 0 for step in (-5, 0, 5, 60)] == [False, True, False, False]
    assert made_for(editor) == [("week", LAST_MONDAY)]


@pytest.mark.parametrize(("day", "hour"), [(0, 0), (3, 23), (6, 12)])
def test_on_the_day_and_at_the_hour_one_chose(editor: User, day: int, hour: int) -> None:
    Rhythm.objects.filter(user=editor).update(digest_on=day, digest_hour=hour)
    now, made = EIGHT - 3 * DAY, []
    while now < EIGHT + 5 * DAY:
        make(now)
        if Delivery.objects.filter(user=editor).count() > len(made):
            made.append(now.astimezone(ZoneInfo("Asia/Phnom_Penh")))
        now += timedelta(minutes=30)
    assert [(one.weekday(), one.hour, one.minute) for one in made] == [(day, hour, 0)]


@pytest.mark.parametrize(
    ("struck", "week_of"),
    [
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), date(2027, 3, 15)),  # 2:00 is skipped: as soon as it is over
        (datetime(2027, 10, 31, 0, 0, tzinfo=UTC), date(2027, 10, 18)),  # 2:00 comes twice: the first time
    ],
)
def test_where_clocks_change_it_comes_once(editor: User, struck: datetime, week_of: date) -> None:
    lives_in(editor, str(BERLIN))
    Rhythm.objects.filter(user=editor).update(digest_on=6, digest_hour=2)
    SweepMark.objects.update(through=struck - DAY)
    counts = []
    for minutes in (-30, 0, 30, 60, 90, 120):
        make(struck + minutes * MINUTE)
        counts.append(len(made_for(editor)))
    assert (counts, made_for(editor)) == ([0, 1, 1, 1, 1, 1], [("week", week_of)])


def test_another_day_in_the_same_week_brings_no_second_one(editor: User) -> None:
    make(EIGHT)
    Rhythm.objects.filter(user=editor).update(digest_on=1)
    make(EIGHT + DAY)
    assert made_for(editor) == [("week", LAST_MONDAY)]
    make(EIGHT + 4 * DAY)
    make(EIGHT + 8 * DAY)
    assert made_for(editor) == [("week", LAST_MONDAY), ("week", MONDAY)]


def test_after_an_outage_it_is_made_late_and_after_a_long_one_with_the_next(editor: User) -> None:
    make(EIGHT + 2 * DAY)
    assert made_for(editor) == [("week", LAST_MONDAY)]
    make(EIGHT + 23 * DAY)
    assert made_for(editor)[1:] == [("week", LAST_MONDAY + 21 * DAY)]


def test_a_clock_that_jumps_back_makes_none_again(editor: User) -> None:
    make(EIGHT)
    make(EIGHT - DAY)
    make(EIGHT)
    assert made_for(editor) == [("week", LAST_MONDAY)]


@pytest.mark.parametrize("who", ["no day", "no mail", "closed out", "demo"])
def test_who_wants_none_gets_none(editor: User, who: str) -> None:
    if who == "no day":
        Rhythm.objects.filter(user=editor).update(digest_on=None)
    elif who == "no mail":
        Wish.objects.create(user=editor, kind="week", by_mail=False, in_inbox=True)
    else:
        User.objects.filter(pk=editor.pk).update(**{"is_active": False} if who == "closed out" else {"is_demo": True})
    make(EIGHT)
    assert made_for(editor) == []


def test_a_zone_nobody_knows_any_more_is_that_of_the_site(editor: User) -> None:
    User.objects.filter(pk=editor.pk).update(time_zone="Mars/Olympus")
    make(at(MONDAY, 8, zone=ZoneInfo("UTC")))
    assert made_for(editor) == [("week", LAST_MONDAY)]


def test_a_facilitator_gets_one_for_each_portfolio(
    facilitator: User, donor: User, portfolio: Portfolio, other_portfolio: Portfolio
) -> None:
    Watcher.objects.create(portfolio=other_portfolio, user=facilitator, role="facilitator")
    lives_in(facilitator)
    lives_in(donor)
    make(EIGHT)
    found = Delivery.objects.filter(user=facilitator, kind="portfolio").values_list("portfolio", flat=True)
    assert sorted(found) == sorted([portfolio.pk, other_portfolio.pk])
    assert [kind for kind, _ in made_for(donor)] == ["week"]


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_make_it_once(editor: User) -> None:
    at_once(*[lambda: digests.make(EIGHT)] * 8)
    assert made_for(editor) == [("week", LAST_MONDAY)]


# what it says


@pytest.fixture
def full(program: Program, editor: User, lead: User, facilitator: User) -> Program:
    """A week in which something of everything happened."""
    item_of(program, "2.1", owner=editor, due_on=MONDAY - DAY)
    item_of(program, "2.2", owner=editor, due_on=MONDAY + 3 * DAY)
    review = submit(program, to=facilitator, by=lead, now=EIGHT - 5 * DAY)
    decide(review, "conditions", by=facilitator, now=EIGHT - 4 * DAY, conditions=[condition(lead)])
    submit(program, to=facilitator, by=lead, now=EIGHT - 2 * DAY, number=2)
    return program


def sections(digest: Any) -> dict[str, list[str]]:
    return {one.title: [line.text for line in one.lines] for one in digest.sections}


def test_a_persons_week(full: Program, editor: User) -> None:
    with moment(EIGHT):
        found = week.read(editor, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert found.subject == "Your week: 1 decision"
    assert sections(found)["What was decided"] == ["Step 1, Have a vision of scale from the start: Go with conditions"]
    [changed] = [one for one in found.sections if one.title == "What changed in your programs"]
    assert [(line.text, line.place) for line in changed.lines] == [("2 steps submitted; 1 other change", full.name)]


def test_what_is_owed_is_told_by_how_urgent_it_is(program: Program, editor: User) -> None:
    late = item_of(program, "2.1", owner=editor, due_on=MONDAY - DAY)
    soon = item_of(program, "2.2", owner=editor, due_on=MONDAY + 3 * DAY)
    item_of(program, "2.3", owner=editor, due_on=MONDAY + 90 * DAY)
    with moment(EIGHT):
        found = week.last(editor)
    assert found.subject == "Your week: 1 overdue, 1 due soon"
    assert sections(found) == {
        "Overdue": [f"2.1 {late.item.text}"],
        "Due in the next two weeks": [f"2.2 {soon.item.text}"],
    }


def test_nothing_when_nothing_happened(editor: User, facilitator: User, portfolio: Portfolio) -> None:
    with moment(EIGHT):
        assert (week.last(editor), portfolio_week.last(portfolio, by=facilitator)) == (None, None)
    make(EIGHT)
    assert mail_of(editor) is None


def test_what_one_did_oneself_is_no_news_to_oneself(full: Program, lead: User) -> None:
    with moment(EIGHT):
        found = week.read(lead, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert "What changed in your programs" not in sections(found)


def test_programs_one_left_are_not_in_it(full: Program, editor: User) -> None:
    Membership.objects.filter(user=editor).delete()
    with moment(EIGHT):
        assert week.read(editor, since=datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_a_facilitators_week(full: Program, facilitator: User, portfolio: Portfolio, program: Program) -> None:
    found = make_round(program, state="closed")
    date_back(found, closed_at=EIGHT - DAY)
    ends = {"agreement_ends_on": MONDAY + 20 * DAY, "has_complaints": True, "attention": Attention.STUCK}
    Listing.objects.update(**ends)
    with moment(EIGHT):
        digest = portfolio_week.last(portfolio, by=facilitator)
    assert digest.subject == "The week of a portfolio: 1 waits for you, 1 decision"
    assert sections(digest) == {
        "Waits for your decision": ["Step 2, Show that the approach works"],
        "No change for a long time": [program.name],
        "What was decided": ["Step 1, Have a vision of scale from the start: Go with conditions"],
        "Rounds that were closed": [found.title],
        "Agreements that end in the next 30 days": [program.name],
        "Who does what: complaints are open": [program.name],
    }


def test_a_decision_stands_in_one_of_the_two_mails(full: Program, facilitator: User) -> None:
    with moment(EIGHT):
        assert week.last(facilitator) is None
        Wish.objects.create(user=facilitator, kind="portfolio", by_mail=False, in_inbox=True)
        assert sections(week.last(facilitator)) == {
            "Others wait for you": ["Decide on step 2: Show that the approach works"]
        }


def test_no_more_than_ten_of_a_sort_are_named(program: Program, editor: User) -> None:
    from programs.models import ItemAnswer

    many = ItemAnswer.objects.filter(plan__program=program).values("pk")[:13]
    ItemAnswer.objects.filter(pk__in=many).update(owner=editor, due_on=MONDAY - DAY)
    with moment(EIGHT):
        [found] = week.last(editor).sections
    assert (len(found.lines), found.more, found.more_url) == (10, "and 3 more", "/home/")


def test_who_no_longer_facilitates_gets_none(full: Program, facilitator: User) -> None:
    lives_in(facilitator)
    make(EIGHT)
    of_portfolio = Delivery.objects.get(user=facilitator, kind="portfolio")
    with moment(EIGHT + MINUTE):
        assert letters.write(of_portfolio) is not None
        Watcher.objects.filter(user=facilitator).update(role="donor")
        assert letters.write(of_portfolio) is None


def test_who_stopped_it_meanwhile_gets_none(program: Program, editor: User) -> None:
    item_of(program, "2.1", owner=editor, due_on=MONDAY - DAY)
    make(EIGHT)
    assert mail_of(editor).subject == "Your week: 1 overdue"
    Wish.objects.create(user=editor, kind="week", by_mail=False, in_inbox=True)
    assert mail_of(editor) is None


def test_the_mail_says_what_the_page_shows(full: Program, editor: User, client_for: ClientFor) -> None:
    item_of(full, "3.1", owner=editor, due_on=MONDAY - DAY)
    make(EIGHT)
    mail = mail_of(editor, EIGHT)
    with moment(EIGHT):
        browser = client_for(editor)
        digest = browser.get("/account/reminders/week/").context["digest"]
    html = str(mail.alternatives[0].content)
    assert digest.subject == mail.subject
    for section in digest.sections:
        assert section.title.upper() in mail.body
        for line in section.lines:
            assert (html.count(line.url) > 0, " ".join(mail.body.split()).count(line.text) > 0) == (True, True)


@pytest.mark.parametrize(("who", "status"), [("facilitator", 200), ("donor", 404), ("other_facilitator", 404)])
def test_who_reads_the_week_of_a_portfolio(
    request: pytest.FixtureRequest, full: Program, portfolio: Portfolio, client_for: ClientFor, who: str, status: int
) -> None:
    browser = client_for(request.getfixturevalue(who))
    assert browser.get(f"/portfolios/{portfolio.pk}/week/").status_code == status


def test_the_page_says_when_it_comes(editor: User) -> None:
    for now, comes in ((EIGHT, EIGHT + 7 * DAY), (EIGHT - MINUTE, EIGHT), (EIGHT + 2 * DAY, EIGHT + 7 * DAY)):
        assert digests.comes_at(editor, now) == comes
    Rhythm.objects.filter(user=editor).update(digest_on=None)
    assert digests.comes_at(editor, EIGHT) is None


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    tenant: Any,
    lead: User,
    facilitator: User,
    portfolio: Portfolio,
    guide: Any,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    from conftest import list_program, make_program

    for number in range(count):
        more = make_program(tenant.organisation, lead, guide, name=f"Program {number}")
        list_program(more, portfolio, is_home=True)
        decide(submit(more, to=facilitator, by=lead, now=EIGHT - 2 * DAY), GO, by=facilitator, now=EIGHT - DAY)
        submit(more, to=facilitator, by=lead, now=EIGHT - DAY, number=2)
    with moment(EIGHT):
        with django_assert_num_queries(4):
            assert week.last(lead) is not None
        with django_assert_num_queries(9):
            assert portfolio_week.last(portfolio, by=facilitator) is not None


@pytest.mark.parametrize("count", [1, 3])
def test_making_them_costs_the_same_for_one_and_for_many(
    count: int, make_user: Callable[..., User], django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(count):
        lives_in(make_user(f"person{number}"))
    with django_assert_num_queries(5):  # the mark, the zones, the digests; the mark and its change
        make(EIGHT)
