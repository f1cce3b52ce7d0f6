"""Holding what is planned still while one thing of it changes; things made before, and why one cannot be done."""

from typing import TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from funding.domain import plans
from funding.models import FundingPlan
from journal import once
from programs.models import Program

Row = TypeVar("Row", bound=Model)


class Refused(Exception):
    """This cannot be done with what is planned now; the message says why and what to do."""


def made_before(model: type[Row], key: str, *, by: User) -> Row | None:
    """What this person made by sending the same form before, if anything. Raises Refused if it was removed since."""
    done = once.earlier(key, by=by)
    if done is None:
        return None
    found = model._default_manager.filter(pk=done.object_id).first()
    if found is None:
        raise Refused(gone())
    return found


def gone() -> str:
    return _("You sent this form before, and what it made was removed since. Open the form anew to enter it again.")


def hold(program: Program) -> FundingPlan:
    """The plan of a program, locked: whoever checks something of the whole program is alone with it.

    Lock a line, a source or a phase before the plan, never after it: `counting.mark_stale` does so too.
    """
    plans.begin(program)
    return FundingPlan.objects.select_for_update().get(pk=program.pk)


def lock(row: Row) -> Row:
    """The row as it is now, locked. Raises Refused when somebody removed it meanwhile."""
    found = lock_if_there(row)
    if found is None:
        raise Refused(_("Somebody removed this meanwhile. To keep what you typed, add it anew."))
    return found


def lock_if_there(row: Row) -> Row | None:
    return type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
