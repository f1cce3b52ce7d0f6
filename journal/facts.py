"""Changing the facts of a row by one form: what differs from what the form showed, and nothing over somebody's head.

For forms that are read and sent as a whole. What is saved field by field goes through `journal.saving`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.formats import number_format

from journal.record import record

if TYPE_CHECKING:
    from accounts.models import User


class ChangedMeanwhile(Exception):
    """Somebody else changed the same facts since the form was opened; nothing was saved."""

    def __init__(self, fields: Mapping[str, str], *, now: Mapping[str, Any]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields  # what stands in the clashing ones, in words
        self.now = now  # all facts, as `facts_of` gives them


def facts_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """The facts as JSON: what a form was filled with, so that a later change by another is seen."""
    return {name: as_json(_value(row, name)) for name in names}


def change(
    held: Model,
    names: Iterable[str],
    *,
    wanted: Mapping[str, Any],
    seen: Mapping[str, Any],
    kind: str,
    program_id: int,
    by: "User",
) -> list[str]:
    """Sets the facts that differ from what the form was opened with, and logs each; others are left as they are now.

    Gives the names of those that changed. Call it in a transaction that holds the row. Raises ChangedMeanwhile
    when one of them was changed by somebody else since.
    """
    names = list(names)
    now = facts_of(held, names)
    asked = {name: wanted[name] for name in names if name in wanted and as_json(wanted[name]) != seen.get(name)}
    clashing = [name for name, value in asked.items() if now[name] not in (seen.get(name), as_json(value))]
    if clashing:
        raise ChangedMeanwhile({name: in_words(held, name) for name in clashing}, now=now)
    changed = {name: value for name, value in asked.items() if as_json(value) != now[name]}
    for name, value in changed.items():
        old = _as_logged(held, name, now[name])
        _set(held, name, value)
        new = _as_logged(held, name, as_json(value))
        record("changed", kind, held.pk, by=by, program_id=program_id, field=name, old=old, new=new)
    plain = [name for name in changed if not _is_relation_to_many(held, name)]
    if plain:
        held.save(update_fields=plain)
    return list(changed)


def as_json(value: Any) -> Any:
    """A fact as it is compared: people and things by their number, several of them in order, sums without zeros."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if not isinstance(value, str) and isinstance(value, Iterable):
        return sorted((as_json(one) for one in value), key=str)
    return str(value)


def in_words(row: Model, name: str) -> str:
    """What stands in a field, as people read it; empty for nothing."""
    if display := getattr(row, f"get_{name}_display", None):
        return str(display())
    value = _value(row, name)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return number_format(value, force_grouping=True)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _value(row: Model, name: str) -> Any:
    return list(getattr(row, name).all()) if _is_relation_to_many(row, name) else getattr(row, name)


def _set(row: Model, name: str, value: Any) -> None:
    if _is_relation_to_many(row, name):
        getattr(row, name).set(value)
    else:
        setattr(row, name, value)


def _as_logged(row: Model, name: str, value: Any) -> Any:
    """Things by their names of the day: a log outlives what it speaks of."""
    return in_words(row, name) if row._meta.get_field(name).is_relation else value


def _is_relation_to_many(row: Model, name: str) -> bool:
    return bool(row._meta.get_field(name).many_to_many)
