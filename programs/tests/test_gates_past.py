"""Past decisions: a program that starts in the middle brings them along, with their real dates."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from journal import saving
from journal.saving import Actor, Proposal
from programs import look_again
from programs.domain import gates
from programs.domain.gates import Decision, Incomplete, NewCondition, NotAllowedNow, Outcome, Past
from programs.models import Condition, GateReview, ItemAnswer, Program, StepPlan

GO = Decision(Outcome.GO, "meeting of the ministry", signers=["Made-up Minister, ministry"])


def plan_of(program: Program, number: int) -> StepPlan:
    return StepPlan.objects.select_related("step").get(program=program, step__number=number)


def current(program: Program) -> tuple[int, date]:
    return program.step_plans.values_list("step__number", "current_since").get(current_since__isnull=False)


def test_past_decisions_carry_their_real_date_and_say_so(program: Program, facilitator: User) -> None:
    day = date(2024, 3, 1)
    review = gates.record_past(plan_of(program, 1), GO, decided_on=day, by=facilitator)

    assert (review.is_recorded_later, review.decided_on, review.submitted_at) == (True, day, None)
    assert review.decided_at.date() == timezone.localdate()
    assert (plan_of(program, 1).state, current(program)) == ("go", (2, day))


def test_its_answers_may_still_be_filled_in_until_the_step_is_decided_here(program, lead, facilitator) -> None:
    day = timezone.localdate()
    gates.record_past(plan_of(program, 1), GO, decided_on=day, by=facilitator)
    assert (plan_of(program, 1).is_open, plan_of(program, 1).takes_answers) == (False, True)

    gates.reopen(plan_of(program, 1), reasons="the papers are lost", by=facilitator)
    review = gates.submit(plan_of(program, 1), reviewer=facilitator, promised_on=day, by=lead)
    assert plan_of(program, 1).takes_answers is False
    gates.decide(review, GO, by=facilitator)
    assert plan_of(program, 1).takes_answers is False


def test_donors_see_what_was_filled_in_once_the_reviewer_has_looked(program, lead, facilitator) -> None:
    gates.record_past(plan_of(program, 1), GO, decided_on=date(2024, 3, 1), by=facilitator)
    row = ItemAnswer.objects.select_related("item").filter(plan=plan_of(program, 1)).order_by("pk")[0]
    saving.save(Proposal("k" * 32, "answer", row.pk, "answer", "done", 0), actor=Actor(lead))
    plan = plan_of(program, 1)
    assert (plan.settled[row.item.key][0], plan.look_again) == ("not_started", look_again.FILLED_IN)

    gates.clear_look(plan, reasons="the minutes say so", by=facilitator)
    plan = plan_of(program, 1)
    assert (plan.settled[row.item.key][0], plan.look_again) == ("done", {})


def test_several_at_once_leave_the_program_where_it_stands_since_the_last_of_them(program, facilitator) -> None:
    """Given in any order: a step passed late may be a low one."""
    days = {3: date(2024, 9, 1), 1: date(2024, 11, 1), 2: date(2024, 5, 1)}
    past = [Past(plan_of(program, number), GO, day) for number, day in days.items()]
    gates.record_several_past(past, by=facilitator)

    assert current(program) == (4, date(2024, 11, 1))
    recorded = GateReview.objects.order_by("pk").values_list("plan__step__number", "decided_on")
    assert list(recorded) == sorted(days.items())


def test_several_are_recorded_all_or_none(program: Program, facilitator: User) -> None:
    future = timezone.localdate() + timedelta(days=1)
    past = [Past(plan_of(program, 1), GO, date(2024, 3, 1)), Past(plan_of(program, 2), GO, future)]
    with pytest.raises(Incomplete, match="future"):
        gates.record_several_past(past, by=facilitator)
    assert (GateReview.objects.count(), plan_of(program, 1).state) == (0, "not_started")


def test_the_same_form_sent_twice_records_once(program: Program, facilitator: User) -> None:
    past = [Past(plan_of(program, number), GO, date(2024, 3, number)) for number in (1, 2)]
    first, second = (gates.record_several_past(past, by=facilitator, key="nonce") for _ in range(2))
    assert first == second
    assert GateReview.objects.count() == 2


@pytest.mark.parametrize("outcome", [Outcome.HOLD, Outcome.RETURNED])
def test_only_what_passed_is_recorded_later(program: Program, facilitator: User, outcome: str) -> None:
    decision = Decision(outcome, "no", return_to=1, look_again_on=timezone.localdate())
    with pytest.raises(Incomplete) as refusal:
        gates.record_past(plan_of(program, 1), decision, decided_on=date(2024, 3, 1), by=facilitator)
    assert refusal.value.field == "outcome"


def test_a_passed_or_waiting_step_has_its_decision_already(program: Program, lead: User, facilitator: User) -> None:
    gates.record_past(plan_of(program, 1), GO, decided_on=date(2024, 3, 1), by=facilitator)
    gates.submit(plan_of(program, 2), reviewer=facilitator, promised_on=timezone.localdate(), by=lead)
    for number in (1, 2):
        with pytest.raises(NotAllowedNow):
            gates.record_past(plan_of(program, number), GO, decided_on=date(2024, 3, 1), by=facilitator)


def test_its_conditions_may_all_be_met_or_still_open(program: Program, facilitator: User) -> None:
    still_open = NewCondition("sign the agreement", date(2027, 1, 31))
    for number, conditions in ((1, []), (2, [still_open])):
        decision = Decision(Outcome.CONDITIONS, "meeting", conditions=conditions)
        gates.record_past(plan_of(program, number), decision, decided_on=date(2024, 3, 1), by=facilitator)

    assert list(Condition.objects.values_list("text", "review__plan__step__number")) == [("sign the agreement", 2)]
    assert [plan_of(program, number).state for number in (1, 2)] == ["conditions", "conditions"]


def test_a_later_step_needs_a_waiver_until_the_six_have_passed(program: Program, facilitator: User) -> None:
    with pytest.raises(Incomplete) as refusal:
        gates.record_past(plan_of(program, 7), GO, decided_on=date(2024, 3, 1), by=facilitator)
    assert refusal.value.field == "waiver"

    past = [Past(plan_of(program, number), GO, date(2024, 3, number)) for number in range(1, 8)]
    gates.record_several_past(past, by=facilitator)
    assert current(program) == (8, date(2024, 3, 7))


def test_the_team_cannot_write_its_own_past(program: Program, lead: User, admin: User, donor: User) -> None:
    for person in (lead, admin, donor):
        with pytest.raises(PermissionDenied):
            gates.record_past(plan_of(program, 1), GO, decided_on=date(2024, 3, 1), by=person)
