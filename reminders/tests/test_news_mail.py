"""The mail of news: what it says, to whom, and that it says nothing any more once it is not so."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from programs.domain import conditions, gates, remarks, verifying
from programs.models import Condition, GateReview, Membership, Program, Remark
from reminders.models import Delivery, Notice, Wish
from reminders.tests.due_cases import item_of, lives_in
from reminders.tests.news_cases import (
    CONDITIONS,
    DAY,
    GO,
    MINUTE,
    NOON,
    RETURNED,
    begin,
    condition,
    date_back,
    decide,
    mail_to,
    moment,
    plan_of,
    submit,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cast(lead: User, editor: User, facilitator: User) -> None:
    for user in (lead, editor, facilitator):
        lives_in(user)
    begin()


@pytest.fixture
def review(program: Program, facilitator: User, editor: User) -> GateReview:
    return submit(program, to=facilitator, by=editor)


def html_of(mail: Any) -> str:
    return str(mail.alternatives[0].content)


def test_subject_of_one_piece_says_step_and_outcome_and_no_name(
    review: GateReview, facilitator: User, lead: User, editor: User
) -> None:
    sweep()
    assert mail_to(facilitator).subject == "Step 1 waits for your decision"
    decide(review, CONDITIONS, by=facilitator, conditions=[condition(editor), condition(lead)])
    sweep(NOON + 2 * MINUTE)
    assert mail_to(lead).subject == "Decision on step 1: go, with 2 conditions"


def test_subject_of_several_counts_them(program: Program, facilitator: User, editor: User) -> None:
    for number in (1, 2):
        submit(program, to=facilitator, by=editor, number=number)
    sweep()
    assert mail_to(facilitator).subject == "2 pieces of news"


def test_a_submission_comes_with_the_message_and_the_way_to_it(review: GateReview, facilitator: User) -> None:
    sweep()
    body = mail_to(facilitator).body
    address = f"/programs/{review.plan.program_id}/steps/1/review/"
    assert [body.count(words) for words in ("> Please look", address, "own program")] == [1, 1, 1]
    assert html_of(mail_to(facilitator)).count(address) == 1


def test_a_decision_comes_with_its_reasons_and_conditions(
    review: GateReview, facilitator: User, lead: User, editor: User
) -> None:
    wanted = [condition(editor, "Train <all> supervisors"), condition(lead, "Sign the plan")]
    decide(review, CONDITIONS, by=facilitator, conditions=wanted)
    sweep()
    mail = mail_to(lead)
    for number, one in enumerate(wanted, start=1):
        assert f"  {number}. {one.text} ({one.owner}, until 30 April 2027)" in mail.body
    assert "> The reasons" in mail.body
    assert "Train &lt;all&gt; supervisors" in html_of(mail)


def test_a_return_comes_with_the_items_to_change(
    review: GateReview, program: Program, facilitator: User, lead: User
) -> None:
    row = item_of(program)
    with moment():
        verifying.return_item(row, note="Which districts?", by=facilitator)
    decide(review, RETURNED, by=facilitator, return_to=1)
    Notice.objects.filter(kind="news_sent_back").delete()
    sweep()
    Notice.objects.filter(kind="news_sent_back").delete()
    body = " ".join(mail_to(lead).body.split())
    assert f"The item to change: 1. 1.1 {row.item.text}: “Which districts?”" in body


def test_a_withdrawn_submission_is_not_mailed(review: GateReview, facilitator: User, lead: User) -> None:
    sweep()
    with moment():
        gates.withdraw(review, by=lead)
    assert mail_to(facilitator) is None


def test_a_deleted_remark_is_not_mailed(program: Program, facilitator: User, lead: User) -> None:
    remark = remarks.write(plan_of(program), text="Look", by=facilitator, tell=[lead.pk])
    date_back(remark, written_at=NOON)
    sweep()
    assert mail_to(lead).subject == "A remark on step 1 mentions you"
    Remark.objects.all().delete()
    assert mail_to(lead) is None


def test_who_left_meanwhile_is_not_mailed(review: GateReview, facilitator: User, editor: User) -> None:
    decide(review, GO, by=facilitator)
    sweep()
    assert mail_to(editor) is not None
    Membership.objects.filter(user=editor).delete()
    assert mail_to(editor) is None


def test_an_archived_program_is_not_mailed(review: GateReview, facilitator: User, program: Program) -> None:
    sweep()
    Program.objects.filter(pk=program.pk).update(archived_at=NOON)
    assert mail_to(facilitator) is None


def test_what_was_confirmed_meanwhile_is_not_mailed(review: GateReview, facilitator: User, editor: User) -> None:
    decide(review, CONDITIONS, by=facilitator, conditions=[condition(editor)])
    with moment():
        conditions.say_met(Condition.objects.get(), note="All twelve", by=editor)
    sweep()
    assert "> All twelve" in mail_to(facilitator).body
    with moment():
        conditions.confirm(Condition.objects.get(), by=facilitator)
    assert mail_to(facilitator) is None


@pytest.mark.parametrize("seen", ["read_at", "done_at"])
def test_what_was_seen_in_the_inbox_is_not_mailed(review: GateReview, facilitator: User, seen: str) -> None:
    sweep()
    Notice.objects.update(**{seen: NOON})
    assert mail_to(facilitator) is None


def test_what_is_no_longer_wanted_by_mail_is_not_mailed(review: GateReview, facilitator: User) -> None:
    sweep()
    Wish.objects.create(user=facilitator, kind="news_submitted", by_mail=False, in_inbox=True)
    assert mail_to(facilitator) is None


def test_people_of_the_demonstration_get_no_mail(review: GateReview, facilitator: User) -> None:
    sweep()
    User.objects.filter(pk=facilitator.pk).update(is_demo=True)
    assert mail_to(facilitator) is None


def test_what_comes_late_says_so(review: GateReview, facilitator: User) -> None:
    sweep()
    late = "This comes late: mail was held up."
    assert [late in mail_to(facilitator, NOON + days * DAY).body for days in (0, 2)] == [False, True]


def test_its_kinds_can_be_stopped(review: GateReview, facilitator: User) -> None:
    sweep()
    mail = mail_to(facilitator)
    assert "A step is submitted to you" in mail.body
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    program: Program,
    facilitator: User,
    editor: User,
    lead: User,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for number in range(1, count + 1):
        review = submit(program, to=facilitator, by=editor, number=number)
        decide(review, RETURNED, by=facilitator, return_to=number)
    sweep()
    mail = Delivery.objects.select_related("user").get(user=lead)
    from reminders.domain import news_mail

    with moment(), django_assert_num_queries(5):  # the notices, the choices, the news; conditions, items
        assert len(news_mail.of(mail).pieces) == count
