"""Gate decisions as donors may know them: what, when and on which conditions; no persons, no reasons."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import Portfolio
from dashboards.domain.decision_sql import OF_PORTFOLIO, OF_PORTFOLIO_SINCE, OF_PROGRAM, SINCE_SEEN
from programs.models import GateReview

Outcome = GateReview.Outcome


@dataclass(frozen=True, slots=True)
class PublicCondition:
    """What must follow a decision. Met is the program's word, confirmed the reviewer's."""

    text: str
    due_on: date
    is_met: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `back_to` is the step a program was returned to."""

    program_id: int
    program_name: str
    step: int
    step_title: str
    outcome: str
    decided_on: date
    is_recorded_later: bool
    back_to: int | None
    conditions: tuple[PublicCondition, ...]

    @property
    def outcome_label(self) -> str:
        return str(Outcome(self.outcome).label)


@dataclass(frozen=True, slots=True)
class Moves:
    """Decisions since a moment: the ten newest, and how many programs went which way.

    Decisions from before that were only recorded now are among the former, but nobody moved by them.
    """

    decisions: tuple[Decision, ...] = ()
    passed: int = 0
    returned: int = 0
    held: int = 0
    total: int = 0


def newest(portfolio: Portfolio, *, known: Sequence[int], since: datetime | None) -> tuple[Decision, ...]:
    """The ten latest decisions in a portfolio: of those known by id, and of all after `since` (None: ever)."""
    values = {"portfolio": portfolio.pk, "known": list(known), "since": since}
    return tuple(map(_decision, _ask(OF_PORTFOLIO, values)))


def moves(portfolio: Portfolio, *, since: datetime) -> Moves:
    """What was decided in a portfolio after a moment, in one query."""
    rows = _ask(OF_PORTFOLIO_SINCE, {"portfolio": portfolio.pk, "since": since})
    return Moves(tuple(_decision(row[:-4]) for row in rows), *rows[0][-4:]) if rows else Moves()


def of_program(program_id: int) -> list[Decision]:
    """All decisions on a program, the newest first."""
    return [_decision(row) for row in _ask(OF_PROGRAM, {"program": program_id})]


def since(seen: Mapping[int, datetime]) -> dict[int, list[Decision]]:
    """What was decided on each program since a moment of its own, in one query."""
    found: dict[int, list[Decision]] = {program: [] for program in seen}
    if seen:
        values = {"programs": list(seen), "moments": list(seen.values())}
        for row in _ask(SINCE_SEEN, values):
            found[row[0]].append(_decision(row))
    return found


def _ask(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _decision(row: tuple[Any, ...]) -> Decision:
    *columns, conditions = row
    return Decision(*(*columns, tuple(map(_condition, json.loads(conditions)))))


def _condition(columns: list[Any]) -> PublicCondition:
    text, due_on, is_met, is_confirmed = columns
    return PublicCondition(text, date.fromisoformat(due_on), is_met, is_confirmed)
