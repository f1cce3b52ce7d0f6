"""Holding what is planned still while one thing of it changes; why one cannot be done, and what was removed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from funding.domain import plans
from funding.domain.counting import mark_stale
from funding.models import FundingPlan
from journal.models import Change
from journal.record import record
from programs.models import Program
from programs.standing import Can, require

Row = TypeVar("Row", bound=Model)


class Refused(Exception):
    """This cannot be done with what is planned now; the message says why and what to do."""


class Removed(Refused):
    """The row is gone: somebody removed it since it was shown."""

    def __init__(self) -> None:
        super().__init__(_("Somebody removed this meanwhile. What you typed is kept below: you can add it anew."))


class RemovedSince(Refused):
    """The same form was sent before, and what it made is gone."""

    def __init__(self) -> None:
        super().__init__(
            _("You sent this form before, and what it made was removed since. Open the form anew to enter it again.")
        )


def hold(program: Program) -> FundingPlan:
    """The plan of a program, locked: whoever checks something of the whole program is alone with it.

    Lock a line, a source or a phase before the plan, never after it: `counting.mark_stale` does so too.
    """
    plans.begin(program)
    return FundingPlan.objects.select_for_update().get(pk=program.pk)


def lock(row: Row) -> Row:
    """The row as it is now, locked. Raises Removed when it is gone."""
    found = lock_if_there(row)
    if found is None:
        raise Removed
    return found


def lock_if_there(row: Row) -> Row | None:
    return type(row)._default_manager.select_for_update().filter(pk=row.pk).first()


def take_out(
    row: Row,
    *,
    kind: str,
    program_id: int,
    by: User,
    details: Callable[[Row], dict[str, Any]],
    refuse: Callable[[Row], None] = lambda row: None,
) -> None:
    """Removes a row; the history keeps its `details`. Gone already, it changes nothing. Call it in a transaction.

    Raises PermissionDenied, or what `refuse` raises.
    """
    held = lock_if_there(row)
    require(by, program_id, Can.WRITE)
    if held is None:
        return
    refuse(held)
    record(f"{kind}_removed", kind, held.pk, by=by, program_id=program_id, new=details(held))
    held.delete()
    mark_stale(program_id)


def removal(program: Program, kind: str, number: int) -> Change | None:
    """How the history tells that this was removed from this very program; None of what is there, or never was."""
    told = Change.objects.about(kind, number).filter(program_id=program.pk, verb=f"{kind}_removed")
    return told.first()


def is_there(row: Model) -> bool:
    """Whether it was fetched; what stands for a removed row (`find_removed` of each subject) was not."""
    return not row._state.adding
