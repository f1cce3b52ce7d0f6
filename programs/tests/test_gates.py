"""Gates: who may submit and decide, what each verb asks for, and what it does to the steps."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import RestrictedError
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from journal.models import Change
from programs import look_again
from programs.domain import gates, verifying
from programs.domain.gates import Decision, Incomplete, NewCondition, NotAllowedNow, Outcome
from programs.models import (
    Condition,
    Evidence,
    GateReview,
    ItemAnswer,
    Listing,
    Membership,
    Program,
    StepPlan,
    StepState,
)

PAST = date(2024, 5, 1)


def plan_of(program: Program, number: int) -> StepPlan:
    return StepPlan.objects.select_related("step", "program").get(program=program, step__number=number)


def states(program: Program) -> list[str]:
    return list(program.step_plans.order_by("step__number").values_list("state", flat=True))


@pytest.fixture
def submit(program: Program, lead: User, facilitator: User):
    """Submits the step with this number."""

    def submit(number: int) -> GateReview:
        promised = timezone.localdate() + timedelta(days=14)
        return gates.submit(plan_of(program, number), reviewer=facilitator, promised_on=promised, by=lead)

    return submit


@pytest.fixture
def decide(submit, facilitator: User):
    """Submits a step and decides on it."""

    def decide(number: int, outcome: str = Outcome.GO, **details: object) -> GateReview:
        decision = Decision(outcome, "because", **details)
        return gates.decide(submit(number), decision, by=facilitator)

    return decide


def test_submitting_freezes_the_step_and_keeps_what_donors_see(program: Program, submit) -> None:
    answer = ItemAnswer.objects.filter(plan__program=program, item__number="1.1").get()
    ItemAnswer.objects.filter(pk=answer.pk).update(answer="done")

    review = submit(1)

    plan = plan_of(program, 1)
    assert plan.state == StepState.SUBMITTED
    assert plan.settled[answer.item.key] == ["done", False, False]
    assert review.settled == plan.settled
    assert len(plan.settled) == plan.step.items.count()


def test_a_step_is_submitted_once(program: Program, submit) -> None:
    submit(1)
    with pytest.raises(NotAllowedNow):
        submit(1)
    assert GateReview.objects.count() == 1


def test_only_the_home_facilitators_may_be_asked(program: Program, lead: User, editor: User, other_lead: User) -> None:
    for person in (lead, editor, other_lead):
        with pytest.raises(Incomplete) as refusal:
            gates.submit(plan_of(program, 1), reviewer=person, promised_on=timezone.localdate(), by=lead)
        assert refusal.value.field == "reviewer"


def test_a_member_never_decides_even_as_home_facilitator(program: Program, facilitator: User) -> None:
    assert list(gates.reviewers_of(program)) == [facilitator]
    Membership.objects.create(program=program, user=facilitator, role=Membership.Role.VIEWER)
    assert list(gates.reviewers_of(program)) == []


def test_without_a_home_the_named_reviewer_decides(program: Program, facilitator: User, stranger: User) -> None:
    Program.objects.filter(pk=program.pk).update(reviewer=stranger)
    program.refresh_from_db()
    assert list(gates.reviewers_of(program)) == [facilitator]
    Listing.objects.filter(program=program).update(is_home=False)
    assert list(gates.reviewers_of(program)) == [stranger]


@pytest.mark.parametrize("days", [-1, 400])
def test_a_promise_lies_between_today_and_a_year_from_now(program: Program, lead, facilitator, days: int) -> None:
    promised = timezone.localdate() + timedelta(days=days)
    with pytest.raises(Incomplete) as refusal:
        gates.submit(plan_of(program, 1), reviewer=facilitator, promised_on=promised, by=lead)
    assert refusal.value.field == "promised_on"


def test_go_moves_the_current_step_on(program: Program, decide) -> None:
    decide(1)

    assert states(program)[:3] == ["go", "not_started", "not_started"]
    today = timezone.localdate()
    since = program.step_plans.order_by("step__number").values_list("current_since", flat=True)
    assert list(since)[:3] == [None, today, None]


def test_conditions_are_kept_with_owner_and_date(program: Program, decide, lead: User) -> None:
    due = timezone.localdate() + timedelta(days=30)
    decide(1, Outcome.CONDITIONS, conditions=[NewCondition("count the sites", due, lead)])

    assert list(Condition.objects.values_list("text", "due_on", "owner")) == [("count the sites", due, lead.pk)]
    assert states(program)[0] == "conditions"


@pytest.mark.parametrize(
    ("outcome", "field"),
    [(Outcome.CONDITIONS, "conditions"), (Outcome.HOLD, "look_again_on"), (Outcome.RETURNED, "return_to")],
)
def test_an_outcome_needs_what_belongs_to_it(program, submit, facilitator, outcome: str, field: str) -> None:
    review = submit(1)
    with pytest.raises(Incomplete) as refusal:
        gates.decide(review, Decision(outcome, "because"), by=facilitator)
    assert refusal.value.field == field
    assert states(program)[0] == "submitted"


def test_a_decision_needs_reasons(submit, facilitator: User) -> None:
    with pytest.raises(Incomplete) as refusal:
        gates.decide(submit(1), Decision(Outcome.GO, "  "), by=facilitator)
    assert refusal.value.field == "reasons"


def test_a_return_reopens_the_earlier_step_and_later_decisions_ask_for_a_look(program: Program, decide) -> None:
    for number in (1, 2, 3):
        decide(number)

    decide(4, Outcome.RETURNED, return_to=2)

    assert states(program)[:5] == ["go", "returned", "go", "in_progress", "not_started"]
    looks = program.step_plans.order_by("step__number").values_list("look_again", flat=True)
    assert [bool(look) for look in looks][:5] == [False, False, True, False, False]
    current = program.step_plans.get(current_since__isnull=False)
    assert current.step.number == 2


def test_a_step_that_itself_waits_for_a_decision_is_decided_first(program: Program, submit, facilitator) -> None:
    waiting, review = submit(1), submit(2)
    with pytest.raises(Incomplete, match="Step 1 itself waits") as refusal:
        gates.decide(review, Decision(Outcome.RETURNED, "because", return_to=1), by=facilitator)

    assert refusal.value.field == "return_to"
    assert states(program)[:2] == ["submitted", "submitted"]
    assert gates.open_review(waiting.plan) == waiting


def test_a_step_can_be_returned_to_itself(program: Program, decide) -> None:
    review = decide(1, Outcome.RETURNED, return_to=1)
    assert states(program)[0] == "returned"
    assert review.returned_to == review.plan


@pytest.mark.parametrize("number", [0, 3, None])
def test_a_program_is_never_returned_forwards(program: Program, submit, facilitator, number: int | None) -> None:
    with pytest.raises(Incomplete) as refusal:
        gates.decide(submit(2), Decision(Outcome.RETURNED, "because", return_to=number), by=facilitator)
    assert refusal.value.field == "return_to"


def test_a_later_step_passes_before_the_first_six_only_with_a_waiver(program: Program, submit, facilitator) -> None:
    review = submit(7)
    with pytest.raises(Incomplete) as refusal:
        gates.decide(review, Decision(Outcome.GO, "because"), by=facilitator)
    assert refusal.value.field == "waiver"

    gates.decide(review, Decision(Outcome.GO, "because", waiver="the ministry starts in May"), by=facilitator)
    review.refresh_from_db()
    assert (states(program)[6], review.waiver) == ("go", "the ministry starts in May")


def test_a_hold_opens_the_step_with_a_day_to_look_again(program: Program, decide) -> None:
    day = timezone.localdate() + timedelta(days=60)
    decide(1, Outcome.HOLD, look_again_on=day)

    plan = plan_of(program, 1)
    assert (plan.state, plan.look_again_on, plan.is_open) == ("hold", day, True)


def test_the_lead_withdraws_and_the_step_is_open_again(program: Program, submit, lead: User) -> None:
    review = gates.withdraw(submit(1), by=lead)

    assert review.withdrawn_at is not None
    assert states(program)[0] == "in_progress"
    with pytest.raises(NotAllowedNow):
        gates.withdraw(review, by=lead)


def test_a_decided_review_cannot_be_decided_again(submit, facilitator: User) -> None:
    review = submit(1)
    gates.decide(review, Decision(Outcome.GO, "because"), by=facilitator)
    with pytest.raises(NotAllowedNow):
        gates.decide(review, Decision(Outcome.HOLD, "changed my mind"), by=facilitator)


def test_looking_again_keeps_the_decision_and_says_what_was_found(program: Program, decide, facilitator) -> None:
    decide(1)
    decide(2, Outcome.RETURNED, return_to=1)
    decide(1)
    StepPlan.objects.filter(program=program, step__number=1).update(look_again=look_again.LOWERED)

    lowered = ItemAnswer.objects.filter(plan=plan_of(program, 1)).select_related("item")[0]
    ItemAnswer.objects.filter(pk=lowered.pk).update(answer="under_way")

    gates.clear_look(plan_of(program, 1), reasons="the manual was only moved", by=facilitator)

    plan = plan_of(program, 1)
    assert (plan.state, plan.look_again, plan.look_again_words) == ("go", {}, "")
    assert plan.settled[lowered.item.key][0] == "under_way"  # donors see what the decision now rests on
    assert Change.objects.newest_first()[0].new["reasons"] == "the manual was only moved"


def test_reopening_a_decided_step_keeps_its_decision_in_the_history(program: Program, decide, facilitator) -> None:
    for number in (1, 2):
        decide(number)
    gates.reopen(plan_of(program, 1), reasons="the rules changed", by=facilitator)

    assert states(program)[:2] == ["returned", "go"]
    today = timezone.localdate()
    assert plan_of(program, 2).look_again == {"code": "reopened", "step": 1, "on": today.isoformat()}
    assert plan_of(program, 2).look_again_words == f"step 1 was reopened on {date_format(today)}"
    outcomes = GateReview.objects.filter(plan__step__number=1).order_by("pk").values_list("outcome", "reasons")
    assert list(outcomes) == [("go", "because"), ("returned", "the rules changed")]
    assert program.step_plans.get(current_since__isnull=False).step.number == 1


def test_only_a_passed_step_is_reopened(program: Program, facilitator: User) -> None:
    with pytest.raises(NotAllowedNow, match="has passed"):
        gates.reopen(plan_of(program, 1), reasons="why not", by=facilitator)


def test_every_verb_counts_as_a_change_and_is_logged(program: Program, submit, facilitator: User) -> None:
    before = Program.objects.get(pk=program.pk).inputs_seq
    gates.decide(submit(1), Decision(Outcome.GO, "because"), by=facilitator)

    assert Program.objects.get(pk=program.pk).inputs_seq == before + 2
    changes = Change.objects.filter(kind="plan").order_by("id").values_list("verb", "object_id", "program_id")
    plan = plan_of(program, 1)
    assert list(changes) == [("submitted", plan.pk, program.pk), ("decided", plan.pk, program.pk)]


def test_the_worker_is_rung_for(program: Program, submit, monkeypatch, django_capture_on_commit_callbacks) -> None:
    rung = []
    monkeypatch.setattr("scaleup.doorbell.ring_now", lambda *said, **options: rung.append(said))
    with django_capture_on_commit_callbacks(execute=True):
        submit(1)
    assert rung == [("assessments.tasks.summarise", program.pk)]


def test_the_same_form_sent_twice_submits_and_decides_once(program: Program, lead: User, facilitator: User) -> None:
    asked = {"reviewer": facilitator, "promised_on": timezone.localdate(), "by": lead, "key": "a" * 64}
    first, second = (gates.submit(plan_of(program, 1), **asked) for _ in range(2))
    assert first == second

    again = [gates.decide(first, Decision(Outcome.GO, "because"), by=facilitator, key="b" * 64) for _ in range(2)]
    assert again == [first, first]
    assert list(Change.objects.filter(kind="plan").order_by("id").values_list("verb", flat=True)) == [
        "submitted",
        "decided",
    ]


def test_a_lost_permission_counts_at_once(program: Program, submit, decide, editor, facilitator, viewer) -> None:
    """The door was passed a moment ago; what counts is what the person may do now."""
    review = submit(1)
    for person in (editor, viewer):
        with pytest.raises(PermissionDenied):
            gates.withdraw(review, by=person)
        with pytest.raises(PermissionDenied):
            gates.decide(review, Decision(Outcome.GO, "because"), by=person)
    facilitator.watching.all().delete()
    with pytest.raises(PermissionDenied):
        gates.decide(review, Decision(Outcome.GO, "because"), by=facilitator)
    assert states(program)[0] == "submitted"


@pytest.mark.parametrize("role", ["lead", "editor", "viewer"])
def test_a_member_decides_nothing_whatever_else_they_are(program, submit, decide, facilitator, role: str) -> None:
    review, passed = submit(2), decide(1).plan
    answer = ItemAnswer.objects.filter(plan__program=program)[0]
    Membership.objects.create(program=program, user=facilitator, role=role)
    go = Decision(Outcome.GO, "because")
    for act in (
        lambda: gates.decide(review, go, by=facilitator),
        lambda: gates.record_past(plan_of(program, 3), go, decided_on=PAST, by=facilitator),
        lambda: gates.reopen(passed, reasons="because", by=facilitator),
        lambda: gates.clear_look(passed, reasons="because", by=facilitator),
        lambda: verifying.verify(answer, by=facilitator),
        lambda: verifying.return_item(answer, note="shorter", by=facilitator),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nothing_moves_in_an_archived_program(program: Program, submit, lead: User, facilitator: User) -> None:
    review = submit(1)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied, match="archived"):
        gates.withdraw(review, by=lead)
    with pytest.raises(PermissionDenied, match="archived"):
        gates.decide(review, Decision(Outcome.GO, "because"), by=facilitator)


@pytest.mark.parametrize("owner", [None, "stranger"])
def test_a_condition_has_an_owner_of_the_team(program, submit, facilitator, stranger, owner: str | None) -> None:
    someone = stranger if owner else None
    conditions = [NewCondition("count the sites", timezone.localdate(), someone)]
    with pytest.raises(Incomplete, match="owner from the program") as refusal:
        gates.decide(submit(1), Decision(Outcome.CONDITIONS, "because", conditions=conditions), by=facilitator)
    assert refusal.value.field == "conditions"


def test_the_day_of_a_decision_lies_between_submission_and_today(submit, facilitator: User) -> None:
    review, today = submit(1), timezone.localdate()
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(Incomplete) as refusal:
            gates.decide(review, Decision(Outcome.GO, "because"), decided_on=day, by=facilitator)
        assert refusal.value.field == "decided_on"


def test_passing_settles_what_was_asked_for(program: Program, decide, facilitator: User) -> None:
    ItemAnswer.objects.filter(plan__program=program, item__number__in=["1.1", "2.1"]).update(returned_note="shorter")
    decide(1)
    notes = ItemAnswer.objects.filter(plan__program=program, item__number__in=["1.1", "2.1"]).order_by("item__number")
    assert list(notes.values_list("returned_note", flat=True)) == ["", "shorter"]


def test_not_applicable_without_a_reason_is_settled_as_nothing(program: Program, submit) -> None:
    answers = ItemAnswer.objects.filter(plan__program=program)
    bare, reasoned = (answers.select_related("item").get(item__number=number) for number in ("1.1", "1.2"))
    answers.filter(pk=bare.pk).update(answer="not_applicable")
    answers.filter(pk=reasoned.pk).update(answer="not_applicable", reason="There is one district only.")

    settled = submit(1).settled
    assert settled[bare.item.key] == ["not_started", False, False]
    assert settled[reasoned.item.key] == ["not_applicable", False, False]


def test_evidence_counts_in_what_is_settled_while_it_is_valid(program: Program, submit, lead: User) -> None:
    today = timezone.localdate()
    answers = ItemAnswer.objects.filter(plan__program=program).select_related("item").order_by("item__position")
    for answer, expires_on in zip(
        answers.filter(item__number__in=["1.1", "1.2", "1.3"]), (None, today, PAST), strict=True
    ):
        Evidence.objects.create(
            answer=answer, kind="note", title="minutes", text="…", dated_on=PAST, expires_on=expires_on, added_by=lead
        )
    settled = submit(1).settled
    found = [settled[answer.item.key][2] for answer in answers.filter(item__number__in=["1.1", "1.2", "1.3"])]
    assert found == [True, True, False]


def test_a_program_can_be_deleted_whole_but_no_step_from_under_a_decision(program: Program, decide) -> None:
    decide(1)
    decide(2, Outcome.RETURNED, return_to=1)
    row = ItemAnswer.objects.filter(plan=plan_of(program, 1))[0]
    piece = {"answer": row, "kind": "note", "title": "Minutes", "dated_on": PAST, "added_by": program.created_by}
    Evidence.objects.create(**piece, replaces=Evidence.objects.create(**piece, is_current=False), version=2)

    with pytest.raises(RestrictedError):
        plan_of(program, 1).delete()
    Program.objects.get(pk=program.pk).delete()
    assert (GateReview.objects.count(), Evidence.objects.count(), StepPlan.objects.count()) == (0, 0, 0)
