"""Answering one item: the `answer` kind of the saving path (journal.saving)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from journal.record import record
from journal.saving import Actor, Field, Kind, NotFound, Opened, Refused
from programs import look_again
from programs.domain.text import clean_line, clean_text
from programs.models import Answer, ItemAnswer, Membership, Program, StepState
from programs.standing import Can, Standing, program_for, refusal
from scaleup import doorbell

SUMMARISE = "assessments.tasks.summarise"
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
FROZEN_BY_SUBMIT = frozenset({"answer", "reason"})
RANK = {
    Answer.NOT_STARTED: 0,
    Answer.DONT_KNOW: 0,
    Answer.LATER: 0,
    Answer.UNDER_WAY: 1,
    Answer.DONE: 2,
    Answer.NOT_APPLICABLE: 2,
}

# The answer, its step and the program's counter in one statement: it is on every autosave's path.
WRITE = """
WITH answer AS (
    UPDATE programs_itemanswer
    SET {column} = %(value)s, versions = %(versions)s::jsonb, changed_at = now(),
        verified_at = CASE WHEN %(lapses)s THEN NULL ELSE verified_at END,
        verified_by_id = CASE WHEN %(lapses)s THEN NULL ELSE verified_by_id END,
        verified_evidence = CASE WHEN %(lapses)s THEN '{{}}' ELSE verified_evidence END
    WHERE id = %(id)s
), plan AS (
    UPDATE programs_stepplan
    SET state = CASE WHEN state = 'not_started' THEN 'in_progress' ELSE state END,
        look_again = coalesce(%(look)s::jsonb, look_again)
    WHERE id = %(plan)s AND (state = 'not_started' OR %(look)s::jsonb IS NOT NULL)
)
UPDATE programs_program SET inputs_seq = inputs_seq + 1, changed_at = now() WHERE id = %(program)s
"""


def clean_answer(raw: str, row: ItemAnswer) -> str:
    if raw not in Answer.values:
        raise ValidationError(_("Choose one of the answers shown."))
    return raw


def clean_due(raw: str, row: Any) -> date | None:
    return clean_date(raw) if raw.strip() else None


def clean_date(raw: str, *, earliest: date = EARLIEST, latest: date = LATEST) -> date:
    """A date typed as 2027-03-31. Raises ValidationError with what would be right."""
    try:
        value = date.fromisoformat(raw.strip())
    except ValueError:
        raise ValidationError(_("Enter a date as year-month-day, for example 2027-03-31.")) from None
    if not earliest <= value <= latest:
        limits = {"first": date_format(earliest), "last": date_format(latest)}
        raise ValidationError(_("Enter a date between %(first)s and %(last)s.") % limits)
    return value


def clean_owner(raw: str, row: ItemAnswer) -> int | None:
    return clean_member(raw, program_id=row.plan.program_id)


def clean_member(raw: str, *, program_id: int) -> int | None:
    """A member of the team, by id; empty means nobody yet."""
    if not raw.strip():
        return None
    members = Membership.objects.filter(program=program_id, user__is_active=True)
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= 18
    if not is_number or not members.filter(user_id=int(raw)).exists():
        raise ValidationError(_("Choose somebody of this program’s team."))
    return int(raw)


def show_owner(value: int | None, row: Any) -> str:
    if value is None:
        return _("nobody yet")
    return User.objects.filter(pk=value).values_list("name", flat=True).first() or _("somebody who left")


def show_date(value: date | None, row: Any) -> str:
    return date_format(value) if value else _("no date")


def store_date(value: date | None) -> str | None:
    return value.isoformat() if value else None


class Scope(NamedTuple):
    """The program of an item, and how the person stands to it."""

    program: Program
    standing: Standing


class AnswerKind(Kind):
    """How the saving path reads, checks and writes one item's fields."""

    model = ItemAnswer
    fields: Mapping[str, Field] = {
        "answer": Field("answer", clean_answer, display=lambda value, row: str(Answer(value).label)),
        "reason": Field("reason", lambda raw, row: clean_line(raw, limit=500)),
        "note": Field("note", lambda raw, row: clean_text(raw, limit=10_000)),
        "owner": Field("owner_id", clean_owner, display=show_owner),
        "due_on": Field("due_on", clean_due, store=store_date, display=show_date),
    }

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        """Locks the item and its step (always together, so that saves never deadlock)."""
        rows = ItemAnswer.objects.select_for_update(of=("plan", "self"), no_key=True).select_related("plan")
        row = rows.filter(pk=object_id).first()
        if row is None:
            raise NotFound
        try:
            scope = Scope(*program_for(actor.person, row.plan.program_id))
        except Program.DoesNotExist:
            raise NotFound from None
        if Can.READ not in scope.standing.can:
            raise NotFound
        return Opened(row, scope.program.pk, scope)

    def check(self, opened: Opened, field: str, value: Any) -> None:
        row, scope = opened.row, opened.scope
        if Can.WRITE not in scope.standing.can:
            raise PermissionDenied(refusal(scope.program))
        if field not in FROZEN_BY_SUBMIT or row.plan.takes_answers:
            return
        if row.plan.state == StepState.SUBMITTED:
            raise Refused(_("This step waits for a decision, so its answers are frozen. The lead can withdraw it."))
        if field == "answer" and not row.is_new and not is_downgrade(row.answer, value):
            raise Refused(_("This step is decided. An answer can only be lowered; to raise it, ask for a new look."))

    def write(self, opened: Opened, field: str, value: Any) -> None:
        row, column = opened.row, self.fields[field].attribute
        lapses = field in FROZEN_BY_SUBMIT and row.verified_at is not None
        look = _asks_for_look(row, value) if field == "answer" else None
        setattr(row, column, value)
        values = {
            "value": value,
            "versions": json.dumps(row.versions),
            "lapses": lapses,
            "look": json.dumps(look) if look else None,
            "id": row.pk,
            "plan": row.plan_id,
            "program": opened.program_id,
        }
        with connection.cursor() as cursor:
            cursor.execute(WRITE.format(column=column), values)
        if lapses:
            why = {"why": _("the answer was changed")}
            record("lapsed", "answer", row.pk, by=None, program_id=opened.program_id, new=why)
        doorbell.ring(SUMMARISE, row.plan.program_id)


def _asks_for_look(row: ItemAnswer, value: str) -> look_again.Why | None:
    """What the reviewer should look at again, if the step was decided; a new item was no part of that."""
    if not row.plan.is_passed or row.is_new:
        return None
    if is_downgrade(row.answer, value):
        return look_again.LOWERED
    return row.plan.look_again or look_again.FILLED_IN


def is_downgrade(old: str, new: str) -> bool:
    """Whether a decided item's new answer claims less than the old one."""
    return RANK[Answer(new)] < RANK[Answer(old)]
