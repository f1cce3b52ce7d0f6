"""Pages by key: the next page starts after the last row of this one, found by index at any depth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by, ties by id. `read` reads its values back from an address and
    raises ValueError for what the column cannot hold.

    Rows without a value (`has_gaps`) come last, whatever the direction.
    """

    column: str
    read: Callable[[str], Any] = str
    is_descending: bool = False
    has_gaps: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row a page starts after or ends before: its sorted value (None: a gap) and its id."""

    value: Any
    pk: int

    @classmethod
    def parse(cls, text: str, order: Order) -> Self | None:
        """Reads `value~id`; None for anything else, and then the first page is right."""
        value, _, pk = text.rpartition("~")
        try:
            cursor = cls(order.read(value) if value or not order.has_gaps else None, int(pk))
        except (ValueError, OverflowError):
            return None
        return cursor if 0 <= cursor.pk <= LARGEST_ID and "\0" not in value else None

    def __str__(self) -> str:
        value = "" if self.value is None else self.value
        return f"{value.isoformat() if isinstance(value, (date, datetime)) else value}~{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors of the pages beside them (None: there is none)."""

    rows: list[Any]
    before: Cursor | None = None
    after: Cursor | None = None


def page_of(rows: QuerySet[Any], order: Order, *, size: int, after: str = "", before: str = "") -> Page:
    """The `size` rows after (or before) a cursor as it stood in an address; else the first ones.

    The rows need `pk` and the attribute `order.column`.
    """
    cursor = Cursor.parse(before or after, order)
    backwards = bool(before) and cursor is not None
    found = _walk(rows, order, cursor, limit=size + 1, backwards=backwards)
    is_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (is_more, True) if backwards else (cursor is not None, is_more)
    return Page(
        found,
        before=Cursor(getattr(found[0], order.column), found[0].pk) if found and has_before else None,
        after=Cursor(getattr(found[-1], order.column), found[-1].pk) if found and has_after else None,
    )


def in_order(rows: QuerySet[Any], order: Order) -> Iterator[QuerySet[Any]]:
    """All rows, in the same order as the pages: those with a value, then those without."""
    for is_gap in [False, True] if order.has_gaps else [False]:
        yield _part(rows, order, None, is_gap=is_gap, descending=order.is_descending and not is_gap)


def _walk(rows: QuerySet[Any], order: Order, cursor: Cursor | None, *, limit: int, backwards: bool) -> list[Any]:
    """Rows beyond the cursor in walking order; the part with values and the part without, each by index."""
    parts = [False, True] if order.has_gaps else [False]
    if backwards:
        parts.reverse()
    if cursor and order.has_gaps:
        parts = parts[parts.index(cursor.value is None) :]
    found: list[Any] = []
    for is_gap in parts:
        if len(found) < limit:
            descending = (order.is_descending and not is_gap) != backwards
            found += _part(rows, order, cursor, is_gap=is_gap, descending=descending)[: limit - len(found)]
            cursor = None
    return found


def _part(rows: QuerySet[Any], order: Order, cursor: Cursor | None, *, is_gap: bool, descending: bool) -> QuerySet[Any]:
    columns = ["pk"] if is_gap else [order.column, "pk"]
    if order.has_gaps:
        rows = rows.filter(**{f"{order.column}__isnull": is_gap})
    if cursor is not None and is_gap:
        rows = rows.filter(**{"pk__lt" if descending else "pk__gt": cursor.pk})
    elif cursor is not None:
        # Compared as a pair, which PostgreSQL answers from the index; OR would walk all equal values.
        beyond = TupleLessThan if descending else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(*map(F, columns)), (cursor.value, cursor.pk)))
    return rows.order_by(*(f"-{column}" if descending else column for column in columns))
