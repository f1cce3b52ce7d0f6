"""The whole checklist of a program, filtered and grouped by phase and step."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.models import Answer, ItemAnswer, Phase, Program, StepPlan


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the checklist: its word in the address, its name, and how many items it leaves."""

    key: str
    name: str | Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class StepGroup:
    """The items of one step that the filter leaves."""

    plan: StepPlan
    answers: Sequence[ItemAnswer]


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


Fits = Callable[[ItemAnswer, User, date], bool]
FILTERS: dict[str, tuple[Promise, Fits]] = {
    "all": (_("All"), lambda answer, user, today: True),
    "open": (_("Open"), lambda answer, user, today: not answer.is_settled),
    "mine": (_("Mine"), lambda answer, user, today: answer.owner_id == user.pk),
    "overdue": (_("Overdue"), lambda answer, user, today: is_overdue(answer, today)),
    "no-evidence": (_("Done without evidence"), lambda answer, user, today: lacks_evidence(answer)),
    "critical": (_("Critical and open"), lambda answer, user, today: answer.item.is_critical and not answer.is_settled),
    "returned": (_("Returned"), lambda answer, user, today: answer.returned_note != ""),
}


def is_overdue(answer: ItemAnswer, today: date) -> bool:
    """Its due date has passed and it is not settled."""
    return answer.due_on is not None and answer.due_on < today and not answer.is_settled


def lacks_evidence(answer: ItemAnswer) -> bool:
    """Said to be done, with no current evidence (rows read `with_counts`)."""
    return answer.answer == Answer.DONE and answer.evidence_count == 0


def read(program: Program, *, show: str, user: User, today: date) -> Checklist:
    """The checklist, narrowed to the filter `show` (an unknown one shows all)."""
    rows = list(_rows(program, today))
    chosen = show if show in FILTERS else "all"
    fits = {key: [row for row in rows if fit(row, user, today)] for key, (_name, fit) in FILTERS.items()}
    return Checklist(
        filters=[Filter(key, name, len(fits[key]), key == chosen) for key, (name, _fit) in FILTERS.items()],
        phases=_phases(fits[chosen]),
        shown_count=len(fits[chosen]),
        total=len(rows),
        done_count=sum(row.is_settled for row in rows),
    )


def _rows(program: Program, today: date) -> Iterable[ItemAnswer]:
    rows = ItemAnswer.objects.filter(plan__program=program).standing().with_counts(today).in_order()
    return rows.select_related("item", "owner", "plan__step").only(
        *("answer", "reason", "due_on", "returned_note", "is_new", "verified_at"),
        *("item__key", "item__number", "item__text", "item__is_critical", "item__step_id"),
        *("owner__name", "plan__state", "plan__look_again", "plan__program_id", "plan__step_id"),
        *("plan__step__number", "plan__step__title", "plan__step__phase"),
    )


def _phases(rows: Sequence[ItemAnswer]) -> list[PhaseGroup]:
    steps = [StepGroup(group[0].plan, group) for group in _grouped(rows)]
    by_phase = groupby(steps, key=lambda step: step.plan.step.phase)
    return [PhaseGroup(Phase(phase).label, list(group)) for phase, group in by_phase]


def _grouped(rows: Sequence[ItemAnswer]) -> list[list[ItemAnswer]]:
    return [list(group) for _plan, group in groupby(rows, key=lambda row: row.plan_id)]
