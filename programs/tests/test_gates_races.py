"""Gates under haste: of many at once exactly one wins, and nothing is lost between a save and a submission."""

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.models import Change, Outcome
from journal.saving import Actor, Proposal, Refused
from journal.tests.haste import at_once
from programs.domain import gates, verifying
from programs.domain.gates import Decision, NotAllowedNow
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Program, StepPlan

pytestmark = pytest.mark.django_db(transaction=True)


def plan_of(program: Program, number: int) -> StepPlan:
    return StepPlan.objects.select_related("step").get(program=program, step__number=number)


def submit(program: Program, number: int, *, reviewer: User, by: User, key: str = "") -> GateReview:
    today = timezone.localdate()
    return gates.submit(plan_of(program, number), reviewer=reviewer, promised_on=today, by=by, key=key)


def save(answer: ItemAnswer, value: str, *, by: User) -> saving.Result:
    proposal = Proposal(secrets.token_hex(16), "answer", answer.pk, "answer", value, 0)
    return saving.save(proposal, actor=Actor(by, "session"))


def decisions(count: int) -> Iterator[Decision]:
    for number in range(count):
        outcome = ["go", "hold", "returned"][number % 3]
        yield Decision(outcome, f"reason {number}", return_to=1, look_again_on=timezone.localdate())


def test_of_twenty_decisions_at_once_exactly_one_wins(program: Program, lead: User, facilitator: User) -> None:
    review = submit(program, 1, reviewer=facilitator, by=lead)

    def decide(decision: Decision) -> Callable[[], object]:
        return lambda: gates.decide(review, decision, by=facilitator)

    results = at_once(*(decide(decision) for decision in decisions(20)))

    won = [result for result in results if isinstance(result, GateReview)]
    lost = [result for result in results if isinstance(result, NotAllowedNow)]
    assert (len(won), len(lost)) == (1, 19)
    review.refresh_from_db()
    assert (review.outcome, review.reasons) == (won[0].outcome, won[0].reasons)
    assert plan_of(program, 1).state == won[0].outcome
    assert Change.objects.filter(verb="decided").count() == 1


def test_one_form_sent_twenty_times_decides_once_and_nobody_sees_an_error(program, lead, facilitator) -> None:
    review = submit(program, 1, reviewer=facilitator, by=lead)
    decision = Decision("conditions", "yes, but", conditions=[gates.NewCondition("count", timezone.localdate(), lead)])
    results = at_once(*[lambda: gates.decide(review, decision, by=facilitator, key="k" * 64)] * 20)

    assert results == [review] * 20
    assert Condition.objects.count() == 1


def test_five_submissions_at_once_are_one(program: Program, lead: User, facilitator: User) -> None:
    results = at_once(*[lambda: submit(program, 1, reviewer=facilitator, by=lead)] * 5)
    assert sorted(type(result).__name__ for result in results) == ["GateReview"] + ["NotAllowedNow"] * 4
    assert GateReview.objects.count() == 1


def test_a_save_under_way_is_in_the_submission(program: Program, lead: User, facilitator: User) -> None:
    answer = ItemAnswer.objects.select_related("item").get(plan__program=program, item__number="1.1")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            save(answer, "done", by=lead)
            submitted = pool.submit(at_once, lambda: submit(program, 1, reviewer=facilitator, by=lead))
            wait_for_lock()
        [review] = submitted.result()
    assert review.settled[answer.item.key] == ["done", False, False]


def test_a_save_after_the_submission_is_refused(program: Program, lead: User, facilitator: User) -> None:
    answer = ItemAnswer.objects.select_related("item").get(plan__program=program, item__number="1.1")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            review = submit(program, 1, reviewer=facilitator, by=lead)
            saved = pool.submit(at_once, lambda: save(answer, "done", by=lead))
            wait_for_lock()
        [refusal] = saved.result()
    answer.refresh_from_db()
    assert isinstance(refusal, Refused)
    assert (answer.answer, review.settled[answer.item.key][0]) == ("not_started", "not_started")


def test_a_withdrawal_and_a_decision_at_once_are_never_both(program: Program, lead: User, facilitator: User) -> None:
    review = submit(program, 1, reviewer=facilitator, by=lead)
    results = at_once(
        lambda: gates.withdraw(review, by=lead),
        lambda: gates.decide(review, Decision("go", "because"), by=facilitator),
    )
    assert sorted(type(result).__name__ for result in results) == ["GateReview", "NotAllowedNow"]
    review.refresh_from_db()
    state = plan_of(program, 1).state
    assert (review.outcome, review.withdrawn_at is None, state) in [("go", True, "go"), ("", False, "in_progress")]


def test_a_save_waits_at_the_step_before_it_takes_the_item(program: Program, lead: User) -> None:
    """The order in which everybody locks; the other way round, a decision and a save could wait for each other."""
    answer = ItemAnswer.objects.select_related("item").get(plan__program=program, item__number="1.1")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        StepPlan.objects.select_for_update(no_key=True).get(pk=answer.plan_id)
        saved = pool.submit(at_once, lambda: save(answer, "done", by=lead))
        wait_for_lock()
        ItemAnswer.objects.select_for_update(nowait=True).get(pk=answer.pk)
    assert saved.result()[0].outcome == Outcome.APPLIED


def wait_for_lock() -> None:
    """Until some other connection waits for a lock of ours."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def test_decisions_on_two_steps_saves_and_sweeps_at_once_never_wait_for_each_other(program, lead, facilitator) -> None:
    """Each touches steps, items and the program: without one order they would end in a deadlock."""
    second = submit(program, 2, reviewer=facilitator, by=lead)
    third = submit(program, 3, reviewer=facilitator, by=lead)
    today = timezone.localdate()
    answers = list(ItemAnswer.objects.filter(plan__program=program, plan__step__number=1).order_by("pk"))
    for answer in answers:
        Evidence.objects.create(answer=answer, kind="note", title="minutes", text="…", dated_on=today, added_by=lead)
    ItemAnswer.objects.filter(pk__in=[answer.pk for answer in answers]).update(answer="done")

    def back_to_first(review: GateReview) -> object:
        return gates.decide(review, Decision("returned", "because", return_to=1), by=facilitator)

    results = at_once(
        lambda: back_to_first(second),
        lambda: back_to_first(third),
        *(lambda answer=answer: save(answer, "under_way", by=lead) for answer in answers[:3]),
        *(lambda answer=answer: verifying.verify(answer, by=facilitator) for answer in answers),
        *[lambda: verifying.lapse_expired(today)] * 3,
    )
    wrong = [one for one in results if isinstance(one, Exception) and not isinstance(one, verifying.NotVerifiable)]
    assert wrong == []


def test_the_database_itself_refuses_a_second_open_submission(program: Program, lead: User, facilitator: User) -> None:
    review = submit(program, 1, reviewer=facilitator, by=lead)
    with pytest.raises(IntegrityError, match="gate_review_one_open"):
        GateReview.objects.create(plan=review.plan, submitted_by=lead, submitted_at=timezone.now())
