"""What donors read: sums, settled paths, decisions, how far roles and money reach. Never notes, remarks or names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet

from accounts.models import Portfolio, User
from assessments.domain.results import Ratio
from dashboards.domain import decisions, donor_rounds, visits
from dashboards.domain.decisions import Decision, Moves
from dashboards.domain.donor_rounds import DonorRound
from dashboards.domain.figures import Figures, StepFigures
from dashboards.domain.paging import Order, Page, page_of
from dashboards.domain.rollups import LATE_COMMIT
from dashboards.domain.visits import PortfolioVisit
from funding.domain import summaries as funding
from funding.domain.summaries import Figures as MoneyFigures
from partners.models import RoleSummary
from programs.ambition import Reach, reach_of, sentence
from programs.models import PASSED_STATES, Answer, Evidence, ItemAnswer, Listing, Program, ProgramSummary, StepPlan

PROGRAMS_SHOWN = 12
PAGE_SIZE = 50
BY_NAME = Order("name_key")

# What `programs` asks for its first page: Django takes longer to write it than the whole rest of the dashboard needs.
FIRST_PROGRAMS = """
SELECT listing.id, listing.program_id, listing.name, listing.country, listing.sector, summary.path, summary.current_step
FROM programs_listing listing
JOIN programs_program program ON program.id = listing.program_id AND program.archived_at IS NULL
JOIN programs_programsummary summary ON summary.program_id = listing.program_id AND summary.view = 'settled'
WHERE listing.portfolio_id = %(portfolio)s AND listing.agreed_at IS NOT NULL
ORDER BY listing.name_key, listing.id
LIMIT {limit}
"""


class ProgramRow(NamedTuple):
    """A program in a list: what its listing says, and its settled path."""

    pk: int
    program_id: int
    name: str
    country: str
    sector: str
    path: str
    step: int


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step over all programs, now and at the last visit."""

    now: StepFigures
    was: StepFigures | None

    @property
    def was_mean(self) -> float | None:
        return self.was.mean if self.was else None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The donor's page. `was` are the sums at the last visit; None: never here before."""

    figures: Figures
    was: Figures | None
    refreshed_at: datetime | None
    previous_at: datetime | None
    moves: Moves
    programs: Sequence[ProgramRow]
    has_more_programs: bool

    @property
    def guides(self) -> list[tuple[StepChange, ...]]:
        """Steps over all programs, a list for each guide."""
        found: dict[str, list[StepChange]] = {}
        for step in self.figures.steps:
            was = self.was.step(step.guide, step.number) if self.was else None
            found.setdefault(step.guide, []).append(StepChange(step, was))
        return list(map(tuple, found.values()))


@dataclass(frozen=True, slots=True)
class EvidenceTitle:
    """A piece of evidence by title and date; never the file."""

    title: str
    dated_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class SettledItem:
    """An item that was done when its step was last submitted or decided."""

    number: str
    text: str
    is_verified: bool
    evidence: Sequence[EvidenceTitle]


class ItemName(NamedTuple):
    """An item of a program without anything the team said of it."""

    pk: int
    plan_id: int
    key: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class SettledStep:
    """A step as of its last submit or decision (`settled_at`; None: never)."""

    plan: StepPlan
    score: float | None
    items: Sequence[SettledItem]


@dataclass(frozen=True, slots=True)
class ProgramPage:
    """One program as its donors see it."""

    program: Program
    summary: ProgramSummary
    ambition: str
    reach: Reach | None
    decisions: Sequence[Decision]
    steps: Sequence[SettledStep]
    rounds: Sequence[DonorRound]
    roles: RoleSummary | None
    money: MoneyFigures | None

    @property
    def covering(self) -> Ratio:
        """Functions with exactly one accountable partner, of all functions."""
        return Ratio(self.roles.covered, self.roles.functions) if self.roles else Ratio(0, 0)

    @property
    def coverage(self) -> Ratio:
        return Ratio(self.summary.evidenced, self.summary.done)

    @property
    def proven(self) -> Ratio:
        return Ratio(self.summary.verified, self.summary.done)

    @property
    def short_titles(self) -> list[str]:
        return [step.plan.step.short_title for step in self.steps]

    @property
    def settled_steps(self) -> list[SettledStep]:
        """Steps that were submitted or decided at least once."""
        return [step for step in self.steps if step.plan.settled_at]


def dashboard(portfolio: Portfolio, *, by: User, now: datetime) -> Dashboard:
    """The whole page in three queries; notes the visit."""
    visit = visits.to_portfolio(portfolio, view=ProgramSummary.View.SETTLED, by=by, now=now)
    figures, listed_first = Figures.from_data(visit.figures), _first_programs(portfolio, limit=PROGRAMS_SHOWN + 1)
    return Dashboard(
        figures=figures,
        was=Figures.from_data(visit.previous_figures) if visit.previous_at else None,
        refreshed_at=visit.refreshed_at,
        previous_at=visit.previous_at,
        moves=_moves(portfolio, visit, figures),
        programs=listed_first[:PROGRAMS_SHOWN],
        has_more_programs=len(listed_first) > PROGRAMS_SHOWN,
    )


