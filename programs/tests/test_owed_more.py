"""What people owe beside items and steps: conditions to confirm, evidence, silence; and what is far off."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programs.domain import conditions, evidencing, gates, owed
from programs.domain.evidencing import Piece
from programs.domain.gates import Decision, NewCondition
from programs.domain.owed import Owed, Urgency
from programs.models import Condition, Evidence, GateReview, ItemAnswer, Membership, Program, StepPlan

TODAY = timezone.localdate()
DAY = timedelta(days=1)


def of(user: User, today: date = TODAY) -> list[Owed]:
    return owed.by(user, today=today)


def kinds(user: User, today: date = TODAY) -> list[str]:
    return [one.kind for one in of(user, today)]


def step(program: Program, number: int) -> StepPlan:
    return StepPlan.objects.select_related("step").get(program=program, step__number=number)


@pytest.fixture
def decide(program: Program, lead: User, facilitator: User) -> Callable[..., GateReview]:
    """Submits a step and decides on it."""

    def decide(outcome: str, number: int = 1, **said: Any) -> GateReview:
        review = gates.submit(step(program, number), reviewer=facilitator, promised_on=TODAY, by=lead)
        return gates.decide(review, Decision(outcome, "because", **said), by=facilitator)

    return decide


@pytest.fixture
def condition(decide: Callable[..., GateReview], lead: User) -> Condition:
    decide("conditions", conditions=[NewCondition("Count the sites", TODAY + 30 * DAY, lead)])
    return Condition.objects.get()


@pytest.fixture
def evidence(program: Program, editor: User) -> Callable[..., Evidence]:
    """Adds a permit to item 1.2, which the editor owns."""
    row = ItemAnswer.objects.select_related("plan").get(plan__program=program, item__number="1.2")
    ItemAnswer.objects.filter(pk=row.pk).update(owner=editor)

    def add(expires_on: date | None) -> Evidence:
        said = {"dated_on": TODAY - 90 * DAY, "expires_on": expires_on, "url": "https://permits.example/1"}
        return evidencing.add(row, Piece(kind="link", title="Permit", **said), by=editor)

    return add


# What is far off


def test_nobody_owes_anything_on_the_first_day_however_far_one_looks(
    program: Program, lead: User, editor: User
) -> None:
    StepPlan.objects.filter(program=program, step__number=1).update(state="hold")
    assert owed.of([lead.pk, editor.pk], today=TODAY) == []


@pytest.mark.parametrize("days", [14, 15, 400])
def test_a_step_far_off_is_owed_but_on_no_list_of_today(program: Program, lead: User, days: int) -> None:
    """So that a mail that goes out a month before still finds what it speaks of."""
    StepPlan.objects.filter(program=program, step__number=2).update(target_on=TODAY + days * DAY)
    assert [one.kind for one in owed.of([lead.pk], today=TODAY)] == ["step_due"]
    assert kinds(lead) == ["step_due"] * (days == 14)


# Conditions


def test_who_set_a_condition_is_asked_to_confirm_it(condition: Condition, lead: User, facilitator: User) -> None:
    assert (kinds(lead), kinds(facilitator)) == (["condition_due"], [])
    conditions.say_met(condition, note="48 sites", by=lead)
    [one] = of(facilitator)
    assert (one.text, one.detail) == ("Confirm that the condition is met: Count the sites", "48 sites")
    assert (one.due_on, one.anchor_on, one.urgency(TODAY)) == (None, timezone.now().date(), Urgency.ASKED)
    assert one.url == reverse("programs:conditions", args=[condition.review.plan.program_id])
    assert kinds(lead) == []
    conditions.confirm(condition, by=facilitator)
    assert of(facilitator) == []


def test_what_is_sent_back_is_no_more_to_confirm(condition: Condition, lead: User, facilitator: User) -> None:
    conditions.say_met(condition, note="48 sites", by=lead)
    conditions.send_back(condition, note="And the second district?", by=facilitator)
    assert (kinds(lead), kinds(facilitator)) == (["condition_due"], [])


def test_conditions_of_a_decision_that_fell_are_no_more_to_confirm(
    condition: Condition, program: Program, lead: User, facilitator: User
) -> None:
    conditions.say_met(condition, note="48 sites", by=lead)
    gates.reopen(step(program, 1), reasons="The count was wrong.", by=facilitator)
    assert of(facilitator) == []


@pytest.mark.parametrize("what", ["condition_confirm", "review_promised"])
def test_who_may_no_longer_read_the_program_is_asked_nothing(
    condition: Condition, program: Program, lead: User, facilitator: User, what: str
) -> None:
    if what == "condition_confirm":
        conditions.say_met(condition, note="48 sites", by=lead)
    else:
        gates.submit(step(program, 2), reviewer=facilitator, promised_on=TODAY, by=lead)
    assert kinds(facilitator) == [what]
    assert [one.kind for one in owed.on([TODAY], today=TODAY)] == [what]
    facilitator.watching.all().delete()
    assert (of(facilitator), list(owed.on([TODAY], today=TODAY))) == ([], [])


# Steps that came back


def test_a_step_that_a_later_one_sent_back_counts_from_that_day(
    decide: Callable[..., GateReview], program: Program, lead: User
) -> None:
    with time_machine.travel(datetime.combine(TODAY, time(9), UTC) - 20 * DAY, tick=False):
        decide("go")
    decide("returned", 2, return_to=1)
    [one] = of(lead)
    assert (one.kind, one.step, one.anchor_on) == ("step_returned", 1, timezone.now().date())
    assert [(one.kind, one.step) for one in owed.on([one.anchor_on], today=TODAY)] == [("step_returned", 1)]
    StepPlan.objects.filter(pk=step(program, 1).pk).update(target_on=TODAY + 9 * DAY)
    assert [one.anchor_on for one in of(lead)] == [TODAY + 9 * DAY]


# Evidence


@pytest.mark.parametrize(
    ("days", "is_listed", "is_owed"),
    [(15, False, True), (14, True, True), (0, True, True), (-30, True, True), (-31, False, False)],
)
def test_evidence_is_owed_before_it_expires_and_a_month_after(
    evidence: Callable[..., Evidence], editor: User, days: int, is_listed: bool, is_owed: bool
) -> None:
    made = evidence(TODAY + days * DAY)
    assert [one.subject_id for one in of(editor)] == [made.pk] * is_listed
    assert [one.subject_id for one in owed.of([editor.pk], today=TODAY)] == [made.pk] * is_owed
    assert [one.subject_id for one in owed.on([TODAY + days * DAY], today=TODAY)] == [made.pk] * is_owed


def test_evidence_in_words(evidence: Callable[..., Evidence], program: Program, editor: User) -> None:
    made = evidence(TODAY + DAY)
    [one] = of(editor)
    assert (one.text, one.urgency(TODAY)) == ("Renew the evidence: 1.2 Permit", Urgency.SOON)
    assert one.url == reverse("programs:item", args=[program.pk, 1, made.answer.item.key])
    assert one.lead_days == (30, 7, 1)


@pytest.mark.parametrize("how", ["replaced", "withdrawn", "undated"])
def test_evidence_that_was_seen_to_is_not_owed(evidence: Callable[..., Evidence], editor: User, how: str) -> None:
    made = evidence(TODAY)
    newer = Piece(kind="link", title="Permit", dated_on=TODAY, url="https://permits.example/2")
    match how:
        case "replaced":
            evidencing.replace(made, newer, by=editor)
        case "withdrawn":
            evidencing.withdraw(made, by=editor)
        case "undated":
            Evidence.objects.filter(pk=made.pk).update(expires_on=None)
    assert of(editor) == []


def test_evidence_of_somebody_who_left_is_owed_by_the_leads(
    evidence: Callable[..., Evidence], program: Program, lead: User, editor: User
) -> None:
    evidence(TODAY)
    Membership.objects.filter(program=program, user=editor).delete()
    assert (kinds(lead), kinds(editor)) == (["evidence_expiring"], [])


# Silence: a program that nobody touches after it was begun on the first day


SILENT_AFTER = 37


@pytest.fixture
def first_day(program: Program) -> date:
    program.silent_after = SILENT_AFTER
    program.save()
    return timezone.now().date()


def test_after_so_many_days_without_a_change_the_leads_are_asked(
    first_day: date, program: Program, lead: User, editor: User
) -> None:
    assert of(lead, first_day + (SILENT_AFTER - 1) * DAY) == []
    [one] = of(lead, first_day + (SILENT_AFTER + 3) * DAY)
    assert (one.kind, one.subject_id, one.anchor_on) == ("program_silent", program.pk, first_day + SILENT_AFTER * DAY)
    assert one.text == "Nothing has changed for 40 days: say where the program stands"
    assert one.url == reverse("programs:program", args=[program.pk])
    assert of(editor, first_day + (SILENT_AFTER + 3) * DAY) == []


def test_reminders_find_silence_by_its_day(first_day: date, lead: User) -> None:
    day = first_day + SILENT_AFTER * DAY
    assert [(one.kind, one.user_id) for one in owed.on([day], today=day)] == [("program_silent", lead.pk)]
    assert list(owed.on([day - DAY, day + DAY], today=day)) == []


@pytest.mark.parametrize("days", [None, 60])
def test_a_program_says_how_long_is_long(first_day: date, program: Program, lead: User, days: int | None) -> None:
    Program.objects.filter(pk=program.pk).update(silent_after=days)
    assert of(lead, first_day + 59 * DAY) == []
    assert len(of(lead, first_day + 60 * DAY)) == (1 if days else 0)


def test_any_word_in_its_history_is_a_sign_of_life(first_day: date, program: Program, lead: User) -> None:
    """The program's own row is older than its history, as when people work on partners or money alone."""
    Program.objects.filter(pk=program.pk).update(changed_at=timezone.now() - 30 * DAY)
    assert of(lead, first_day + (SILENT_AFTER - 1) * DAY) == []
    assert kinds(lead, first_day + SILENT_AFTER * DAY) == ["program_silent"]


@pytest.mark.parametrize("state", ["submitted", "go"])
def test_what_waits_for_a_decision_or_has_passed_may_be_silent(
    first_day: date, program: Program, lead: User, state: str
) -> None:
    day = first_day + SILENT_AFTER * DAY
    assert kinds(lead, day) == ["program_silent"]
    steps = StepPlan.objects.filter(program=program)
    (steps if state == "go" else steps.filter(step__number=1)).update(state=state)
    assert of(lead, day) == []


def test_what_is_archived_may_be_silent(first_day: date, program: Program, lead: User) -> None:
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert of(lead, first_day + SILENT_AFTER * DAY) == []
