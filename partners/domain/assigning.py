"""Who has to do what with a function: the `responsibility` kind of the saving path (journal.saving)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from journal.saving import Actor, Field, Kind, NotFound, Opened, Refused
from partners.domain.counting import mark_stale
from partners.models import FocalPerson, Letter, Responsibility
from programs.domain.answering import Scope, clean_due, show_date, store_date
from programs.models import Program
from programs.standing import Can, program_for, refusal


def clean_letter(raw: str, row: Responsibility) -> str:
    """R, A, C or I in either case, or nothing. Raises ValidationError."""
    letter = raw.strip().upper()
    if letter and letter not in Letter.values:
        raise ValidationError(_("Choose one of the letters R, A, C or I, or nothing."))
    return letter


def show_letter(value: str, row: Any) -> str:
    return str(Letter(value).label) if value else _("nothing")


def clean_holder(raw: str, row: Responsibility) -> int | None:
    """A focal person of the partner, by id; empty means nobody by name."""
    if not raw.strip():
        return None
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= 18
    if not is_number or not FocalPerson.objects.filter(partner=row.partner_id, pk=int(raw), left_on=None).exists():
        raise ValidationError(_("Choose one of the people who speak for this partner."))
    return int(raw)


def show_holder(value: int | None, row: Any) -> str:
    found = FocalPerson.objects.filter(pk=value).values_list("name", flat=True).first() if value else None
    return found or _("nobody by name")


class ResponsibilityKind(Kind):
    """How the saving path reads, checks and writes one cell of the matrix."""

    model = Responsibility
    fields: Mapping[str, Field] = {
        "letter": Field("letter", clean_letter, display=show_letter),
        "held_by": Field("held_by_id", clean_holder, display=show_holder),
        "since_on": Field("since_on", clean_due, store=store_date, display=show_date),
        "until_on": Field("until_on", clean_due, store=store_date, display=show_date),
    }

    def read(self, object_id: int) -> Responsibility:
        return Responsibility.objects.select_related("partner").get(pk=object_id)

    def open(self, object_id: int, *, actor: Actor) -> Opened:
        rows = Responsibility.objects.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("partner", "function").filter(pk=object_id).first()
        if row is None:
            raise NotFound
        try:
            scope = Scope(*program_for(actor.person, row.partner.program_id))
        except Program.DoesNotExist:
            raise NotFound from None
        if Can.READ not in scope.standing.can:
            raise NotFound
        return Opened(row, scope.program.pk, scope)

    def check(self, opened: Opened, field: str, value: Any) -> None:
        if Can.WRITE not in opened.scope.standing.can:
            raise PermissionDenied(refusal(opened.scope.program))
        if opened.row.function.dropped_at is not None:
            raise Refused(_("This function is not part of the scale-up any more."))
        _refuse_backwards(opened.row, field, value)

    def write(self, opened: Opened, field: str, value: Any) -> None:
        row, column = opened.row, self.fields[field].attribute
        setattr(row, column, value)
        Responsibility.objects.filter(pk=row.pk).update(**{column: value, "versions": row.versions})
        mark_stale(row.partner.program_id)


def _refuse_backwards(row: Responsibility, field: str, value: date | None) -> None:
    since = value if field == "since_on" else row.since_on
    until = value if field == "until_on" else row.until_on
    if field in ("since_on", "until_on") and since and until and until < since:
        raise ValidationError(_("It cannot end before it begins."))
