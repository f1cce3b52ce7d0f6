"""What somebody's home shows: their programs, what they owe, and what changed since they were here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User, Watcher
from dashboards.domain import decisions, news, visits
from dashboards.domain.decisions import Decision
from dashboards.domain.figures import Figures
from dashboards.domain.news import News
from dashboards.domain.visits import ProgramVisit
from dashboards.models import PortfolioRollup
from programs.ambition import sentence
from programs.domain import owed
from programs.domain.owed import Owed
from programs.models import Membership, Program, ProgramSummary, StepPlan, StepState

LIVE = ProgramSummary.View.LIVE
VIEW_OF = {Watcher.Role.FACILITATOR: LIVE, Watcher.Role.DONOR: ProgramSummary.View.SETTLED}


@dataclass(frozen=True, slots=True)
class Watched:
    """A portfolio somebody follows, with its sums as their role sees them."""

    watcher: Watcher
    figures: Figures

    @property
    def url(self) -> str:
        page = "portfolio" if self.watcher.role == Watcher.Role.FACILITATOR else "donor"
        return reverse(f"dashboards:{page}", args=[self.watcher.portfolio_id])


@dataclass(frozen=True, slots=True)
class Hats:
    """What somebody is beside a member of programs."""

    watched: Sequence[Watched]
    admin_of: Sequence[Organisation]

    @property
    def only_page(self) -> str | None:
        """Where somebody goes who has just one page; None when there are several, or none."""
        pages = [one.url for one in self.watched]
        pages += [reverse("accounts:organisation", args=[kept.pk]) for kept in self.admin_of]
        return pages[0] if len(pages) == 1 else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A score that is not what it was at the last visit, both 0 to 1."""

    was: float
    now: float


@dataclass(frozen=True, slots=True)
class ProgramHome:
    """One of somebody's programs: where it is, and what changed since they were here."""

    program: Program
    summary: ProgramSummary
    plans: Sequence[StepPlan]
    visit: ProgramVisit
    news: Sequence[News]
    decisions: Sequence[Decision]
    owed: Sequence[Owed]

    @property
    def current(self) -> StepPlan | None:
        """The step the program stands at; None when every step has passed."""
        return next((plan for plan in self.plans if plan.step.number == self.summary.current_step), None)

    @property
    def is_waiting(self) -> bool:
        return self.current is not None and self.current.state == StepState.SUBMITTED

    @property
    def short_titles(self) -> list[str]:
        return [plan.step.short_title for plan in self.plans]

    @property
    def step_urls(self) -> list[str]:
        return [reverse("programs:step", args=[self.program.pk, plan.step.number]) for plan in self.plans]

    @property
    def ambition(self) -> str:
        return sentence(self.program)

    @property
    def moved(self) -> Moved | None:
        """How readiness before scaling up moved since the last visit, seen in whole points."""
        was, now = self.visit.previous_figures.get("before"), self.summary.before
        if was is None or round(100 * was) == round(100 * now):
            return None
        return Moved(was, now)

    @property
    def news_in_words(self) -> str:
        """All of it in one line: decisions, readiness, then the rest."""
        said = [
            _("step %(step)s: %(outcome)s") % {"step": one.step, "outcome": one.outcome_label} for one in self.decisions
        ]
        if self.moved:
            points = {"was": round(100 * self.moved.was), "now": round(100 * self.moved.now)}
            said.append(_("readiness %(was)s → %(now)s") % points)
        return "; ".join([*said, *(line.text for line in self.news)])

    @property
    def is_news(self) -> bool:
        return bool(self.news or self.decisions or self.moved)


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on somebody's home. `owed` also holds what they owe on programs of others."""

    programs: Sequence[ProgramHome]
    owed: Sequence[Owed]


def read(user: User, *, now: datetime, today: date) -> Home | None:
    """The person's programs with all that is new in them; None for somebody on no team. Notes the visit."""
    summaries = list(_summaries(user))
    if not summaries:
        return None
    pks = [summary.program_id for summary in summaries]
    seen = visits.to_programs(pks, by=user, now=now)
    since = {program: visit.previous_at for program, visit in seen.items() if visit.previous_at}
    plans, fresh, decided = _plans(pks), news.since(since, reader=user), decisions.since(since)
    things = owed.by(user, today=today)
    homes = [
        ProgramHome(
            program=summary.program,
            summary=summary,
            plans=plans.get(summary.program_id, []),
            visit=seen[summary.program_id],
            news=fresh.get(summary.program_id, []),
            decisions=decided.get(summary.program_id, []),
            owed=[one for one in things if one.program_id == summary.program_id],
        )
        for summary in summaries
    ]
    return Home(homes, things)


def hats(user: User) -> Hats:
    """Which portfolios somebody follows and which organisations they keep, in two queries."""
    sums = PortfolioRollup.objects.filter(portfolio=OuterRef("portfolio"))
    watching = user.watching.select_related("portfolio__organisation").annotate(
        **{f"{view}_figures": Subquery(sums.filter(view=view).values("figures")) for view in VIEW_OF.values()}
    )
    watched = [
        Watched(one, Figures.from_data(getattr(one, f"{VIEW_OF[Watcher.Role(one.role)]}_figures")))
        for one in watching.order_by(Lower("portfolio__name"), "pk")
    ]
    kept = Organisation.objects.filter(affiliations__user=user, affiliations__is_admin=True)
    return Hats(watched, list(kept.order_by(Lower("name"), "pk")))


def _summaries(user: User) -> QuerySet[Any]:
    mine = Membership.objects.filter(user=user, program__archived_at=None)
    summaries = ProgramSummary.objects.filter(view=LIVE, program__in=mine.values("program"))
    return summaries.select_related("program").order_by(Lower("program__name"), "program")


def _plans(programs: Sequence[int]) -> dict[int, list[StepPlan]]:
    """The steps of each program in order, by program."""
    rows = StepPlan.objects.filter(program__in=programs).select_related("step").order_by("program", "step__number")
    light = rows.only(
        "program_id", "state", "target_on", "current_since", "step__number", "step__short_title", "step__title"
    )
    found: dict[int, list[StepPlan]] = {}
    for plan in light:
        found.setdefault(plan.program_id, []).append(plan)
    return found
