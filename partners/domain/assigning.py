"""Who has to do what with a function: the `responsibility` kind of the saving path (journal.saving), and its forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from journal import filling
from journal.filling import Filled, Wish
from journal.saving import Actor, Field, Kind, NotFound, Opened, Refused, Result
from partners.domain.counting import mark_stale
from partners.models import FocalPerson, Letter, Responsibility
from programs.domain.answering import Scope, clean_due, show_date, store_date
from programs.models import Program
from programs.standing import Can, program_for, refusal

KIND = "responsibility"


def clean_letter(raw: str, row: Responsibility) -> str:
    """R, A, C or I in either case, or nothing. Raises ValidationError."""
    letter = raw.strip().upper()
    if letter and letter not in Letter.values:
        raise ValidationError(_("Choose one of the letters R, A, C or I, or nothing."))
    return letter


def show_letter(value: str, row: Any) -> str:
    return str(Letter(value).label) if value else _("nothing")


def clean_holder(raw: str, row: Responsibility) -> int | None:
    """A focal person of the partner, by id; empty means nobody by name. Who holds it already may have left since."""
    if not raw.strip():
        return None
    people = FocalPerson.objects.filter(Q(left_on=None) | Q(pk=row.held_by_id), partner=row.partner_id)
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= 18
    if not is_number or not people.filter(pk=int(raw)).exists():
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


@dataclass(frozen=True, slots=True)
class Posted:
    """What the form of a whole matrix says: the letter wished for by cell. None: the other version shall stand."""

    nonce: str
    wishes: Mapping[int, Wish | None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not saved: of one cell, or of what is no cell (any more)."""

    why: str
    role: Responsibility | None = None

    def __str__(self) -> str:
        return f"{title_of(self.role)}: {self.why}" if self.role else self.why


@dataclass(slots=True)
class Taken:
    """What became of it."""

    saved_count: int = 0
    conflicts: list[tuple[Responsibility, Result]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def title_of(role: Responsibility) -> str:
    """A cell by its row and column."""
    return f"{role.function}: {role.partner}"


def version_of(role: Responsibility, name: str = "letter") -> int:
    """How often a field of a cell was changed."""
    version: int = role.versions.get(name, [0])[0]
    return version


def take(program: Program, posted: Posted, *, actor: Actor) -> Taken:
    """Saves each letter that differs from what the form showed. Raises NotFound or PermissionDenied as saving does."""
    taken = Taken()
    cells = Responsibility.objects.filter(partner__program=program).select_related("partner__organisation", "function")
    roles = {role.pk: role for role in cells.filter(pk__in=list(posted.wishes))}
    for pk, wish in posted.wishes.items():
        if pk in roles:
            _take(roles[pk], wish, taken, nonce=posted.nonce, actor=actor)
    if any(wish and wish.value for pk, wish in posted.wishes.items() if pk not in roles):
        gone = _("A partner was taken off the list meanwhile, so what you chose for it could not be saved.")
        taken.refused.append(Refusal(gone))
    return taken


def fill(role: Responsibility, wishes: Iterable[Wish], *, nonce: str, actor: Actor) -> Filled:
    """Saves the fields of one cell that a form changed, in an order in which the two days never cross on the way."""
    wishes = list(wishes)
    since = next((wish.value.strip() for wish in wishes if wish.field == "since_on"), "")
    if role.until_on and since > role.until_on.isoformat():  # both move to later days: the last one goes first
        wishes.sort(key=lambda wish: wish.field == "since_on")
    return filling.fill(role, wishes, nonce=nonce, actor=actor)


def _take(role: Responsibility, wish: Wish | None, taken: Taken, *, nonce: str, actor: Actor) -> None:
    if wish is None:
        filling.settle(role, ["letter"], actor=actor)
        return
    if (wish.base, wish.value) == (version_of(role), role.letter):
        return
    filled = filling.fill(role, [wish], nonce=nonce, actor=actor)
    taken.saved_count += len(filled.saved)
    taken.conflicts += [(role, conflict) for conflict in filled.conflicts]
    taken.refused += [Refusal(why, role) for messages in filled.refused.values() for why in messages]


def _refuse_backwards(row: Responsibility, field: str, value: date | None) -> None:
    since = value if field == "since_on" else row.since_on
    until = value if field == "until_on" else row.until_on
    if field in ("since_on", "until_on") and since and until and until < since:
        raise ValidationError(_("It cannot end before it begins."))
