"""Telling what happened: to whom it is news, once, by day, and only while it is so."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Portfolio, User, Watcher
from assessments.domain import rounds
from assessments.tests.round_cases import add_rater, make_round
from journal.tests.haste import at_once
from programs.domain import conditions, gates, listing, remarks, verifying
from programs.models import Condition, GateReview, Listing, Membership, Program
from reminders.domain import announcing, news_rules, wishes
from reminders.models import Delivery, Notice, SweepMark, Wish
from reminders.tests.due_cases import at, item_of, lives_in
from reminders.tests.news_cases import (
    CONDITIONS,
    DAY,
    GO,
    HOLD,
    MINUTE,
    NOON,
    RETURNED,
    TODAY,
    begin,
    condition,
    date_back,
    decide,
    moment,
    news,
    plan_of,
    submit,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cast(lead: User, editor: User, viewer: User, facilitator: User) -> None:
    for user in (lead, editor, viewer, facilitator):
        lives_in(user)
    begin()


@pytest.fixture
def review(program: Program, facilitator: User, editor: User) -> GateReview:
    return submit(program, to=facilitator, by=editor)


def everybody() -> list[tuple[str, str]]:
    """Who was told what kind, by name."""
    return sorted(Notice.objects.values_list("user__name", "kind"))


def test_a_submission_is_told_to_its_reviewer(review: GateReview, facilitator: User) -> None:
    assert sweep() == 1
    assert news(facilitator) == [f"Step 1 waits for your decision: {review.plan.step.title}"]
    assert everybody() == [(facilitator.name, "news_submitted")]


def test_without_that_reviewer_all_who_may_decide_are_told(
    review: GateReview, facilitator: User, portfolio: Portfolio, make_user: Callable[..., User]
) -> None:
    another = make_user("another")
    Watcher.objects.create(portfolio=portfolio, user=another, role="facilitator")
    Watcher.objects.filter(user=facilitator).delete()
    assert sweep() == 1
    assert everybody() == [(another.name, "news_submitted")]


def test_without_a_home_its_named_reviewer_is_told(review: GateReview, program: Program, stranger: User) -> None:
    Program.objects.filter(pk=program.pk).update(reviewer=stranger)
    Listing.objects.filter(program=program).update(is_home=False)
    sweep()
    assert everybody() == [(stranger.name, "news_submitted")]


@pytest.mark.parametrize(
    ("outcome", "details", "words"),
    [
        (GO, {}, "go"),
        (HOLD, {"look_again_on": TODAY + 30 * DAY}, "on hold; it is looked at again on 30 April 2027"),
        (RETURNED, {"return_to": 1}, "returned"),
    ],
)
def test_a_decision_is_told_to_leads_and_who_submitted(
    review: GateReview, facilitator: User, lead: User, editor: User, outcome: str, details: dict[str, Any], words: str
) -> None:
    decide(review, outcome, by=facilitator, **details)
    sweep()
    said = f"Step 1, {review.plan.step.title}: {words}"
    assert (news(lead), news(editor)) == ([said], [said])
    assert everybody() == [(editor.name, "news_decided"), (lead.name, "news_decided")]


def test_a_return_to_an_earlier_step_says_to_which(program: Program, facilitator: User, lead: User) -> None:
    review = submit(program, to=facilitator, by=lead, number=2)
    decide(review, RETURNED, by=facilitator, return_to=1)
    sweep()
    assert news(lead) == [f"Step 2, {review.plan.step.title}: returned to step 1"]


def test_a_decision_is_told_to_who_is_to_meet_a_condition(
    review: GateReview, facilitator: User, viewer: User, lead: User, editor: User
) -> None:
    decide(review, CONDITIONS, by=facilitator, conditions=[condition(viewer), condition(lead)])
    sweep()
    assert news(viewer) == [f"Step 1, {review.plan.step.title}: go, with 2 conditions"]
    assert {name for name, _ in everybody()} == {viewer.name, lead.name, editor.name}


def test_a_decision_from_before_it_came_here_is_no_news(program: Program, facilitator: User) -> None:
    with moment():
        past = gates.Decision(GO, "Long ago")
        gates.record_past(plan_of(program), past, decided_on=TODAY - 400 * DAY, by=facilitator)
    assert sweep() == 0


def test_an_item_sent_back_is_told_to_its_owner_alone(program: Program, facilitator: User, editor: User) -> None:
    row = item_of(program, owner=editor)
    with moment():
        verifying.return_item(row, note="Which districts?", by=facilitator)
    sweep()
    assert everybody() == [(editor.name, "news_sent_back")]
    assert news(editor) == [f"Sent back by the reviewer: 1.1 {row.item.text}"]


def test_an_item_nobody_owns_is_sent_back_to_the_leads(
    program: Program, facilitator: User, lead: User, stranger: User
) -> None:
    for number, owner in (("1.1", None), ("1.2", stranger)):  # nobody, and somebody who left
        row = item_of(program, number, owner=owner)
        with moment():
            verifying.return_item(row, note="Which districts?", by=facilitator)
    sweep()
    assert everybody() == [(lead.name, "news_sent_back")] * 2


def test_a_wish_waits_for_the_decision_while_the_step_does(
    review: GateReview, program: Program, facilitator: User
) -> None:
    with moment():
        verifying.return_item(item_of(program), note="Which districts?", by=facilitator)
    sweep()
    assert not Notice.objects.filter(kind="news_sent_back").exists()


def test_the_same_item_sent_back_twice_is_news_twice(program: Program, facilitator: User, lead: User) -> None:
    for minute, note in enumerate(("Which districts?", "And who pays?")):
        now = NOON + 5 * minute * MINUTE
        with moment(now):
            verifying.return_item(item_of(program), note=note, by=facilitator)
        sweep(now + MINUTE)
    assert len(news(lead)) == 2


def test_a_remark_is_told_to_whom_it_mentions(program: Program, lead: User, editor: User, facilitator: User) -> None:
    row = item_of(program)
    remark = remarks.write(row.plan, text=f"@{lead.name}?", by=facilitator, answer=row, tell=[editor.pk])
    date_back(remark, written_at=NOON)
    sweep()
    assert everybody() == [(editor.name, "news_mentioned"), (lead.name, "news_mentioned")]
    assert news(lead) == [f"A remark mentions you: 1.1 {row.item.text}"]


def test_who_left_before_the_sweep_is_not_told(program: Program, editor: User, facilitator: User) -> None:
    remark = remarks.write(plan_of(program), text="Look", by=facilitator, tell=[editor.pk])
    date_back(remark, written_at=NOON)
    Membership.objects.filter(user=editor).delete()
    assert sweep() == 0


@pytest.fixture
def met(review: GateReview, facilitator: User, editor: User) -> Condition:
    decide(review, CONDITIONS, by=facilitator, conditions=[condition(editor)], now=NOON - 60 * MINUTE)
    found = Condition.objects.get()
    with moment():
        return conditions.say_met(found, note="All twelve", by=editor)


def test_a_condition_said_to_be_met_is_told_to_its_reviewer(met: Condition, facilitator: User) -> None:
    sweep()
    assert news(facilitator) == ["A condition is said to be met: Train the supervisors"]


def test_a_condition_that_was_confirmed_or_is_no_longer_in_force_is_no_news(
    met: Condition, facilitator: User, program: Program
) -> None:
    with moment():
        conditions.confirm(met, by=facilitator)
    assert sweep() == 0


def test_an_opened_round_is_told_to_raters_who_sign_in(
    program: Program, facilitator: User, editor: User, viewer: User
) -> None:
    found = make_round(program, state="setup", by=facilitator, raters=[editor, viewer, ("Ana Sok", "team")])
    for rater in found.raters.all():
        date_back(rater, created_at=NOON - DAY)
    with moment():
        rounds.open_for_rating(found, by=facilitator)
    sweep()
    assert everybody() == [(editor.name, "news_round_opened"), (viewer.name, "news_round_opened")]
    late = add_rater(found, program.created_by)
    date_back(late, created_at=NOON + 2 * MINUTE)
    assert sweep(NOON + 3 * MINUTE) == 1
    assert news(program.created_by) == [f"You are asked to rate: {found.title}"]


def test_a_closed_round_is_told_to_the_team_but_who_closed_it(
    program: Program, lead: User, editor: User, viewer: User
) -> None:
    found = make_round(program, state="closed", by=lead)
    date_back(found, closed_at=NOON, closed_by=lead)
    sweep()
    assert everybody() == [(editor.name, "news_round_closed"), (viewer.name, "news_round_closed")]


def test_a_portfolio_that_asks_is_told_to_leads_and_the_answer_to_who_asked(
    program: Program, other_portfolio: Portfolio, other_facilitator: User, lead: User
) -> None:
    lives_in(other_facilitator)
    asked = listing.ask(program, other_portfolio, by=other_facilitator)
    date_back(asked, asked_at=NOON)
    sweep()
    assert news(lead) == [f"A portfolio asks for the program: {other_portfolio.name}"]
    with moment(NOON + 5 * MINUTE):
        listing.agree(asked, by=lead)
    sweep(NOON + 6 * MINUTE)
    assert news(other_facilitator) == [f"The program is now listed in: {other_portfolio.name}"]
    assert len(news(lead)) == 1


def test_it_is_told_once_however_often_one_looks(review: GateReview) -> None:
    assert [sweep(NOON + minute * MINUTE) for minute in (1, 2, 3, 4)] == [1, 0, 0, 0]


def test_what_was_committed_late_is_told(program: Program, facilitator: User, lead: User) -> None:
    sweep(NOON + 2 * MINUTE)
    submit(program, to=facilitator, by=lead, now=NOON)
    assert sweep(NOON + 3 * MINUTE) == 1


def test_what_happened_before_the_first_sweep_is_no_news(review: GateReview) -> None:
    SweepMark.objects.all().delete()
    assert sweep(NOON + 60 * MINUTE) == 0


def test_after_an_outage_one_mail_tells_all_and_says_it_is_late(
    program: Program, facilitator: User, lead: User
) -> None:
    submit(program, to=facilitator, by=lead, number=1)
    submit(program, to=facilitator, by=lead, number=2, now=NOON + DAY)
    assert sweep(NOON + 3 * DAY) == 2
    assert list(Notice.objects.values_list("is_late", flat=True)) == [True, True]
    assert Delivery.objects.get().notices.count() == 2


def test_by_day_the_mail_goes_at_once(review: GateReview) -> None:
    sweep()
    mail = Delivery.objects.get()
    assert (mail.kind, mail.mail_not_before) == ("news", None)


@pytest.mark.parametrize(
    ("hour", "morning", "mail_from"),
    [
        (22, 8, at(TODAY + DAY, 8)),
        (20, 8, at(TODAY + DAY, 8)),
        (3, 8, at(TODAY, 8)),
        (7, 9, at(TODAY, 9)),
        (19, 8, None),
        (8, 8, None),
    ],
)
def test_at_night_it_is_in_the_inbox_and_the_mail_waits_for_the_morning(
    program: Program, facilitator: User, lead: User, hour: int, morning: int, mail_from: Any
) -> None:
    lives_in(facilitator, morning=morning)
    now = at(TODAY, hour)
    SweepMark.objects.update(through=now)
    submit(program, to=facilitator, by=lead, now=now)
    sweep(now + MINUTE)
    facilitator.refresh_from_db()
    assert (facilitator.unread_count, Delivery.objects.get().mail_not_before) == (1, mail_from)


def test_one_mail_carries_the_news_of_a_night(program: Program, facilitator: User, lead: User) -> None:
    for number, hour in ((1, 21), (2, 23)):
        submit(program, to=facilitator, by=lead, now=at(TODAY, hour), number=number)
        sweep(at(TODAY, hour, 1))
    mail = Delivery.objects.get()
    assert (mail.notices.count(), mail.mail_not_before) == (2, at(TODAY + DAY, 8))


def test_a_mail_that_is_being_sent_is_left_alone(program: Program, facilitator: User, lead: User) -> None:
    submit(program, to=facilitator, by=lead, now=at(TODAY, 21), number=1)
    sweep(at(TODAY, 21, 1))
    Delivery.objects.update(mail_attempts=1, mail_faults=1)
    submit(program, to=facilitator, by=lead, now=at(TODAY, 23), number=2)
    sweep(at(TODAY, 23, 1))
    assert [mail.notices.count() for mail in Delivery.objects.order_by("pk")] == [1, 1]


def test_a_mail_server_that_was_away_brings_one_mail_of_news(program: Program, facilitator: User, lead: User) -> None:
    submit(program, to=facilitator, by=lead, now=NOON, number=1)
    sweep(NOON + MINUTE)
    Delivery.objects.update(mail_attempts=3)  # in vain
    submit(program, to=facilitator, by=lead, now=NOON + 3 * MINUTE, number=2)
    sweep(NOON + 4 * MINUTE)
    assert [mail.notices.count() for mail in Delivery.objects.all()] == [2]


def test_in_the_ways_they_chose(review: GateReview, facilitator: User) -> None:
    Wish.objects.create(user=facilitator, kind="news_submitted", by_mail=False, in_inbox=True)
    sweep()
    assert (Notice.objects.in_inbox().count(), Delivery.objects.count()) == (1, 0)


def test_who_is_closed_out_is_told_nothing(review: GateReview, facilitator: User) -> None:
    User.objects.filter(pk=facilitator.pk).update(is_active=False)
    assert sweep() == 0


def test_every_kind_can_be_chosen_and_has_its_words() -> None:
    kinds = {rule.kind for rule in news_rules.RULES}
    assert {kind for kind, found in wishes.kinds().items() if found.group == wishes.Group.NEWS} == kinds
    assert all(rule.choice and rule.headline for rule in news_rules.RULES)


@pytest.mark.django_db(transaction=True)
def test_eight_sweeps_at_once_tell_it_once(review: GateReview, facilitator: User, lead: User) -> None:
    decide(review, GO, by=facilitator)
    SweepMark.objects.all().delete()
    SweepMark.objects.create(name=SweepMark.Name.NEWS, through=NOON - MINUTE)
    results = at_once(*[lambda: announcing.tell_news(NOON + MINUTE)] * 8)
    assert (sum(results), Notice.objects.count(), Delivery.objects.count()) == (2, 2, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int, program: Program, facilitator: User, lead: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(1, count + 1):
        submit(program, to=facilitator, by=lead, number=number)
    with django_assert_num_queries(16):
        assert sweep() == count
