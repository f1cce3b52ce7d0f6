"""The review queue of a portfolio: steps that wait for a decision, those of the reader first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import Portfolio, User
from dashboards.domain.paging import Order, Page, page_of
from programs.models import GateReview, Listing

PAGE_SIZE = 50
BY_PROMISE = Order("promised_on", date.fromisoformat, has_gaps=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted step that waits for its decision, for so many days."""

    program_id: int
    program_name: str
    step: int
    step_title: str
    reviewer_name: str | None
    promised_on: date | None
    days: int


OF_REVIEW = tuple(name for name in Waiting.__slots__ if name != "days")


@dataclass(frozen=True, slots=True)
class Queue:
    """The reader's own reviews, a page of the others', and programs that were asked to join."""

    mine: Sequence[Waiting]
    others: Page
    asked: Sequence[Listing]

    @property
    def is_empty(self) -> bool:
        return not (self.mine or self.others.rows or self.asked)


def read(portfolio: Portfolio, *, by: User, today: date, after: str = "", before: str = "") -> Queue:
    """What waits in a portfolio. Only programs at home here are decided here."""
    waiting = _waiting(portfolio)
    others = page_of(waiting.exclude(reviewer=by), BY_PROMISE, size=PAGE_SIZE, after=after, before=before)
    mine = waiting.filter(reviewer=by).order_by(F("promised_on").asc(nulls_last=True), "pk")[:PAGE_SIZE]
    return Queue(
        mine=[_read(row, today) for row in mine],
        others=Page([_read(row, today) for row in others.rows], others.before, others.after),
        asked=list(_asked(portfolio)[:PAGE_SIZE]),
    )


def _waiting(portfolio: Portfolio) -> QuerySet[Any]:
    here = Listing.objects.agreed().filter(portfolio=portfolio, is_home=True, program__archived_at=None)
    reviews = GateReview.objects.filter(outcome="", withdrawn_at=None, submitted_at__isnull=False)
    return (
        reviews.filter(plan__program__in=here.values("program"))
        .annotate(
            program_id=F("plan__program_id"),
            program_name=F("plan__program__name"),
            step=F("plan__step__number"),
            step_title=F("plan__step__title"),
            reviewer_name=F("reviewer__name"),
        )
        .values_list("pk", "submitted_at", *OF_REVIEW, named=True)
    )


def _read(row: Any, today: date) -> Waiting:
    days = (today - timezone.localdate(row.submitted_at)).days
    return Waiting(**{name: getattr(row, name) for name in OF_REVIEW}, days=days)


def _asked(portfolio: Portfolio) -> QuerySet[Any]:
    asked = Listing.objects.filter(portfolio=portfolio, agreed_at=None)
    return asked.select_related("asked_by").order_by("asked_at", "pk")
