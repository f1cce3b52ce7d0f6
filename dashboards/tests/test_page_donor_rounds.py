"""What donors read of rounds: dimensions of closed ones whose raters were told so; nothing else, ever."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Portfolio, User
from assessments.domain import actions, result_keeping, rounds
from assessments.domain.actions import NewAction
from assessments.models import Assessment, Consensus, Rating, Statement
from assessments.tests.result_cases import scored_round
from assessments.tests.round_cases import item, make_round, rate_all, settle, small_instrument
from dashboards.tests.test_page_donor import words
from programs.models import Program

pytestmark = pytest.mark.django_db
Read = Callable[[], str]
SECRETS = (
    "Canaryrater",
    "canary-item",
    "canary-anchor",
    "canary-comment",
    "canary-evidence",
    "canary-unable",
    "canary-agreed",
    "canary-left",
    "canary-remark",
    "canary-dissent",
    "canary-action",
)


@pytest.fixture
def read(portfolio: Portfolio, program: Program, donor: User, client_for: Callable[..., Client]) -> Read:
    browser = client_for(donor)

    def get() -> str:
        answer = browser.get(f"/portfolios/{portfolio.pk}/donor/programs/{program.pk}/")
        assert answer.status_code == 200
        return answer.text

    return get


def full_of_secrets(program: Program) -> Assessment:
    """A closed round in which everything that can be said was said."""
    instrument = small_instrument(changed={"There is a plan": "canary-item", "No plan": "canary-anchor"})
    raters = [("Canaryrater One", "team"), ("Canaryrater Two", "ministry")]
    found = make_round(program, instrument=instrument, raters=raters)
    for rater in found.raters.all():
        rate_all(rater, {"vision": 1, "plan": 2, "budget": "unable"})
    said = {"comment": "canary-comment", "evidence": "canary-evidence", "reason": "canary-unable"}
    Rating.objects.filter(rater__assessment=found).update(**said)
    rounds.reveal(found, by=found.facilitator)
    settle(found, left=["budget"])
    Consensus.objects.filter(assessment=found, state="agreed").update(reason="canary-agreed")
    Consensus.objects.filter(assessment=found, state="left").update(reason="canary-left")
    for kind in ("remark", "dissent"):
        row = {"consensus": found.consensuses.first(), "rater": found.raters.first()}
        Statement.objects.create(kind=kind, text=f"canary-{kind}", **row)
    rounds.close(found, by=found.facilitator)
    result_keeping.keep([found.pk])
    found.refresh_from_db()
    planned = NewAction("canary-action", program.created_by, found.due_on)
    actions.add(found, item(found, "plan"), planned, by=program.created_by)
    return found


def test_dimensions_of_a_closed_round_with_their_target(read: Read, program: Program) -> None:
    scored_round(program)
    page = read()
    assert "First round: A small instrument, closed on" in words(page)
    assert "Dashed line: the target of 67 % First round Dimension Result Leading 67 % Doing 50 %" in words(page)
    assert page.count('class="bar-target"') == 2


def test_nothing_that_raters_said_reaches_a_donor(
    read: Read, program: Program, lead: User, client_for: Callable[..., Client]
) -> None:
    found = full_of_secrets(program)
    told = client_for(lead).get(f"/programs/{program.pk}/rounds/{found.pk}/results/").text
    assert {"canary-item", "canary-agreed", "canary-left", "canary-dissent", "canary-action"} <= {
        secret for secret in SECRETS if secret in told
    }
    page = read()
    assert "Leading" in page
    assert [secret for secret in SECRETS if secret in page] == []


@pytest.mark.parametrize("state", ["setup", "rating", "discussing"])
def test_only_closed_rounds(read: Read, program: Program, state: str) -> None:
    found = make_round(program, state=state, title="Under way")
    result_keeping.keep([found.pk])
    page = read()
    assert ("Under way" in page, "agreed on" in page) == (False, False)


def test_only_rounds_that_are_for_donors(read: Read, program: Program) -> None:
    first = scored_round(program, title="For donors")
    scored_round(program, instrument=first.instrument, title="Among us", is_for_donors=False)
    page = read()
    assert ("For donors" in page, "Among us" in page) == (True, False)


def test_a_dimension_without_an_agreed_value_has_no_bar(read: Read, program: Program) -> None:
    found = make_round(program, state="discussing")
    settle(found, left=["budget", "delay"])
    rounds.close(found, by=found.facilitator)
    result_keeping.keep([found.pk])
    page = read()
    assert "Leading 67 % Doing –" in words(page)
    assert page.count('class="bar-target"') == 1


def test_the_newest_round_is_open_and_the_others_folded(read: Read, program: Program) -> None:
    first = scored_round(program)
    scored_round(program, instrument=first.instrument, title="Second round")
    page = words(read())
    assert page.index("Second round: ") < page.index("First round: ")


def test_one_query_however_many_rounds(read: Read, program: Program, assert_queries: Callable) -> None:
    first = scored_round(program)
    read()
    for _ in range(3):
        with assert_queries(11):
            read()
        scored_round(program, instrument=first.instrument)
