"""What people owe: one list that home pages, and later reminders, read.

A rule says who owes what, until when, and where it is done. All rules are asked in one query, for
one person or for everybody. The rules of programs are in `owed_rules`; an app above registers its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import Any, Protocol

from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, Expression, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.functional import Promise

from accounts.models import User

SOON = timedelta(days=14)
SOMEBODY = -(2**62)  # stands for a person's id where nobody has one


class Urgency(IntEnum):
    """The most urgent first."""

    OVERDUE = 1
    ASKED = 2  # somebody waits for an answer
    SOON = 3
    LATER = 4


class Rows(Protocol):
    """Rows that are owed on a day, each with all columns of `COLUMNS` (see `columns`)."""

    def __call__(self, today: date) -> QuerySet[Any]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing people owe.

    `text` says what to do, with %(subject)s and %(step)s; `url` gives the address where it is done.
    `word` says in one or two words who waits, and for what: then it is urgent, due date or not.
    """

    kind: str
    rows: Rows
    text: Promise | str
    url: Callable[["Owed"], str]
    word: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing one person owes. `subject_id` is the id of the row it hangs on, by the rule's kind."""

    kind: str
    user_id: int
    program_id: int
    program_name: str
    step: int
    item_key: str
    subject_id: int
    subject: str
    detail: str
    due_on: date | None
    since: datetime | None

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]

    @property
    def text(self) -> str:
        return str(self.rule.text) % {"subject": self.subject, "step": self.step}

    @property
    def url(self) -> str:
        return self.rule.url(self)

    @property
    def is_step_unsaid(self) -> bool:
        """Neither the text nor an item's number tells which step it belongs to."""
        return not self.item_key and "%(step)s" not in str(self.rule.text)

    def urgency(self, today: date) -> Urgency:
        if self.due_on and self.due_on < today:
            return Urgency.OVERDUE
        if self.rule.word:
            return Urgency.ASKED
        return Urgency.SOON if self.due_on and self.due_on <= today + SOON else Urgency.LATER


RULES: dict[str, Rule] = {}
COLUMNS = tuple(name for name in Owed.__slots__ if name not in ("kind", "user_id"))


def register(*rules: Rule) -> None:
    """Adds rules to the one list. Called by the app that owns them, when it is ready."""
    RULES.update((rule.kind, rule) for rule in rules)
    _statement_of_one.cache_clear()


def columns(rows: QuerySet[Any], *, who: str, **given: Expression | F) -> QuerySet[Any]:
    """Rows as every rule returns them: who owes, and the columns of `Owed`; what is not given is empty."""
    columns = {
        "item_key": Value(""),
        "detail": Value(""),
        "due_on": Cast(Value(None), DateField()),
        "since": Cast(Value(None), DateTimeField()),
    } | given
    texts = ("program_name", "item_key", "subject", "detail")
    alike = {name: Cast(columns[name], CharField()) if name in texts else columns[name] for name in COLUMNS}
    return rows.annotate(owed_by=F(who), **{f"owed_{name}": column for name, column in alike.items()})


def by(user: User, *, today: date) -> list[Owed]:
    """What one person owes, the most urgent first."""
    statement, values = _statement_of_one(today)
    rank = {kind: place for place, kind in enumerate(RULES)}
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk if value == SOMEBODY else value for value in values])
        found = [Owed(*row) for row in cursor.fetchall()]
    return sorted(
        found,
        key=lambda one: (one.urgency(today), one.due_on or date.max, rank[one.kind], one.step, one.subject_id),
    )


def by_everybody(*, today: date) -> Iterator[Owed]:
    """What anybody owes, in no order; for reminders."""
    return (Owed(*row) for row in _all_rules(today).iterator())


@lru_cache(maxsize=4)
def _statement_of_one(today: date) -> tuple[str, tuple[Any, ...]]:
    """The query for one person, who is SOMEBODY in its values.

    Kept, because Django takes much longer to write it than PostgreSQL to answer it.
    """
    return _all_rules(today, owed_by=SOMEBODY).query.sql_with_params()


def _all_rules(today: date, **only: Any) -> QuerySet[Any]:
    names = ("owed_kind", "owed_by", *(f"owed_{name}" for name in COLUMNS))
    parts = [
        rule.rows(today).filter(**only).annotate(owed_kind=Value(rule.kind)).order_by().values_list(*names)
        for rule in RULES.values()
    ]
    return parts[0].union(*parts[1:], all=True)
