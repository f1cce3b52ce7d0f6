"""The gates as a machine: every verb by everybody in any order, beside a plain model of what must be so."""

import copy
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User, Watcher
from journal import saving
from journal.models import Change
from journal.saving import Actor, NotFound, Proposal, Refused
from programs.domain import gates
from programs.domain.gates import Decision, Incomplete, NewCondition, NotAllowedNow
from programs.models import GateReview, ItemAnswer, Membership, Program, StepPlan

OPEN, PASSED = {"not_started", "in_progress", "hold", "returned"}, {"go", "conditions"}
SUBMITTERS, WITHDRAWERS, DECIDERS = {"lead", "editor", "member_facilitator"}, {"lead"}, {"facilitator"}
ACTORS = [
    "lead",
    "editor",
    "viewer",
    "facilitator",
    "member_facilitator",
    "other_facilitator",
    "donor",
    "admin",
    "stranger",
]
STEPS = st.sampled_from([1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11])
# Those who may come up often, so that a run gets somewhere.
SUBMITTER = st.sampled_from(["lead"] * 9 + ACTORS)
DECIDER = st.sampled_from(["facilitator"] * 9 + ACTORS)
OUTCOMES = st.sampled_from(["go", "go", "conditions", "hold", "returned"])
REFUSALS = (PermissionDenied, NotAllowedNow, Incomplete)


