"""What a team will do about an item of a round: noted once ratings are revealed, until somebody says it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.domain.rounds import KIND, Refused
from assessments.models import Assessment, InstrumentItem, RoundAction
from journal import once
from journal.record import record
from programs.domain import teams
from programs.standing import Can, require

LONGEST_TEXT = 300
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class NewAction:
    """What is to be done, by whom, by when."""

    text: str
    owner: User
    due_on: date


@transaction.atomic
def add(assessment: Assessment, item: InstrumentItem, wanted: NewAction, *, by: User, key: str = "") -> RoundAction:
    """Notes an action, also after the closing. The same key again gives the same action.

    Raises Refused, or PermissionDenied for who may not write remarks here.
    """
    if done := once.earlier(key, by=by):
        return RoundAction.objects.get(pk=done.details["action"])
    program = require(by, assessment.program_id, Can.REMARK)
    _refuse_early(assessment)
    if item.instrument_id != assessment.instrument_id:
        raise Refused(_("This item is not part of the round."))
    if not teams.owners(program).filter(pk=wanted.owner.pk).exists():
        raise Refused(_("Choose somebody of this program’s team."))
    made = RoundAction.objects.create(
        assessment=assessment, item=item, text=wanted.text, owner=wanted.owner, due_on=wanted.due_on, created_by=by
    )
    _log("action_added", assessment, made, by=by, key=key, owner=str(made.owner))
    return made


@transaction.atomic
def finish(action: RoundAction, *, note: str, by: User) -> None:
    """Somebody says that it is done, and how it went. Saying so again changes nothing. Raises PermissionDenied."""
    rows = RoundAction.objects.select_for_update(of=("self",), no_key=True).select_related("assessment", "item")
    held = rows.get(pk=action.pk)
    require(by, held.assessment.program_id, Can.REMARK)
    if held.done_at is not None:
        return
    held.done_at, held.done_note = timezone.now(), note
    held.save(update_fields=["done_at", "done_note"])
    _log("action_done", held.assessment, held, by=by, note=note)


def of_round(assessment: Assessment) -> list[RoundAction]:
    """Open ones first, by date."""
    rows = RoundAction.objects.filter(assessment=assessment).select_related("owner", "item")
    return sorted(rows, key=lambda action: (action.done_at is not None, action.due_on, action.pk))


def at(assessment: Assessment, action_id: int) -> RoundAction | None:
    """One action of a round."""
    rows = RoundAction.objects.filter(assessment=assessment).select_related("owner", "item__dimension")
    return rows.filter(pk=action_id).first()


def by_item(actions: Iterable[RoundAction]) -> dict[int, list[RoundAction]]:
    found: dict[int, list[RoundAction]] = {}
    for action in actions:
        found.setdefault(action.item_id, []).append(action)
    return found


def _refuse_early(assessment: Assessment) -> None:
    """Before the reveal nobody knows what there is to be done."""
    if not Assessment.objects.revealed().filter(pk=assessment.pk).exists():
        raise Refused(_("The ratings of this round are not revealed yet."))


def _log(verb: str, assessment: Assessment, action: RoundAction, *, by: User, key: str = "", **about: Any) -> None:
    new = {"title": assessment.title, "action": action.pk} | action.details | about
    record(verb, KIND, assessment.pk, by=by, program_id=assessment.program_id, new=new, key=key)
