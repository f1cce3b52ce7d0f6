"""Owner and target date of a step: saved by themselves or by the plain form, by the same path."""

import secrets
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from journal.models import Change
from programs.models import Program, StepPlan, StepState

ClientFor = Callable[[User | None], Client]


@pytest.fixture
def browser(client_for: ClientFor, editor: User) -> Client:
    return client_for(editor)


@pytest.fixture
def plan(program: Program) -> StepPlan:
    return StepPlan.objects.get(program=program, step__number=4)


def save(browser: Client, plan: StepPlan, field: str, value: str, base: int = 0) -> HttpResponse:
    said = {"key": secrets.token_hex(16), "kind": "plan", "id": plan.pk}
    return browser.post(reverse("journal:save"), said | {"field": field, "value": value, "base": base})


def send(browser: Client, plan: StepPlan, **fields: object) -> HttpResponse:
    form = {"nonce": "a" * 32, "owner": "", "target_on": "", "base_owner": 0, "base_target_on": 0}
    return browser.post(reverse("programs:step_plan", args=[plan.program_id, 4]), form | fields)


def test_target_date_saves_itself(browser: Client, plan: StepPlan) -> None:
    said = save(browser, plan, "target_on", "2027-03-31").json()
    assert (said["result"], said["display"], said["version"]) == ("applied", "31 March 2027", 1)
    assert Change.objects.get(kind="plan", field="target_on").object_id == plan.pk


def test_plain_form_saves_both(browser: Client, plan: StepPlan, lead: User) -> None:
    assert send(browser, plan, owner=lead.pk, target_on="2027-03-31").status_code == 302
    plan.refresh_from_db()
    assert (plan.owner, str(plan.target_on)) == (lead, "2027-03-31")


def test_wrong_date_stays_in_the_form(browser: Client, plan: StepPlan, lead: User) -> None:
    response = send(browser, plan, owner=lead.pk, target_on="next spring")
    page = response.content.decode()
    assert response.status_code == 422
    assert ("Enter a date as year-month-day" in page, 'value="next spring"' in page) == (True, True)


def test_conflict_shows_both_dates(browser: Client, plan: StepPlan, client_for: ClientFor, lead: User) -> None:
    save(client_for(lead), plan, "target_on", "2027-05-31")
    response = send(browser, plan, target_on="2027-03-31")
    page = response.content.decode()
    assert response.status_code == 409
    assert ("31 May 2027" in page, "31 March 2027" in page, lead.name in page) == (True, True, True)


@pytest.mark.parametrize("state", StepState.values)
def test_plan_may_change_in_every_state(browser: Client, plan: StepPlan, state: str) -> None:
    StepPlan.objects.filter(pk=plan.pk).update(state=state)
    assert save(browser, plan, "target_on", "2027-03-31").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("facilitator", 403), ("donor", 404), ("other_lead", 404), ("stranger", 404)]
)
def test_only_editors_plan(
    request: pytest.FixtureRequest, client_for: ClientFor, plan: StepPlan, who: str, status: int
) -> None:
    browser = client_for(request.getfixturevalue(who))
    assert save(browser, plan, "target_on", "2027-03-31").status_code == status
    assert StepPlan.objects.get(pk=plan.pk).target_on is None


@pytest.mark.parametrize("field", ["state", "settled", "look_again", "current_since", "answer"])
def test_nothing_else_can_be_set(browser: Client, plan: StepPlan, field: str) -> None:
    assert save(browser, plan, field, "go").status_code == 404


def test_foreign_person_cannot_own_a_step(browser: Client, plan: StepPlan, other_lead: User) -> None:
    assert save(browser, plan, "owner", str(other_lead.pk)).status_code == 422
