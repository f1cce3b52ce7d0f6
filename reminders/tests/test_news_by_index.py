"""What a sweep of news costs: what happened lately, not what there is."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from accounts.models import User
from assessments.models import Assessment, Instrument, Rater
from programs.models import Condition, GateReview, ItemAnswer, Listing, Membership, Program, Remark, StepPlan
from reminders.domain import news_sql
from reminders.tests.due_cases import item_of
from reminders.tests.news_cases import MINUTE, NOON, plan_of

pytestmark = pytest.mark.django_db
MANY = 1_000
BY_MOMENT = {
    "gate_review_submitted",
    "gate_review_decided",
    "item_answer_sent_back",
    "remark_that_mentions",
    "condition_met",
    "assessment_opened",
    "rater_added",
    "assessment_closed",
    "listing_asked",
    "listing_agreed",
}

SMALL = {"accounts_watcher", "accounts_portfolio", "programs_guideitem", "programs_guidestep"}


@pytest.fixture
def filled(program: Program, lead: User, facilitator: User, instrument: Instrument) -> None:
    """A thousand programs, each with one of everything that was news once."""
    portfolio = Listing.objects.get().portfolio
    names = ("organisation", "guide", "country", "sector")
    shared = {name: getattr(program, name) for name in names}
    programs = make(Program, [{"name": f"Program {n}", "created_by": lead} | shared for n in range(MANY)])
    step, item = plan_of(program).step, item_of(program).item
    plans = make(StepPlan, [{"program": one, "step": step, "state": "conditions"} for one in programs])
    times = [NOON - timedelta(hours=n + 1) for n in range(MANY)]
    both = list(zip(plans, times, strict=True))
    make(Membership, [{"program": one, "user": lead, "role": "lead"} for one in programs])
    make(GateReview, [{"plan": plan, "submitted_at": at, "reviewer": facilitator} for plan, at in both])
    done = {"outcome": "go", "reasons": "Good", "decided_on": date(2027, 1, 1), "decided_by": facilitator}
    decided = make(GateReview, [{"plan": plan, "decided_at": at} | done for plan, at in both])
    due = {"text": "Train", "due_on": date(2027, 1, 1), "owner": lead, "met_by": lead}
    make(Condition, [{"review": one, "met_at": one.decided_at} | due for one in decided])
    make(ItemAnswer, [{"plan": plan, "item": item, "returned_note": "Who?", "returned_at": at} for plan, at in both])
    said = {"text": "Look", "author": facilitator, "mentioned": [lead.pk]}
    make(Remark, [{"plan": plan, "written_at": at} | said for plan, at in both])
    for is_agreed in (True, False):
        asked = {"asked_by": facilitator, "portfolio": portfolio if is_agreed else second(portfolio)}
        make(
            Listing,
            [
                {"program": plan.program, "asked_at": at, "agreed_at": at if is_agreed else None} | asked
                for plan, at in both
            ],
        )
    rounds = {"instrument": instrument, "facilitator": facilitator, "created_by": lead}
    make(Assessment, [{"program": plan.program, "state": "rating", "opened_at": at} | rounds for plan, at in both])
    shut = {"state": "closed", "revealed_at": NOON}
    make(Assessment, [{"program": plan.program, "closed_at": at} | shut | rounds for plan, at in both])
    rating = Assessment.objects.filter(state="rating")
    make(Rater, [{"assessment": one, "user": lead, "created_at": one.opened_at, "code": "A"} for one in rating])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def second(portfolio: Any) -> Any:
    """Another portfolio like it."""
    portfolio.pk, portfolio._state.adding = None, True
    portfolio.save()
    return portfolio


def make(model: type[Model], rows: list[dict[str, Any]]) -> list[Any]:
    return model._default_manager.bulk_create(model(**row) for row in rows)


def plan() -> str:
    statement = news_sql.ALL.format(whose="", **news_sql.LATELY)
    with connection.cursor() as cursor:
        values = {"after": NOON - MINUTE, "until": NOON + 5 * MINUTE, "days": [NOON.date()]}
        cursor.execute("EXPLAIN " + statement, values)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.usefixtures("filled")
def test_every_select_finds_what_is_new_by_its_moment() -> None:
    found = plan()
    assert {name for name in BY_MOMENT if f" {name} " in found} == BY_MOMENT
    assert set(re.findall(r"Seq Scan on (\w+)", found)) <= SMALL
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX listing_asked")
    assert "Seq Scan on programs_listing" in plan()  # so it would be seen if one were missing
