"""What people owe: one list that home pages, and later reminders, read.

A rule says what is to be done and where; selects find who owes what, until when. All selects are
asked in one statement, for one person or for everybody. The rules of programs are in `owed_rules`,
their selects in `owed_sql`; an app above registers its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db import connection
from django.utils.functional import Promise

from accounts.models import User
from programs.domain.owed_sql import OF_EVERYBODY, OF_ONE_PERSON, TEAMS

SOON = timedelta(days=14)


class Urgency(IntEnum):
    """The most urgent first."""

    OVERDUE = 1
    ASKED = 2  # somebody waits for an answer
    SOON = 3
    LATER = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing people owe.

    `text` says what to do, with %(subject)s and %(step)s, or makes the sentence; `url` gives the address where it
    is done.
    `word` says in one or two words who waits, and for what: then it is urgent, due date or not.
    """

    kind: str
    text: Promise | str | Callable[["Owed"], str]
    url: Callable[["Owed"], str]
    word: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing one person owes. `subject_id` is the id of the row it hangs on, by the rule's kind.

    `step` is 0 for what belongs to none; `item_key` may then be whatever the rule's text and address need.
    """

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
        words = self.rule.text
        return words(self) if callable(words) else str(words) % {"subject": self.subject, "step": self.step}

    @property
    def url(self) -> str:
        return self.rule.url(self)

    @property
    def is_step_unsaid(self) -> bool:
        """Neither the text nor an item's number tells which step it belongs to."""
        return bool(self.step) and not self.item_key and "%(step)s" not in str(self.rule.text)

    def urgency(self, today: date) -> Urgency:
        if self.due_on and self.due_on < today:
            return Urgency.OVERDUE
        if self.rule.word:
            return Urgency.ASKED
        return Urgency.SOON if self.due_on and self.due_on <= today + SOON else Urgency.LATER


RULES: dict[str, Rule] = {}
SELECTS: list[str] = []


def register(*rules: Rule, selects: Iterable[str]) -> None:
    """Adds rules, and selects that find what falls under them. Called by the app that owns them, when it is ready.

    A select returns the columns of `Owed`, from `team` and `plan` of `owed_sql` or from tables of its own.
    """
    RULES.update((rule.kind, rule) for rule in rules)
    SELECTS.extend(selects)


def by(user: User, *, today: date) -> list[Owed]:
    """What one person owes, the most urgent first."""
    with connection.cursor() as cursor:
        found = list(_ask(cursor, OF_ONE_PERSON, user=user.pk, today=today))
    rank = {kind: place for place, kind in enumerate(RULES)}
    return sorted(
        found,
        key=lambda one: (one.urgency(today), one.due_on or date.max, rank[one.kind], one.step, one.subject_id),
    )


def by_everybody(*, today: date) -> Iterator[Owed]:
    """What anybody owes, in no order and never all in memory; for reminders."""
    with connection.chunked_cursor() as cursor:
        yield from _ask(cursor, OF_EVERYBODY, today=today)


def _ask(cursor: Any, whose: str, *, today: date, **values: int) -> Iterator[Owed]:
    statement = (TEAMS + "UNION ALL".join(SELECTS)).format(whose=whose)
    cursor.execute(statement, {"today": today, "soon": today + SOON, **values})
    return (Owed(*row) for row in cursor)
