"""What a reviewer reads before deciding: items with their evidence, what changed, what is still talked about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.timesince import timesince

from journal.models import Change
from programs.domain import history
from programs.domain.history import Line
from programs.models import Answer, Evidence, GateReview, ItemAnswer, Remark, StepPlan

MOST_CHANGES = 200
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence with its age in words ("" for today's)."""

    evidence: Evidence
    age: str
    has_expired: bool
    expires_soon: bool


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One item as the reviewer sees it."""

    row: ItemAnswer
    pieces: Sequence[Piece]
    has_changed: bool
    remark_count: int

    @property
    def counts_as_evidence(self) -> bool:
        return any(not piece.has_expired for piece in self.pieces)

    @property
    def can_be_verified(self) -> bool:
        """What `verifying.verify` would accept."""
        row = self.row
        if row.verified_at is not None:
            return False
        if row.answer == Answer.NOT_APPLICABLE:
            return row.item.is_critical and row.reason != ""
        return row.answer == Answer.DONE and self.counts_as_evidence


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """A step as its reviewer reads it. `since` is when it was last decided on; None on its first turn."""

    plan: StepPlan
    review: GateReview | None
    items: Sequence[ReviewItem]
    since: datetime | None
    changes: Sequence[Line]
    remarks: Sequence[Remark]

    @property
    def done_count(self) -> int:
        return sum(item.row.is_settled for item in self.items)

    @property
    def verified_count(self) -> int:
        return sum(item.row.is_verified for item in self.items)

    @property
    def missing(self) -> list[ReviewItem]:
        return [item for item in self.items if not item.row.is_settled]

    @property
    def critical_open(self) -> list[ReviewItem]:
        return [item for item in self.missing if item.row.item.is_critical]


def read(plan: StepPlan, *, today: date) -> ReviewReading:
    """Reads one step whole, in a number of queries that does not depend on how much there is."""
    turns = list(turns_of(plan))
    since = max((turn.decided_at for turn in turns if turn.decided_at), default=None)
    rows = list(_rows(plan))
    changes = _changes(plan, rows, since=since) if since else []
    changed = {change.object_id for change in changes}
    pieces = _pieces(rows, today=today)
    remarks = _open_remarks(plan)
    remark_counts = Counter(remark.answer_id for remark in remarks)
    return ReviewReading(
        plan=plan,
        review=next((turn for turn in turns if not turn.outcome and turn.withdrawn_at is None), None),
        items=[ReviewItem(row, pieces[row.pk], row.pk in changed, remark_counts[row.pk]) for row in rows],
        since=since,
        changes=history.lines(changes, program_id=plan.program_id),
        remarks=remarks,
    )


def turns_of(plan: StepPlan) -> QuerySet[GateReview]:
    """Every turn through the gate that touched this step, newest first: its own, and returns from later steps."""
    own = GateReview.objects.filter(plan=plan) | GateReview.objects.filter(returned_to=plan)
    people = ("submitted_by", "reviewer", "decided_by")
    steps = ("plan__step", "returned_to__step")
    return own.select_related(*people, *steps).order_by("-pk")


def _rows(plan: StepPlan) -> Iterable[ItemAnswer]:
    rows = ItemAnswer.objects.filter(plan=plan).standing().in_order()
    return rows.select_related("item", "owner", "verified_by", "plan")


def _pieces(rows: Sequence[ItemAnswer], *, today: date) -> dict[int, list[Piece]]:
    """Current evidence by item, the newest first; expired pieces stay in sight, but count no more."""
    pieces: dict[int, list[Piece]] = defaultdict(list)
    for evidence in Evidence.objects.current().filter(answer__in=rows).order_by("-dated_on", "-pk"):
        ends = evidence.expires_on
        pieces[evidence.answer_id].append(
            Piece(
                evidence,
                age=_age(evidence.dated_on, today),
                has_expired=ends is not None and ends < today,
                expires_soon=ends is not None and today <= ends <= today + SOON,
            )
        )
    return pieces


def _age(day: date, today: date) -> str:
    return timesince(datetime.combine(day, time()), datetime.combine(today, time()), depth=1) if day < today else ""


def _changes(plan: StepPlan, rows: Sequence[ItemAnswer], *, since: datetime) -> list[Change]:
    """What the team did to the items since; the reviewer's own words on them are no news to the reviewer."""
    about = Change.objects.filter(program_id=plan.program_id, kind="answer", object_id__in=[row.pk for row in rows])
    news = about.filter(at__gt=since).exclude(verb__in=("verified", "accepted", "asked", "asked_no_more"))
    return list(news.newest_first()[:MOST_CHANGES])


def _open_remarks(plan: StepPlan) -> list[Remark]:
    first = Remark.objects.filter(plan=plan, thread=None, resolved_at=None)
    return list(first.select_related("author", "answer__item").order_by("pk"))
