"""What somebody's home shows: their programs, what they owe, and what changed since they were here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from dashboards.domain import decisions, news, visits
from dashboards.domain.decisions import Decision
from dashboards.domain.home_sql import HATS, PROGRAM, PROGRAMS, STEPS
from dashboards.domain.news import News
from dashboards.domain.visits import ProgramVisit
from programs.ambition import sentence
from programs.domain import owed
from programs.domain.owed import Owed
from programs.models import Program, StepState
from scaleup.addresses import address

PAGES = {"facilitator": "dashboards:portfolio", "donor": "dashboards:donor", "admin": "accounts:organisation"}


class Hat(NamedTuple):
    """What somebody is beside a member of programs: facilitator or donor of a portfolio, admin of an organisation.

    `of_whom` is the organisation that keeps the portfolio; the counts are the portfolio's.
    """

    role: str
    pk: int
    name: str
    of_whom: str
    programs: int
    waiting: int

    @property
    def url(self) -> str:
        return address(PAGES[self.role], self.pk)


class Summary(NamedTuple):
    """How a program stands: its path, its step (0: all have passed), and readiness before scaling up, 0 to 1."""

    path: str
    current_step: int
    before: float


class Step(NamedTuple):
    """One step of a program."""

    program_id: int
    number: int
    title: str
    short_title: str
    state: str
    target_on: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A score that is not what it was at the last visit, both 0 to 1."""

    was: float
    now: float


@dataclass(frozen=True, slots=True)
class ProgramHome:
    """One of somebody's programs: where it is, and what changed since they were here."""

    program: Program
    summary: Summary
    steps: Sequence[Step]
    visit: ProgramVisit
    news: Sequence[News]
    decisions: Sequence[Decision]
    owed: Sequence[Owed]

    @property
    def current(self) -> Step | None:
        """The step the program stands at; None when every step has passed."""
        return next((step for step in self.steps if step.number == self.summary.current_step), None)

    @property
    def is_waiting(self) -> bool:
        return self.current is not None and self.current.state == StepState.SUBMITTED

    @property
    def short_titles(self) -> list[str]:
        return [step.short_title for step in self.steps]

    @property
    def step_urls(self) -> list[str]:
        return [address("programs:step", self.program.pk, step.number) for step in self.steps]

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
    mine = _programs(user)
    if not mine:
        return None
    pks = [program.pk for program, _summary in mine]
    seen = visits.to_programs(pks, by=user, now=now)
    since = {program: visit.previous_at for program, visit in seen.items() if visit.previous_at}
    steps, fresh, decided = _steps(pks), news.since(since, reader=user), decisions.since(since)
    things = owed.by(user, today=today)
    homes = [
        ProgramHome(
            program=program,
            summary=summary,
            steps=steps.get(program.pk, []),
            visit=seen[program.pk],
            news=fresh.get(program.pk, []),
            decisions=decided.get(program.pk, []),
            owed=[one for one in things if one.program_id == program.pk],
        )
        for program, summary in mine
    ]
    return Home(homes, things)


def hats(user: User) -> list[Hat]:
    """Which portfolios somebody follows and which organisations they keep, by name."""
    return list(map(Hat._make, _ask(HATS, {"user": user.pk})))


def only_page(hats: Sequence[Hat]) -> str | None:
    """Where somebody goes who has just one page; None when there are several, or none."""
    return hats[0].url if len(hats) == 1 else None


def owed_elsewhere(user: User, *, today: date) -> list[Owed]:
    """What somebody on no team owes. Decisions on steps are left out: they stand on the page of the portfolio."""
    return [one for one in owed.by(user, today=today) if one.kind != "review_promised"]


def _programs(user: User) -> list[tuple[Program, Summary]]:
    width = len(PROGRAM)
    rows = _ask(PROGRAMS, {"user": user.pk})
    return [(Program.from_db(None, PROGRAM, row[:width]), Summary(*row[width:])) for row in rows]


def _steps(programs: Sequence[int]) -> dict[int, list[Step]]:
    """The steps of each program in order, by program."""
    found: dict[int, list[Step]] = {}
    for step in map(Step._make, _ask(STEPS, {"programs": programs})):
        found.setdefault(step.program_id, []).append(step)
    return found


def _ask(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
