"""Journeys across a gate: the reviewer decides, the team reads it all, the donor reads what donors may."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Portfolio, User
from assessments.tasks import summarise
from programs.domain import evidencing, gates
from programs.domain.evidencing import Piece
from programs.models import Condition, ItemAnswer, Program, StepState
from scaleup.tests.browser.visitors import Visitors, step_address

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONDITION, REASONS = "Sign the agreement with the ministry.", "The visits convinced us; the agreement is missing."


@pytest.fixture
def submitted(row: ItemAnswer, lead: User, facilitator: User) -> ItemAnswer:
    """One item done, with evidence; its step waits for the facilitator."""
    today = timezone.localdate()
    ItemAnswer.objects.filter(pk=row.pk).update(answer="done", note="Only for the team and its reviewer")
    row.refresh_from_db()
    evidencing.add(row, Piece("note", "Visits of March", today, text="Seen at the meeting."), by=lead)
    gates.submit(row.plan, reviewer=facilitator, promised_on=today + timedelta(days=7), by=lead)
    summarise(row.plan.program_id)
    return row


def decide_with_a_condition(page: "Page", *, owner: User) -> None:
    page.get_by_role("radio", name="Go with conditions").check()
    condition = page.get_by_role("group", name="Condition 1")
    condition.get_by_label("What must be done?").fill(CONDITION)
    condition.get_by_label("By whom?").select_option(label=owner.name)
    condition.get_by_label("Until when?").fill(str(timezone.localdate() + timedelta(days=30)))
    page.get_by_label("Reasons").fill(REASONS)
    page.get_by_role("button", name="Record the decision").click()


def test_a_decision_reaches_everybody_who_may_read_it(
    visitors: Visitors, submitted: ItemAnswer, program: Program, portfolio: Portfolio, lead: User,
    facilitator: User, donor: User,
) -> None:  # fmt: skip
    page = visitors.open(facilitator, f"/portfolios/{portfolio.pk}/queue/")
    page.get_by_role("link", name=program.name).click()
    page.get_by_role("button", name=f"Verify {submitted.shown_number}").click()
    expect(page.get_by_text(f"{submitted.shown_number} is verified.")).to_be_visible()
    decide_with_a_condition(page, owner=lead)
    expect(page.get_by_text("Decided. The team sees it now.")).to_be_visible()
    assert Condition.objects.values_list("text", "owner", "review__plan__state").get() == (
        CONDITION,
        lead.pk,
        StepState.CONDITIONS,
    )
    summarise(program.pk)  # the worker's part

    team = visitors.open(lead, f"{step_address(submitted)}timeline/")
    for words in (CONDITION, REASONS):
        expect(team.get_by_text(words)).to_be_visible()

    reader = visitors.open(donor, f"/portfolios/{portfolio.pk}/donor/programs/{program.pk}/")
    expect(reader.get_by_text(CONDITION)).to_be_visible()
    expect(reader.get_by_text("Visits of March")).to_be_visible()
    seen = reader.content()
    assert [words for words in (REASONS, submitted.note, lead.name, facilitator.name) if words in seen] == []
