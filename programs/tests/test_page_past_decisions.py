"""The page of past decisions: several steps in one form, with what is wrong said at each."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programs.domain import gates
from programs.domain.gates import Decision
from programs.models import Condition, GateReview, Program, StepPlan


@pytest.fixture
def page_url(program: Program) -> str:
    return reverse("programs:past_decisions", args=[program.pk])


def part(number: int, outcome: str = "", **fields: object) -> dict[str, object]:
    names = ("decided_on", "reasons", "signers", "conditions", "conditions_due_on")
    return {f"step-{number}-outcome": outcome} | {f"step-{number}-{name}": fields.get(name, "") for name in names}


def sent(*parts: dict[str, object], **shared: object) -> dict[str, object]:
    data = {"waiver": "", "nonce": "b" * 32} | shared
    for number in range(1, 12):
        data |= part(number)
    for one in parts:
        data |= one
    return data


def test_several_steps_are_recorded_with_one_form(program, facilitator: User, client_for, page_url) -> None:
    data = sent(
        part(1, "go", decided_on="2024-03-01", reasons="first meeting", signers="Made-up Minister, ministry"),
        part(
            2,
            "conditions",
            decided_on="2024-09-01",
            reasons="second meeting",
            conditions="sign the agreement\n\ncount the sites",
            conditions_due_on="2027-01-31",
        ),
    )
    browser = client_for(facilitator)
    for _ in range(2):  # a double click records once
        assert browser.post(page_url, data).url == reverse("programs:program", args=[program.pk])

    recorded = GateReview.objects.order_by("pk").values_list("plan__step__number", "outcome", "decided_on")
    assert list(recorded) == [(1, "go", date(2024, 3, 1)), (2, "conditions", date(2024, 9, 1))]
    assert set(Condition.objects.values_list("text", "due_on")) == {
        ("sign the agreement", date(2027, 1, 31)),
        ("count the sites", date(2027, 1, 31)),
    }


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"outcome": "go"}, ["decided_on", "reasons"]),
        ({"outcome": "go", "reasons": "x", "decided_on": "2999-01-01"}, ["decided_on"]),
        ({"outcome": "go", "reasons": "x", "decided_on": "in May"}, ["decided_on"]),
        ({"outcome": "hold", "reasons": "x", "decided_on": "2024-03-01"}, ["outcome"]),
        ({"reasons": "typed with care"}, ["decided_on", "outcome"]),
        (
            {"outcome": "conditions", "reasons": "x", "decided_on": "2024-03-01", "conditions": "sign"},
            ["conditions_due_on"],
        ),
    ],
)
def test_a_mistake_is_said_at_its_step_and_nothing_is_recorded(
    facilitator: User, client_for, page_url, fields: dict[str, str], wrong: list[str]
) -> None:
    good = part(1, "go", decided_on="2024-03-01", reasons="meeting of the ministry")
    page = client_for(facilitator).post(page_url, sent(good, part(2, **fields)))

    assert page.status_code == 422
    assert sorted(page.context["parts"][1].errors) == wrong
    assert {problem.target.split("-")[1] for problem in page.context["problems"]} == {"2"}
    assert "meeting of the ministry" in page.content.decode()
    assert GateReview.objects.count() == 0


def test_an_empty_form_says_that_nothing_was_chosen(facilitator: User, client_for, page_url) -> None:
    page = client_for(facilitator).post(page_url, sent())
    assert page.status_code == 422
    assert "Choose a decision for at least one step." in page.content.decode()


def test_a_later_step_asks_for_the_waiver(program, facilitator: User, client_for, page_url) -> None:
    seventh = part(7, "go", decided_on="2024-03-01", reasons="meeting")
    page = client_for(facilitator).post(page_url, sent(seventh))
    assert (page.status_code, list(page.context["shared"].errors)) == (422, ["waiver"])

    client_for(facilitator).post(page_url, sent(seventh, waiver="the ministry began in May"))
    assert GateReview.objects.get().waiver == "the ministry began in May"


def test_a_step_decided_meanwhile_is_said_and_nothing_is_recorded(
    program, lead, facilitator, client_for, page_url
) -> None:
    plan = StepPlan.objects.get(program=program, step__number=1)
    review = gates.submit(plan, reviewer=facilitator, promised_on=timezone.localdate(), by=lead)
    gates.decide(review, Decision("go", "because"), by=facilitator)
    rows = [part(number, "go", decided_on="2024-03-01", reasons="meeting") for number in (1, 2)]
    page = client_for(facilitator).post(page_url, sent(*rows))

    assert page.status_code == 422
    assert "This step has passed." in page.content.decode()
    assert list(GateReview.objects.all()) == [review]


def test_only_steps_that_are_open_are_offered(program, facilitator: User, client_for, page_url) -> None:
    StepPlan.objects.filter(program=program, step__number__in=[1, 2]).update(state="go")
    StepPlan.objects.filter(program=program, step__number=3).update(state="submitted")
    offered = [one.plan.step.number for one in client_for(facilitator).get(page_url).context["parts"]]
    assert offered == list(range(4, 12))
