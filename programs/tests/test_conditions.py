"""Conditions: met is the team's word, confirmed the reviewer's, and not yet says what is missing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from journal.models import Change
from programs.domain import conditions, gates
from programs.domain.conditions import NotNow
from programs.domain.gates import Decision, NewCondition
from programs.models import Condition, GateReview, Program, StepPlan


@pytest.fixture
def decide(program: Program, lead: User, facilitator: User):
    """Submits step 1 and decides on it, with a condition for each text."""

    def decide(outcome: str, *texts: str) -> GateReview:
        plan = StepPlan.objects.get(program=program, step__number=1)
        today = timezone.localdate()
        review = gates.submit(plan, reviewer=facilitator, promised_on=today, by=lead)
        new = [NewCondition(text, today + timedelta(days=30), lead) for text in texts]
        return gates.decide(review, Decision(outcome, "because", conditions=new, return_to=1), by=facilitator)

    return decide


@pytest.fixture
def condition(decide) -> Condition:
    decide("conditions", "count the sites")
    return Condition.objects.get()


def verbs() -> list[str]:
    return list(Change.objects.filter(kind="condition").order_by("id").values_list("verb", flat=True))


def test_it_is_met_sent_back_met_again_and_confirmed(program, condition, lead, editor, facilitator) -> None:
    before = Program.objects.get(pk=program.pk).inputs_seq
    conditions.say_met(condition, note="48 sites", by=editor)
    conditions.send_back(condition, note="and the second district?", by=facilitator)
    conditions.say_met(condition, note="61 sites", by=lead)
    conditions.confirm(condition, by=facilitator)

    condition.refresh_from_db()
    assert (condition.met_note, condition.met_by, condition.confirmed_by) == ("61 sites", lead, facilitator)
    assert verbs() == ["condition_met", "condition_sent_back", "condition_met", "condition_confirmed"]
    assert Program.objects.get(pk=program.pk).inputs_seq == before + 4


def test_what_was_missing_is_shown_until_it_is_met_again(program, condition, lead, facilitator) -> None:
    conditions.say_met(condition, note="48 sites", by=lead)
    conditions.send_back(condition, note="and the second district?", by=facilitator)
    [line] = conditions.followed(program)
    assert (line.condition, line.is_in_force, line.missing) == (condition, True, "and the second district?")

    conditions.say_met(condition, note="61 sites", by=lead)
    [line] = conditions.followed(program)
    assert line.missing == ""


def test_a_confirmation_can_be_taken_back(condition, lead, facilitator) -> None:
    conditions.say_met(condition, note="48 sites", by=lead)
    conditions.confirm(condition, by=facilitator)
    conditions.send_back(condition, note="the list was of another year", by=facilitator)
    condition.refresh_from_db()
    assert (condition.met_at, condition.confirmed_at, condition.confirmed_by) == (None, None, None)


def test_saying_the_same_again_changes_nothing(condition, lead, editor, facilitator) -> None:
    for _ in range(2):
        conditions.say_met(condition, note="48 sites", by=lead)
    with pytest.raises(NotNow, match="already reported"):
        conditions.say_met(condition, note="50 sites", by=lead)
    with pytest.raises(NotNow, match="already reported"):
        conditions.say_met(condition, note="48 sites", by=editor)
    for _ in range(2):
        conditions.confirm(condition, by=facilitator)
    assert verbs() == ["condition_met", "condition_confirmed"]


def test_nothing_is_confirmed_or_sent_back_before_it_is_met(condition, facilitator) -> None:
    with pytest.raises(NotNow, match="has not said"):
        conditions.confirm(condition, by=facilitator)
    with pytest.raises(NotNow, match="open already"):
        conditions.send_back(condition, note="hm", by=facilitator)


@pytest.mark.parametrize("who", ["viewer", "facilitator", "other_facilitator", "donor", "admin", "stranger"])
def test_only_the_team_says_that_it_is_met(request, condition, who: str) -> None:
    with pytest.raises(PermissionDenied):
        conditions.say_met(condition, note="done", by=request.getfixturevalue(who))


@pytest.mark.parametrize("who", ["lead", "editor", "viewer", "other_facilitator", "donor", "admin", "stranger"])
def test_only_the_reviewer_confirms(request, condition, lead, who: str) -> None:
    conditions.say_met(condition, note="48 sites", by=lead)
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        conditions.confirm(condition, by=person)
    with pytest.raises(PermissionDenied):
        conditions.send_back(condition, note="hm", by=person)


def test_conditions_of_an_earlier_decision_are_no_longer_in_force(program, decide, facilitator) -> None:
    first = decide("conditions", "count the sites")
    gates.reopen(first.plan, reasons="the rules changed", by=facilitator)
    assert [line.is_in_force for line in conditions.followed(program)] == [False]

    decide("conditions", "sign the agreement")
    in_force = {line.condition.text: line.is_in_force for line in conditions.followed(program)}
    assert in_force == {"count the sites": False, "sign the agreement": True}


def test_one_that_is_no_longer_in_force_cannot_be_met_or_confirmed(condition, lead, facilitator) -> None:
    gates.reopen(condition.review.plan, reasons="the rules changed", by=facilitator)
    with pytest.raises(NotNow, match="no longer asked for"):
        conditions.say_met(condition, note="48 sites", by=lead)
    with pytest.raises(NotNow, match="no longer asked for"):
        conditions.confirm(condition, by=facilitator)
    assert verbs() == []


def test_confirmed_ones_stand_last(program, decide, lead, facilitator) -> None:
    decide("conditions", "first", "second", "third")
    first = Condition.objects.get(text="first")
    conditions.say_met(first, note="done", by=lead)
    conditions.confirm(first, by=facilitator)
    assert [line.condition.text for line in conditions.followed(program)] == ["second", "third", "first"]


@pytest.mark.parametrize("texts", [["one"], ["one", "two", "three"]])
def test_the_list_asks_two_questions(program, decide, django_assert_num_queries, texts: list[str]) -> None:
    decide("conditions", *texts)
    with django_assert_num_queries(2):
        lines = conditions.followed(program)
        assert [line.condition.owner.name for line in lines] == ["Own Lead Person"] * len(texts)


def test_the_database_itself_refuses_a_confirmation_before_it_is_met(condition) -> None:
    with pytest.raises(IntegrityError, match="condition_confirmed_after_met"), transaction.atomic():
        Condition.objects.filter(pk=condition.pk).update(confirmed_at=timezone.now())