class Gates(RuleBasedStateMachine):
    """`states`, `looks`, `settled` and `brought` are the model; the program is the thing itself."""

    def __init__(self, program: Program, people: dict[str, User]) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.program, self.people = program, people
        self.states = dict.fromkeys(range(1, 12), "not_started")
        self.looks = dict.fromkeys(range(1, 12), False)
        self.settled: dict[int, dict[str, Any]] = {number: {} for number in range(1, 12)}
        self.brought: set[int] = set()  # steps whose latest decision was recorded later
        self.logged = Change.objects.count()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    # what the model says

    def needs_waiver(self, number: int) -> bool:
        return number > 6 and any(self.states[before] not in PASSED for before in range(1, 7))

    def send_back(self, number: int, to: int) -> None:
        if to != number:
            self.states[number] = "in_progress"
        self.states[to], self.looks[to] = "returned", False
        for later in range(to + 1, 12):
            self.looks[later] = self.looks[later] or self.states[later] in PASSED

    def near(self, number: int, states: set[str]) -> int:
        """A step in one of the states, usually; so that most attempts are about something."""
        fitting = [each for each, state in self.states.items() if state in states]
        return fitting[number % len(fitting)] if fitting and number < 9 else number

    # what happens

    def plan(self, number: int) -> StepPlan:
        return StepPlan.objects.select_related("step").get(program=self.program, step__number=number)

    def review(self, number: int) -> GateReview:
        """The newest turn of a step, open or not."""
        return GateReview.objects.select_related("plan").filter(plan=self.plan(number)).order_by("-pk")[0]

    def attempt(self, act: Callable[[], object], *, is_allowed: bool) -> bool:
        """Does it; it must work exactly if it is allowed, and leave one line in the history."""
        refusal = None
        try:
            with transaction.atomic():
                act()
        except REFUSALS as error:
            refusal = error
        assert (refusal is None) == is_allowed, f"allowed: {is_allowed}, but: {refusal!r}"
        assert refusal is None or str(refusal)
        self.logged += refusal is None
        return refusal is None

    @rule(number=STEPS, actor=SUBMITTER, reviewer=st.sampled_from(["facilitator"] * 12 + ACTORS))
    def submit(self, number: int, actor: str, reviewer: str) -> None:
        asked = {"reviewer": self.people[reviewer], "promised_on": timezone.localdate()}
        is_allowed = actor in SUBMITTERS and self.states[number] in OPEN and reviewer in DECIDERS
        if self.attempt(lambda: gates.submit(self.plan(number), **asked, by=self.people[actor]), is_allowed=is_allowed):
            self.states[number] = "submitted"
            self.settled[number] = self.answers(number)

    @rule(number=STEPS, actor=SUBMITTER)
    def withdraw(self, number: int, actor: str) -> None:
        number = self.near(number, {"submitted"})
        if not GateReview.objects.filter(plan=self.plan(number)).exists():
            return
        is_allowed = actor in WITHDRAWERS and self.states[number] == "submitted"
        if self.attempt(lambda: gates.withdraw(self.review(number), by=self.people[actor]), is_allowed=is_allowed):
            self.states[number] = "in_progress"

    @rule(number=STEPS, actor=DECIDER, outcome=OUTCOMES, to=STEPS, is_waived=st.booleans())
    def decide(self, number: int, actor: str, outcome: str, to: int, is_waived: bool) -> None:
        number = self.near(number, {"submitted"})
        if not GateReview.objects.filter(plan=self.plan(number)).exists():
            return
        decision = self.decision(outcome, to=to, is_waived=is_waived)
        is_allowed = actor in DECIDERS and self.states[number] == "submitted"
        if outcome == "returned":
            is_allowed &= to == number or (to < number and self.states[to] != "submitted")
        if outcome in PASSED and self.needs_waiver(number):
            is_allowed &= is_waived
        if self.attempt(
            lambda: gates.decide(self.review(number), decision, by=self.people[actor]), is_allowed=is_allowed
        ):
            self.settled[number] = self.answers(number)
            if outcome == "returned":
                self.send_back(number, to)
            else:
                self.brought.discard(number)
                self.states[number], self.looks[number] = outcome, False

    @rule(number=STEPS, actor=DECIDER, outcome=OUTCOMES, is_waived=st.booleans())
    def record_past(self, number: int, actor: str, outcome: str, is_waived: bool) -> None:
        decision = self.decision(outcome, to=number, is_waived=is_waived)
        is_allowed = actor in DECIDERS and self.states[number] in OPEN and outcome in PASSED
        if outcome in PASSED and self.needs_waiver(number):
            is_allowed &= is_waived
        act = lambda: gates.record_past(  # noqa: E731 the same shape as its neighbours
            self.plan(number), decision, decided_on=timezone.localdate(), by=self.people[actor]
        )
        if self.attempt(act, is_allowed=is_allowed):
            self.states[number], self.settled[number] = outcome, self.answers(number)
            self.brought.add(number)

    @rule(number=STEPS, actor=DECIDER)
    def reopen(self, number: int, actor: str) -> None:
        number = self.near(number, PASSED)
        is_allowed = actor in DECIDERS and self.states[number] in PASSED
        if self.attempt(
            lambda: gates.reopen(self.plan(number), reasons="new facts", by=self.people[actor]), is_allowed=is_allowed
        ):
            self.settled[number] = self.answers(number)
            self.send_back(number, number)

    @rule(number=STEPS, actor=DECIDER)
    def clear_look(self, number: int, actor: str) -> None:
        number = next((each for each, look in self.looks.items() if look), number)
        is_allowed = actor in DECIDERS and self.looks[number]
        if self.attempt(
            lambda: gates.clear_look(self.plan(number), reasons="still true", by=self.people[actor]),
            is_allowed=is_allowed,
        ):
            self.looks[number], self.settled[number] = False, self.answers(number)

    @rule(number=STEPS, actor=SUBMITTER, value=st.sampled_from(["not_started", "under_way", "done", "dont_know"]))
    def answer(self, number: int, actor: str, value: str) -> None:
        """Saves are part of the game: waiting steps take none, those decided here only lower answers, others all."""
        row = ItemAnswer.objects.filter(plan=self.plan(number)).order_by("pk")[0]
        version = row.versions.get("answer", [0])[0]
        proposal = Proposal(secrets.token_hex(16), "answer", row.pk, "answer", value, version)
        rank = {"not_started": 0, "dont_know": 0, "under_way": 1, "done": 2}
        is_taken = rank[value] < rank[row.answer] or number in self.brought
        is_allowed = self.states[number] in OPEN or (self.states[number] in PASSED and is_taken)
        try:
            with transaction.atomic():
                saving.save(proposal, actor=Actor(self.people[actor]))
        except (PermissionDenied, NotFound):
            assert actor not in SUBMITTERS
            return
        except Refused:
            assert not is_allowed
            return
        assert actor in SUBMITTERS
        assert is_allowed
        if value == row.answer:
            return
        self.logged += 1
        if self.states[number] == "not_started":
            self.states[number] = "in_progress"
        self.looks[number] = self.looks[number] or self.states[number] in PASSED

    def decision(self, outcome: str, *, to: int, is_waived: bool) -> Decision:
        today = timezone.localdate()
        return Decision(
            outcome,
            "because",
            conditions=[NewCondition("count", today, self.people["lead"])] if outcome == "conditions" else [],
            return_to=to,
            look_again_on=today,
            waiver="it cannot wait" if is_waived else "",
        )

    def answers(self, number: int) -> dict[str, Any]:
        rows = ItemAnswer.objects.filter(plan=self.plan(number)).values_list("item__key", "answer")
        return {key: [answer, False, False] for key, answer in rows}

    # what must always be so

    @invariant()
    def the_program_is_as_the_model_says(self) -> None:
        plans = {plan.step.number: plan for plan in self.program.step_plans.select_related("step").all()}
        assert {number: plan.state for number, plan in plans.items()} == self.states
        assert {number: plan.look_again != {} for number, plan in plans.items()} == self.looks
        assert {number: plan.settled for number, plan in plans.items()} == self.settled
        lowest = min((number for number, state in self.states.items() if state not in PASSED), default=None)
        current = [number for number, plan in plans.items() if plan.current_since is not None]
        assert current == ([] if lowest is None else [lowest])

    @invariant()
    def one_open_submission_for_each_waiting_step(self) -> None:
        waiting = GateReview.objects.filter(plan__program=self.program, outcome="", withdrawn_at=None)
        submitted = [number for number, state in self.states.items() if state == "submitted"]
        assert sorted(waiting.values_list("plan__step__number", flat=True)) == submitted

    @invariant()
    def nothing_happens_without_its_line_in_the_history(self) -> None:
        assert Change.objects.count() == self.logged


@pytest.fixture
def people(program: Program, portfolio, make_user, request) -> dict[str, User]:
    both = make_user("member_facilitator")
    Watcher.objects.create(portfolio=portfolio, user=both, role=Watcher.Role.FACILITATOR)
    Membership.objects.create(program=program, user=both, role=Membership.Role.EDITOR)
    named = [name for name in ACTORS if name != "member_facilitator"]
    return {name: request.getfixturevalue(name) for name in named} | {"member_facilitator": both}


def test_every_verb_by_everybody_in_any_order(program: Program, people: dict[str, User]) -> None:
    run_state_machine_as_test(
        lambda: Gates(program, copy.copy(people)),
        settings=settings(
            max_examples=10,
            phases=[Phase.generate],  # shrinking a failure takes minutes; its steps are printed as they were
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=False,
        ),
    )
