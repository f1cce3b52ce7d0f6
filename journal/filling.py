"""Saving a whole form: every field the person changed goes through the one saving path."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from journal import saving
from journal.models import Mutation, Outcome
from journal.once import form_key
from journal.saving import Actor, Proposal, Refused, Result

Row = Any  # of a model that has a kind on the saving path, with `versions`


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form says one field should be, and the version of the field the form was built on."""

    field: str
    value: str
    base: int


@dataclass(slots=True)
class Filled:
    """What became of a form. Fields that are in none of these were not changed."""

    saved: list[Result] = field(default_factory=list)
    conflicts: list[Result] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)


def fill(row: Row, wishes: Iterable[Wish], *, nonce: str, actor: Actor) -> Filled:
    """Saves the fields that differ from what the form showed, one mutation a field.

    Keys follow from the form's nonce and what it says, so a form sent twice takes effect once.
    Raises NotFound or PermissionDenied as `saving.save` does.
    """
    filled = Filled()
    for wish in wishes:
        try:
            result = _fill(row, wish, nonce=nonce, actor=actor)
        except ValidationError as error:
            filled.refused[wish.field] = list(error.messages)
        except Refused as error:
            filled.refused[wish.field] = [str(error)]
        else:
            if result is not None:
                kept = filled.conflicts if result.outcome == Outcome.CONFLICT else filled.saved
                kept.append(result)
    return filled


def settle(row: Row, fields: Iterable[str], *, actor: Actor) -> None:
    """Closes the conflicts this person had on these fields: both values were seen, and one was chosen."""
    mine = Mutation.objects.filter(actor=actor.user, link_id=actor.link, outcome=Outcome.CONFLICT, settled_at=None)
    about = mine.filter(kind=kind_of(row), object_id=row.pk, field__in=list(fields))
    about.update(settled_at=timezone.now())


def kind_of(row: Row) -> str:
    """The name under which things of this model are saved."""
    return next(name for name, kind in saving.kinds.items() if kind.model is type(row))


def savable(row: Row) -> dict[str, saving.Field]:
    """The fields of a row that can be saved alone."""
    return dict(saving.kinds[kind_of(row)].fields)


def _fill(row: Row, wish: Wish, *, nonce: str, actor: Actor) -> Result | None:
    now = _read(row)
    wanted = _stored(now, wish.field, savable(row)[wish.field].clean(wish.value, now))
    if wanted == _shown(now, wish) and not saving.is_hidden(now, wish.field, actor=actor):
        return None
    result = _propose(row, wish, nonce=nonce, actor=actor)
    if result.is_repeat and result.outcome != Outcome.CONFLICT:
        now = _read(row)
        if _current(now, wish.field) != wanted:
            # The form was sent before, and the field was changed again since: by Back, edit, submit in
            # this session, which applies, or by somebody else, which is a conflict. Say which.
            return _propose(row, wish, nonce=f"{nonce} again {_version(now, wish.field)}", actor=actor)
    return result


def _propose(row: Row, wish: Wish, *, nonce: str, actor: Actor) -> Result:
    key = form_key(nonce, actor.writer, row.pk, wish.field, wish.value)
    return saving.save(Proposal(key, kind_of(row), row.pk, wish.field, wish.value, wish.base), actor=actor)


def _shown(row: Row, wish: Wish) -> Any:
    """The value the form showed, which may be older than the one in the row."""
    if wish.base < _version(row, wish.field):
        name = kind_of(row)
        changes = saving.kinds[name].log.objects.about(name, row.pk).filter(field=wish.field).order_by("id")
        # The change after version n holds version n as its old value.
        if (later := changes[wish.base : wish.base + 1].first()) is not None:
            return later.old
    return _current(row, wish.field)


def _read(row: Row) -> Row:
    return saving.kinds[kind_of(row)].read(row.pk)


def _current(row: Row, name: str) -> Any:
    return _stored(row, name, getattr(row, savable(row)[name].attribute))


def _stored(row: Row, name: str, value: Any) -> Any:
    return savable(row)[name].store(value)


def _version(row: Row, name: str) -> int:
    return row.versions.get(name, [0])[0]