def programs(portfolio: Portfolio, *, size: int = PAGE_SIZE, after: str = "", before: str = "") -> Page:
    """Programs by name, each with its settled path. No ranking: this is no league table."""
    settled = listed(portfolio).filter(program__summaries__view=ProgramSummary.View.SETTLED)
    paths = settled.annotate(path=F("program__summaries__path"), step=F("program__summaries__current_step"))
    rows = paths.values_list("pk", "program_id", "name", "name_key", "country", "sector", "path", "step", named=True)
    return page_of(rows, BY_NAME, size=size, after=after, before=before)


def listed(portfolio: Portfolio) -> QuerySet[Any]:
    """Listings donors may know of: agreed by the lead, and of programs that are not archived."""
    return Listing.objects.agreed().filter(portfolio=portfolio, program__archived_at=None)


def program_page(portfolio: Portfolio, program_id: int) -> ProgramPage | None:
    """One program of the portfolio as donors see it; None when it is not theirs to know."""
    summary = (
        ProgramSummary.objects.select_related("program__organisation")
        .filter(program__in=listed(portfolio).values("program"), program=program_id)
        .filter(view=ProgramSummary.View.SETTLED)
        .first()
    )
    if summary is None:
        return None
    program = summary.program
    return ProgramPage(
        program=program,
        summary=summary,
        ambition=sentence(program),
        reach=reach_of(program, program.reach_figures.first()),
        decisions=decisions.of_program(program.pk),
        steps=_steps(summary),
        rounds=donor_rounds.closed_rounds(program.pk),
        roles=RoleSummary.objects.filter(program=program, functions__gt=0, partners__gt=0).first(),
        money=funding.of_programs([program.pk]).get(program.pk),
    )


def _first_programs(portfolio: Portfolio, *, limit: int) -> list[ProgramRow]:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_PROGRAMS.format(limit=limit), {"portfolio": portfolio.pk})
        return list(map(ProgramRow._make, cursor.fetchall()))


def _moves(portfolio: Portfolio, visit: PortfolioVisit, figures: Figures) -> Moves:
    """What was decided since the last visit; at the first one the newest, and how many there ever were."""
    if visit.previous_at:
        return decisions.moves(portfolio, since=visit.previous_at)
    since = visit.refreshed_at and visit.refreshed_at - LATE_COMMIT
    return Moves(decisions.newest(portfolio, known=figures.newest_decided, since=since), total=figures.decided)


def _steps(summary: ProgramSummary) -> list[SettledStep]:
    plans = (
        StepPlan.objects.filter(program=summary.program_id)
        .select_related("step")
        .only("state", "settled", "settled_at", "program_id", "step__number", "step__title", "step__short_title")
        .order_by("step__number")
    )
    items, evidence = _items_by_plan(summary.program_id), _evidence_by_item(summary.program_id)
    scores = [*summary.step_scores, *[None] * len(plans)]
    return [
        SettledStep(plan, score, _settled_items(plan, items.get(plan.pk, []), evidence))
        for plan, score in zip(plans, scores, strict=False)
    ]


def _settled_items(
    plan: StepPlan, items: list[ItemName], evidence: dict[int, list[EvidenceTitle]]
) -> list[SettledItem]:
    """The items that were done at the step's last submit or decision, whatever their answer is today."""
    settled = {key: (answer, is_verified) for key, (answer, is_verified, *_) in plan.settled.items()}
    return [
        SettledItem(item.number, item.text, settled[item.key][1], evidence.get(item.pk, []))
        for item in items
        if settled.get(item.key, ("", False))[0] == Answer.DONE
    ]


def _items_by_plan(program_id: int) -> dict[int, list[ItemName]]:
    rows = ItemAnswer.objects.filter(plan__program=program_id).standing().in_order()
    by_plan: dict[int, list[ItemName]] = {}
    for item in map(ItemName._make, rows.values_list("pk", "plan", "item__key", "item__number", "item__text")):
        by_plan.setdefault(item.plan_id, []).append(item)
    return by_plan


def _evidence_by_item(program_id: int) -> dict[int, list[EvidenceTitle]]:
    """Current evidence that was there at the last submit or decision; passed steps go on taking some."""
    was_there = Q(added_at__lte=F("answer__plan__settled_at")) | Q(answer__plan__state__in=PASSED_STATES)
    rows = Evidence.objects.current().filter(was_there, answer__plan__program=program_id).order_by("dated_on", "pk")
    by_item: dict[int, list[EvidenceTitle]] = {}
    for answer_id, *title in rows.values_list("answer", "title", "dated_on", "expires_on"):
        by_item.setdefault(answer_id, []).append(EvidenceTitle(*title))
    return by_item
