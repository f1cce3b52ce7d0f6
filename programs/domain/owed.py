"""What people owe: one list that home pages, reminders and calendars read.

A rule says what is to be done, where, and how long before; selects find who owes what, until when. All
selects are asked in one statement: for some people, or for everybody on some days. The rules of programs
are in `owed_rules` and `owed_invitations`, their selects in `owed_sql`; an app above registers its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db import connection
from django.utils.functional import Promise

from accounts.models import User
from programs.domain.owed_sql import (
    AS_USUAL,
    AT_ANY_TIME,
    BY_INDEX,
    OF_EVERYBODY,
    OF_ONE,
    OF_THESE,
    ON_LISTS_OF_TODAY,
    ON_THESE_DAYS,
    TEAMS,
    Condition,
    Whose,
)

SOON = timedelta(days=14)
LEAD_DAYS = (30, 7, 1, 0)  # days before the due date on which one hears of it
AFTER_DAYS = (1, 3, 7, 14, 30, 60, 120, 240)  # days after it, or after somebody began to wait: less and less often


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
    `label` names the kind where somebody chooses what to be told. `lead_days` are the days before the due date
    on which its owner is told, `after_days` those after it, or after somebody began to wait; `first_lead` gives
    one more day before it that each thing has of its own: earlier ones are left out then.
    """

    kind: str
    text: Promise | str | Callable[["Owed"], str]
    url: Callable[["Owed"], str]
    word: Promise | str = ""
    label: Promise | str = ""
    lead_days: tuple[int, ...] = LEAD_DAYS
    after_days: tuple[int, ...] = AFTER_DAYS
    first_lead: Callable[["Owed"], int] | None = None


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
    def anchor_on(self) -> date | None:
        """The day reminders count from: when it is due, or since when somebody waits (by the clock of UTC)."""
        return self.due_on or (self.since and self.since.date())

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]

    @property
    def lead_days(self) -> tuple[int, ...]:
        """The days before its due date on which it is told."""
        if self.rule.first_lead is None:
            return self.rule.lead_days
        first = self.rule.first_lead(self)
        return (first, *(lead for lead in self.rule.lead_days if lead < first))

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

    A select returns the columns of `Owed`, from `team` and `plan` of `owed_sql` or from tables of its own. In it
    `{whose}` stands after a person's id, `{due[column]}` for a condition on a due date, `{since[column]}` for one on
    a moment since when somebody waits; `{soon[column]}` and `{begun[column]}` where a list of today shows only what
    is near, or from a day on. What is asked for some days alone must be found by index.
    """
    RULES.update((rule.kind, rule) for rule in rules)
    SELECTS.extend(selects)


def by(user: User, *, today: date) -> list[Owed]:
    """What one person owes, the most urgent first; what is far off as its kind has it."""
    rank = {kind: place for place, kind in enumerate(RULES)}
    with connection.cursor() as cursor:
        found = list(_ask(cursor, OF_ONE, ON_LISTS_OF_TODAY, today=today, user=user.pk))
    return sorted(
        found,
        key=lambda one: (one.urgency(today), one.due_on or date.max, rank[one.kind], one.step, one.subject_id),
    )


def of(user_ids: Iterable[int], *, today: date) -> list[Owed]:
    """What these people owe, person by person, however far off."""
    with connection.cursor() as cursor:
        return list(_ask(cursor, OF_THESE, AT_ANY_TIME, today=today, users=list(user_ids)))


def on(days: Collection[date], *, today: date) -> Iterator[Owed]:
    """What anybody owes that is due on one of the days, or has waited since one of them if it has no due date.

    Person by person, and never all in memory. Costs what falls on those days, not what there is.
    """
    with connection.chunked_cursor() as cursor:
        with by_index():
            found = _ask(cursor, OF_EVERYBODY, ON_THESE_DAYS, today=today, days=sorted(days))
        yield from found


@contextmanager
def by_index() -> Iterator[None]:
    """Has what is asked meanwhile found by index, whatever the database expects to be quicker."""
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(AS_USUAL)


def statement_of(whose: Whose, when: dict[str, Condition]) -> str:
    """All selects as one statement."""
    selects = TEAMS + "UNION ALL".join(SELECTS) + "ORDER BY 2"
    return selects.format(whose=whose.condition, kept=whose.kept, **when)


def _ask(cursor: Any, whose: Whose, when: dict[str, Condition], *, today: date, **values: Any) -> Iterator[Owed]:
    cursor.execute(statement_of(whose, when), {"today": today, "soon": today + SOON, **values})
    return (Owed(*row) for row in cursor)
