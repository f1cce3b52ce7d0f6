"""One rule says which conditions are in force: the list of what is owed, the program's page and the sums agree."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Portfolio, User
from dashboards.domain import rollups
from dashboards.domain.figures import Figures
from programs.domain import conditions, gates, owed
from programs.domain.gates import Decision, NewCondition
from programs.models import Condition, Program, StepPlan

Decide = Callable[..., None]


@pytest.fixture
def plan(program: Program) -> StepPlan:
    return StepPlan.objects.get(program=program, step__number=1)


@pytest.fixture
def decide(program: Program, lead: User, facilitator: User) -> Decide:
    """Submits a step and decides on it, with a condition for each text."""

    def decide(number: int, outcome: str, *texts: str, return_to: int = 1) -> None:
        plan, today = StepPlan.objects.get(program=program, step__number=number), timezone.localdate()
        new = [NewCondition(text, today + timedelta(days=3), lead) for text in texts]
        decision = Decision(outcome, "because", conditions=new, return_to=return_to, look_again_on=today)
        gates.decide(gates.submit(plan, reviewer=facilitator, promised_on=today, by=lead), decision, by=facilitator)

    return decide


@pytest.fixture
def found(program: Program, portfolio: Portfolio, lead: User) -> Callable[[], tuple[set[str], set[str], int]]:
    """Unmet conditions that are owed, those on the program's page, and how many the sums say are open."""

    def look() -> tuple[set[str], set[str], int]:
        due = {one.subject for one in owed.by(lead, today=timezone.localdate()) if one.kind == "condition_due"}
        followed = conditions.followed(program)
        unmet = {one.condition.text for one in followed if one.is_in_force and one.condition.met_at is None}
        rollups.sweep()
        rollups.refresh(portfolio)
        return due, unmet, Figures.from_data(portfolio.rollups.get(view="live").figures).open_conditions

    return look


def test_a_decision_that_stands(decide: Decide, found: Callable) -> None:
    decide(1, "conditions", "count the sites", "sign the agreement")
    both = {"count the sites", "sign the agreement"}
    assert found() == (both, both, 2)


def test_passed_again_with_other_conditions(decide: Decide, found: Callable, plan: StepPlan, facilitator: User) -> None:
    decide(1, "conditions", "count the sites")
    gates.reopen(plan, reasons="the rules changed", by=facilitator)
    assert found() == (set(), set(), 0)
    decide(1, "conditions", "sign the agreement")
    assert found() == ({"sign the agreement"}, {"sign the agreement"}, 1)


@pytest.mark.parametrize("outcome", ["go", "hold", "returned"])
def test_decided_again_without_conditions(
    decide: Decide, found: Callable, plan: StepPlan, facilitator: User, outcome: str
) -> None:
    decide(1, "conditions", "count the sites")
    gates.reopen(plan, reasons="the rules changed", by=facilitator)
    decide(1, outcome)
    assert found() == (set(), set(), 0)


def test_returned_from_a_later_step(decide: Decide, found: Callable) -> None:
    decide(1, "conditions", "count the sites")
    decide(2, "conditions", "sign the agreement")
    decide(3, "returned", return_to=1)
    assert found() == ({"sign the agreement"}, {"sign the agreement"}, 1)


def test_a_waiting_submission_is_no_decision_yet(
    decide: Decide, found: Callable, program: Program, lead: User, facilitator: User
) -> None:
    decide(1, "conditions", "count the sites")
    second = StepPlan.objects.get(program=program, step__number=2)
    gates.submit(second, reviewer=facilitator, promised_on=timezone.localdate(), by=lead)
    assert found() == ({"count the sites"}, {"count the sites"}, 1)


def test_met_is_owed_no_more_and_confirmed_is_open_no_more(
    decide: Decide, found: Callable, lead: User, facilitator: User
) -> None:
    decide(1, "conditions", "count the sites")
    condition = Condition.objects.get()
    conditions.say_met(condition, note="61 sites", by=lead)
    assert found() == (set(), set(), 1)
    conditions.confirm(condition, by=facilitator)
    assert found() == (set(), set(), 0)
