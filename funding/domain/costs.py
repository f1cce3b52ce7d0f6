"""The lines of the cost plan: entering, changing, copying to other years, removing."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from funding.domain.amounts import shown
from funding.domain.counting import mark_stale
from funding.domain.holding import Refused, RemovedSince, hold, lock, removal, take_out
from funding.models import LAST_YEAR, CostKind, CostLine, FundingPhase
from journal import facts, once
from journal.models import Change
from journal.record import record
from programs.models import Program
from programs.standing import Can, require

KIND = "cost"
FACTS = ("year", "kind", "text", "unit_amount", "quantity", "currency")
MOST = 400
YEARS_AHEAD = 10

MEANINGS: dict[str, Promise] = {
    CostKind.START_UP: gettext_lazy("Comes once, when work begins somewhere: first training, kits, vehicles."),
    CostKind.PER_SITE: gettext_lazy("Comes with every site: enter the cost of one site, and how many sites."),
    CostKind.RECURRENT: gettext_lazy("Comes back every year as long as it goes on: salaries, supplies, refreshers."),
    CostKind.CENTRAL: gettext_lazy(
        "Holds it together, however many sites there are: coordination, reviews, an office."
    ),
}


class Years(NamedTuple):
    """Years a line may be copied to, those that are near, and those that have it already."""

    offered: list[int]
    near: list[int]
    taken: set[int]


def of_program(program: Program) -> QuerySet[CostLine]:
    """By year."""
    return CostLine.objects.filter(program=program)


def find(program: Program, cost_id: int) -> CostLine | None:
    """One line of a program's plan."""
    found = of_program(program).filter(pk=cost_id).first()
    if found is not None:
        found.program = program
    return found


def find_removed(program: Program, cost_id: int) -> CostLine | None:
    """What still stands for a line of this program that was removed: its number, text and year."""
    told = removal(program, KIND, cost_id)
    return CostLine(pk=cost_id, program=program, text=told.details["text"], year=told.details["year"]) if told else None


@transaction.atomic
def add(program: Program, said: Mapping[str, Any], *, by: User, until: int | None = None, key: str = "") -> CostLine:
    """Enters a cost, and the same for every year until `until`. `said` are `FACTS`.

    The same key again gives the same line. Raises Refused, or PermissionDenied for who may not write here.
    """
    require(by, program.pk, Can.WRITE)
    if line := once.made_before(CostLine, key, by=by, gone=RemovedSince()):
        return line
    hold(program)
    years = range(said["year"], max(until or 0, said["year"]) + 1)
    made = _make(program, said, years, by=by)
    record("cost_added", KIND, made[0].pk, by=by, program_id=program.pk, new=_details(made[0]), key=key)
    if made[1:]:
        _record_copies(made[0], made[1:], by=by)
    mark_stale(program.pk)
    return made[0]


@transaction.atomic
def copy(line: CostLine, *, years: Iterable[int], by: User, key: str = "") -> list[CostLine]:
    """Enters the same cost for other years; those that have it already are left as they are. Gives the new lines.

    The same key again gives the same lines. Raises Refused or PermissionDenied.
    """
    require(by, line.program_id, Can.WRITE)
    if done := once.earlier(key, by=by):
        return _copies_of(done)
    held = lock(line)
    hold(line.program)
    taken = years_with(held)
    free = sorted(set(years) - taken)
    if not free:
        raise Refused(_("These years have this cost already. Nothing was copied."))
    made = _make(line.program, {name: getattr(held, name) for name in FACTS}, free, by=by)
    _record_copies(held, made, by=by, key=key)
    mark_stale(held.program_id)
    return made


@transaction.atomic
def change(line: CostLine, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> None:
    """Changes a line. Raises ChangedMeanwhile (see `journal.facts`), Refused or PermissionDenied."""
    held = lock(line)
    require(by, held.program_id, Can.WRITE)
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind=KIND, program_id=held.program_id, by=by):
        mark_stale(held.program_id)


@transaction.atomic
def remove(line: CostLine, *, by: User) -> None:
    """Takes a line out of the plan; the history keeps what it said. Done already, it changes nothing."""
    take_out(line, kind=KIND, program_id=line.program_id, by=by, details=_details)


def years_with(line: CostLine) -> set[int]:
    """The years that have this very cost: for the same, of the same kind, in the same currency."""
    same = CostLine.objects.filter(program=line.program_id, kind=line.kind, text=line.text, currency=line.currency)
    return set(same.values_list("year", flat=True))


def years_for_copies(line: CostLine) -> Years:
    """Where a line can be copied to: the years after it. Near is the rest of its phase or, without one, next year."""
    offered = range(line.year + 1, min(line.year + YEARS_AHEAD, LAST_YEAR) + 1)
    phases = FundingPhase.objects.filter(program=line.program_id)
    phase = phases.filter(first_year__lte=line.year, last_year__gt=line.year).first()
    last, taken = phase.last_year if phase else line.year + 1, years_with(line)
    return Years(list(offered), [year for year in offered if year <= last and year not in taken], taken)


def meanings() -> list[tuple[str, str]]:
    """The kinds of cost and what they mean."""
    return [(str(CostKind(kind).label), str(meaning)) for kind, meaning in MEANINGS.items()]


def _make(program: Program, said: Mapping[str, Any], years: Iterable[int], *, by: User) -> list[CostLine]:
    """One line a year. Raises Refused when the plan would grow too long; call it while the plan is held."""
    lines = [CostLine(program=program, created_by=by, **{**said, "year": year}) for year in years]
    if of_program(program).count() + len(lines) > MOST:
        raise Refused(
            _("A plan takes at most %(most)s lines. Put small costs together, or take out some first.") % {"most": MOST}
        )
    return CostLine.objects.bulk_create(lines)


def _copies_of(done: Change) -> list[CostLine]:
    """The lines that were copied before, but those removed since. Raises Refused when none is left."""
    found = list(CostLine.objects.filter(pk__in=done.details["lines"]))
    if not found:
        raise RemovedSince
    return found


def _record_copies(line: CostLine, made: list[CostLine], *, by: User, key: str = "") -> None:
    years = ", ".join(str(one.year) for one in made)
    new = {"text": line.text, "years": years, "lines": [one.pk for one in made]}
    record("cost_copied", KIND, line.pk, by=by, program_id=line.program_id, new=new, key=key)


def _details(line: CostLine) -> dict[str, Any]:
    """All of a line as the history keeps it: a removed one stands nowhere else."""
    price = shown(line.unit_amount, line.currency)
    return {**facts.facts_of(line, FACTS), "year": str(line.year), "price": price}
