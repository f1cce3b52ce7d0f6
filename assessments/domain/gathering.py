"""From the tables to the facts a score rests on: many programs in three queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery

from assessments.domain import closed_rounds
from assessments.domain.closed_rounds import CountedRound
from assessments.domain.facts import AssessmentResult, Item, Step
from assessments.domain.rules import Rules
from programs.models import PASSED_STATES, Evidence, ItemAnswer, Program, ReachFigure


class Row(NamedTuple):
    """One item of one program as the query returns it."""

    program_id: int
    step_key: str
    step_number: int
    phase: str
    state: str
    needs_look: bool
    is_recorded_later: bool
    current_since: date | None
    settled: dict[str, list[Any]]
    key: str
    number: str
    weight: int
    is_critical: bool
    answer: str
    has_reason: bool
    is_confirmed: bool
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One step of a program: its state, and its items as they are and as they were last settled."""

    state: str
    needs_look: bool
    current_since: date | None
    live: Step
    settled: Step


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """All that a program's summaries rest on, read after its `inputs_seq`."""

    program_id: int
    inputs_seq: int
    guide_id: int
    guide_version: str
    changed_at: datetime
    reached: int | None
    reached_on: date | None
    plans: tuple[PlanFacts, ...]
    round: CountedRound | None

    @property
    def assessment(self) -> AssessmentResult | None:
        return self.round.result if self.round else None


def gather(program_ids: Iterable[int], *, today: date, rules: Rules) -> list[ProgramFacts]:
    """The facts of these programs. The counter is read first, so that it is never ahead of them.

    The rules say which rounds count.
    """
    programs = {program["pk"]: program for program in _programs(program_ids)}
    rounds = closed_rounds.latest(programs, rules=rules)
    rows = map(Row._make, _rows(programs, today=today).iterator(chunk_size=20_000))
    return [
        _program(programs[program_id], list(items), rounds.get(program_id))
        for program_id, items in groupby(rows, key=attrgetter("program_id"))
    ]


def _programs(program_ids: Iterable[int]) -> Iterable[Mapping[str, Any]]:
    newest = ReachFigure.objects.filter(program=OuterRef("pk")).order_by("-as_of", "-id")
    return (
        Program.objects.filter(pk__in=list(program_ids))
        .annotate(
            reached=Subquery(newest.values("count")[:1]),
            reached_on=Subquery(newest.values("as_of")[:1]),
        )
        .values(
            "pk",
            "inputs_seq",
            "guide_id",
            "guide__key",
            "guide__version",
            "changed_at",
            "reached",
            "reached_on",
        )
        .iterator()
    )


def _rows(programs: Iterable[int], *, today: date) -> Any:
    """Items of the version their step is on: what a newer one added to a decided step is not scored."""
    evidence = Evidence.objects.unexpired(today).filter(answer=OuterRef("pk"))
    return (
        ItemAnswer.objects.filter(plan__program__in=list(programs), item__step=F("plan__step"))
        .annotate(
            needs_look=ExpressionWrapper(~Q(plan__look_again={}), BooleanField()),
            has_reason=ExpressionWrapper(~Q(reason=""), BooleanField()),
            is_confirmed=ExpressionWrapper(Q(verified_at__isnull=False), BooleanField()),
            has_evidence=Exists(evidence),
        )
        .order_by("plan__program_id", "plan__step__number", "item__position")
        .values_list(
            "plan__program_id",
            "plan__step__key",
            "plan__step__number",
            "plan__step__phase",
            "plan__state",
            "needs_look",
            "plan__is_recorded_later",
            "plan__current_since",
            "plan__settled",
            "item__key",
            "item__number",
            "item__weight",
            "item__is_critical",
            "answer",
            "has_reason",
            "is_confirmed",
            "has_evidence",
        )
    )


def _program(program: Mapping[str, Any], rows: list[Row], counted: CountedRound | None) -> ProgramFacts:
    steps = groupby(rows, key=attrgetter("step_number"))
    return ProgramFacts(
        program_id=program["pk"],
        inputs_seq=program["inputs_seq"],
        guide_id=program["guide_id"],
        guide_version=f"{program['guide__key']} {program['guide__version']}",
        changed_at=program["changed_at"],
        reached=program["reached"],
        reached_on=program["reached_on"],
        plans=tuple(_plan(list(items)) for _, items in steps),
        round=counted,
    )


def _plan(rows: Sequence[Row]) -> PlanFacts:
    first = rows[0]
    return PlanFacts(
        state=first.state,
        needs_look=first.needs_look,
        current_since=first.current_since,
        live=_step(first, tuple(map(_live_item, rows))),
        settled=_step(first, tuple(map(_settled_item, rows))),
    )


def _step(row: Row, items: tuple[Item, ...]) -> Step:
    return Step(
        key=row.step_key,
        number=row.step_number,
        phase=row.phase,  # type: ignore[arg-type]
        is_passed=row.state in PASSED_STATES,
        is_recorded_later=row.is_recorded_later,
        items=items,
    )


def _live_item(row: Row) -> Item:
    return _item(row, row.answer, row.has_reason, is_confirmed=row.is_confirmed, has_evidence=row.has_evidence)


def _settled_item(row: Row) -> Item:
    """The item as of the last submit or decision; not started if its step never was submitted."""
    answer, is_confirmed, has_evidence = row.settled.get(row.key, ("not_started", False, False))
    return _item(row, answer, True, is_confirmed=is_confirmed, has_evidence=has_evidence)


def _item(row: Row, answer: str, has_reason: bool, *, is_confirmed: bool, has_evidence: bool) -> Item:
    return Item(
        key=row.key,
        number=row.number,
        weight=row.weight,
        is_critical=row.is_critical,
        answer=answer,  # type: ignore[arg-type]
        has_reason=has_reason,
        is_accepted=is_confirmed,
        is_verified=is_confirmed,
        has_evidence=has_evidence,
    )
