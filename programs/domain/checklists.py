"""The whole checklist of a program, filtered and grouped by phase and step."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.domain.checklist_sql import ROWS
from programs.models import Answer, Phase, Program


class Row(NamedTuple):
    """One item as its team answered it; `number` is empty for one a newer version of the guide added."""

    step_number: int
    step_title: str
    phase: str
    state: str
    key: str
    number: str
    text: str
    is_critical: bool
    answer: str
    is_settled: bool
    is_verified: bool
    is_returned: bool
    due_on: date | None
    owner_id: int | None
    owner: str
    evidence_count: int
    open_remark_count: int

    @property
    def shown_number(self) -> str:
        return self.number or str(_("new"))


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the checklist: its word in the address, its name, and how many items it leaves."""

    key: str
    name: str | Promise
    count: int
    is_chosen: bool

    @property
    def address(self) -> str:
        return "?" if self.key == "all" else f"?show={self.key}"


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The items of one step that the filter leaves."""

    number: int
    title: str
    state: str
    answers: Sequence[Row]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"step-{self.number}"


@dataclass(frozen=True, slots=True)
class PhaseGroup:
    name: str | Promise
    steps: Sequence[StepGroup]


@dataclass(frozen=True, slots=True)
class Checklist:
    filters: Sequence[Filter]
    phases: Sequence[PhaseGroup]
    shown_count: int
    total: int
    done_count: int


Fits = Callable[[Row, User, date], bool]
FILTERS: dict[str, tuple[Promise, Fits]] = {
    "all": (_("All"), lambda row, user, today: True),
    "open": (_("Open"), lambda row, user, today: not row.is_settled),
    "mine": (_("Mine"), lambda row, user, today: row.owner_id == user.pk),
    "overdue": (_("Overdue"), lambda row, user, today: is_overdue(row, today)),
    "no-evidence": (_("Done without evidence"), lambda row, user, today: lacks_evidence(row)),
    "critical": (_("Critical and open"), lambda row, user, today: row.is_critical and not row.is_settled),
    "returned": (_("Returned"), lambda row, user, today: row.is_returned),
}


def is_overdue(row: Row, today: date) -> bool:
    """Its due date has passed and it is not settled."""
    return row.due_on is not None and row.due_on < today and not row.is_settled


def lacks_evidence(row: Row) -> bool:
    """Said to be done, with no current evidence."""
    return row.answer == Answer.DONE and row.evidence_count == 0


def read(program: Program, *, show: str, user: User, today: date) -> Checklist:
    """The checklist, narrowed to the filter `show` (an unknown one shows all)."""
    rows = _rows(program, today)
    chosen = show if show in FILTERS else "all"
    fits = {key: [row for row in rows if fit(row, user, today)] for key, (_name, fit) in FILTERS.items()}
    return Checklist(
        filters=[Filter(key, name, len(fits[key]), key == chosen) for key, (name, _fit) in FILTERS.items()],
        phases=_phases(fits[chosen]),
        shown_count=len(fits[chosen]),
        total=len(rows),
        done_count=sum(row.is_settled for row in rows),
    )


def _rows(program: Program, today: date) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"program": program.pk, "today": today})
        return [Row(*columns) for columns in cursor.fetchall()]


def _phases(rows: Sequence[Row]) -> list[PhaseGroup]:
    by_phase = groupby(rows, key=lambda row: row.phase)
    return [PhaseGroup(Phase(phase).label, _steps(group)) for phase, group in by_phase]


def _steps(rows: Iterable[Row]) -> list[StepGroup]:
    by_step = groupby(rows, key=lambda row: (row.step_number, row.step_title, row.state))
    return [StepGroup(*step, list(group)) for step, group in by_step]
