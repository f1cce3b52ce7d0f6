"""Reading what came of a revealed round: the kept figures, with the answers, words and actions behind them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.db.models import Q

from assessments.domain import actions, comparing
from assessments.domain.questionnaires import Level, levels_of
from assessments.domain.room import are_names_shown
from assessments.domain.round_results import DimensionScore, ItemScore, RoundScore
from assessments.domain.round_scores import shown_groups
from assessments.models import (
    Assessment,
    Consensus,
    InstrumentDimension,
    InstrumentItem,
    Rater,
    Rating,
    RoundAction,
    RoundResult,
    Statement,
)

SHOWN_FIRST = 5  # of the weakest, and of the most disputed


@dataclass(frozen=True, slots=True)
class GroupAnswers:
    """What raters of one or several role groups together gave. Names are there only where all raters agreed."""

    groups: tuple[str, ...]
    counts: Mapping[int, int]
    unable: int
    names: Mapping[int | None, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ItemReading:
    """One item: its figures, and everything they rest on. `written` counts comments, evidence and reasons."""

    item: InstrumentItem
    score: ItemScore
    levels: Sequence[Level]
    consensus: Consensus
    answers: Sequence[GroupAnswers]
    dissents: Sequence[Statement]
    remarks: int
    written: int
    actions: Sequence[RoundAction]

    @property
    def counts(self) -> Counter[int]:
        """How many raters gave each level, all groups together."""
        return sum((Counter(each.counts) for each in self.answers), Counter[int]())

    @property
    def is_agreed(self) -> bool:
        return self.consensus.state == Consensus.State.AGREED

    @property
    def is_left_open(self) -> bool:
        return self.consensus.state == Consensus.State.LEFT


@dataclass(frozen=True, slots=True)
class DimensionReading:
    """One dimension with its items; `last_share` is what it came to in the round before, None if there is none."""

    dimension: InstrumentDimension
    score: DimensionScore
    items: Sequence[ItemReading]
    last_share: float | None


@dataclass(frozen=True, slots=True)
class Before:
    """The closed round this one follows. Without the same scale its figures are not comparable."""

    assessment: Assessment
    shares: Mapping[str, float | None]
    share: float | None
    is_comparable: bool


@dataclass(frozen=True)
class Results:
    """What came of one round. `result` is of the agreed values once it is closed, else of the raters’ medians."""

    assessment: Assessment
    result: RoundResult
    score: RoundScore
    dimensions: Sequence[DimensionReading]
    before: Before | None
    shows_names: bool
    actions: Sequence[RoundAction]
    has_others: bool  # closed rounds of the same instrument to compare with

    @property
    def is_agreed(self) -> bool:
        return self.result.basis == RoundResult.Basis.AGREED

    @cached_property
    def items(self) -> Mapping[str, ItemReading]:
        return {each.item.key: each for dimension in self.dimensions for each in dimension.items}

    @property
    def weakest(self) -> list[ItemReading]:
        """The first five below the best level; an item at its best is no weakness."""
        low = (self.items[key] for key in self.score.weakest)
        return [each for each in low if (each.score.share or 0) < 1][:SHOWN_FIRST]

    @property
    def most_disputed(self) -> list[ItemReading]:
        """The first five on which raters differ at all."""
        found = (self.items[key] for key in self.score.most_disputed)
        return [each for each in found if each.score.spread.range][:SHOWN_FIRST]

    @property
    def bottlenecks(self) -> list[DimensionReading]:
        return [each for each in self.dimensions if each.score.key in self.score.bottlenecks]


def read(assessment: Assessment) -> Results | None:
    """The figures of a revealed round with the answers behind them, in nine queries; None until they are computed."""
    kept = _results(assessment)
    result = kept.get((assessment.pk, _basis(assessment)))
    if result is None:
        return None
    score = RoundScore.from_data(result.data)
    raters = list(assessment.raters.standing())
    shows_names = are_names_shown(assessment, raters)
    todo = actions.of_round(assessment)
    before = _before(assessment, kept)
    items = _items(assessment, score, _answers(assessment, raters, shows_names=shows_names), todo)
    return Results(
        assessment=assessment,
        result=result,
        score=score,
        dimensions=list(_dimensions(items, score, before)),
        before=before,
        shows_names=shows_names,
        actions=todo,
        has_others=comparing.has_others(assessment),
    )


def is_computed(assessment: Assessment) -> bool:
    """Whether the figures that belong to the round’s state are there."""
    return RoundResult.objects.filter(assessment=assessment, basis=_basis(assessment)).exists()


def item_at(assessment: Assessment, key: str) -> InstrumentItem | None:
    """One item of the round’s instrument."""
    return (
        InstrumentItem.objects.select_related("dimension").filter(instrument=assessment.instrument_id, key=key).first()
    )


def counted_now(assessment: Assessment, key: str) -> float | None:
    """The value of an item that counts in the kept figures: agreed, or the raters’ median; None without one."""
    result = RoundResult.objects.filter(assessment=assessment, basis=_basis(assessment)).first()
    found = result.data["items"] if result else []
    return next((each["counted"] for each in found if each["key"] == key), None)


def _basis(assessment: Assessment) -> str:
    return RoundResult.Basis.AGREED if assessment.is_closed else RoundResult.Basis.RATERS


def _results(assessment: Assessment) -> dict[tuple[int, str], RoundResult]:
    """What was kept of this round and of the one before, by round and basis."""
    wanted = Q(assessment=assessment) | Q(assessment=assessment.previous_id, basis=RoundResult.Basis.AGREED)
    rows = RoundResult.objects.filter(wanted).select_related("assessment__instrument")
    return {(row.assessment_id, row.basis): row for row in rows.defer("assessment__instrument__text")}


def _before(assessment: Assessment, kept: Mapping[tuple[int, str], RoundResult]) -> Before | None:
    result = kept.get((assessment.previous_id or 0, RoundResult.Basis.AGREED))
    if result is None:
        return None
    score = RoundScore.from_data(result.data)
    return Before(
        assessment=result.assessment,
        shares={dimension.key: dimension.share for dimension in score.dimensions},
        share=score.overall.share,
        is_comparable=_values(result.assessment) == _values(assessment),
    )


def _values(assessment: Assessment) -> list[int]:
    return [level["value"] for level in assessment.instrument.scale]


Answered = dict[int, tuple[list[GroupAnswers], int]]


def _answers(assessment: Assessment, raters: Sequence[Rater], *, shows_names: bool) -> Answered:
    """What was given to each item, small role groups merged among those who answered it; and how much was written."""
    by_id = {rater.pk: rater for rater in raters}
    rows = Rating.objects.filter(rater__in=list(by_id), subject=None).order_by("item_id")
    names = ("item_id", "rater_id", "value", "is_unable", "comment", "evidence", "reason")
    found: Answered = {}
    for item_id, said in groupby(rows.values_list(*names), key=lambda row: row[0]):
        ratings = list(said)
        given = {rater: value for _, rater, value, is_unable, *_words in ratings if value is not None or is_unable}
        written = sum(any(words) for _, _, _, _, *words in ratings)
        found[item_id] = (list(_by_group(given, by_id, shows_names=shows_names)), written)
    return found


def _by_group(
    given: Mapping[int, int | None], raters: Mapping[int, Rater], *, shows_names: bool
) -> Iterator[GroupAnswers]:
    groups = {rater: raters[rater].role_group for rater in given}
    for shown in shown_groups(groups):
        mine = {rater: value for rater, value in given.items() if groups[rater] in shown.names}
        values = Counter(mine.values())
        names: dict[int | None, list[str]] = {}
        for rater, value in mine.items() if shows_names else ():
            names.setdefault(value, []).append(raters[rater].name)
        yield GroupAnswers(
            groups=shown.names,
            counts={value: count for value, count in sorted(values.items(), key=_by_value) if value is not None},
            unable=values[None],
            names={value: sorted(mine) for value, mine in names.items()},
        )


def _by_value(counted: tuple[int | None, int]) -> int:
    return counted[0] or 0


def _items(
    assessment: Assessment, score: RoundScore, answers: Answered, todo: Iterable[RoundAction]
) -> dict[str, ItemReading]:
    rows = assessment.consensuses.filter(subject=None).select_related("item__dimension", "settled_by")
    said, planned = _statements(assessment), actions.by_item(todo)
    scores = {each.key: each for each in score.items}
    found = {}
    for consensus in sorted(rows, key=lambda row: row.item.position):
        item, statements = consensus.item, said.get(consensus.pk, [])
        dissents = [each for each in statements if each.kind == Statement.Kind.DISSENT]
        given, written = answers.get(item.pk, ([], 0))
        found[item.key] = ItemReading(
            item=item,
            score=scores[item.key],
            levels=levels_of(assessment.instrument, item),
            consensus=consensus,
            answers=given,
            dissents=dissents,
            remarks=len(statements) - len(dissents),
            written=written,
            actions=planned.get(item.pk, []),
        )
    return found


def _statements(assessment: Assessment) -> dict[int, list[Statement]]:
    rows = Statement.objects.filter(consensus__assessment=assessment).select_related("rater", "user").order_by("pk")
    found: dict[int, list[Statement]] = {}
    for statement in rows:
        found.setdefault(statement.consensus_id, []).append(statement)
    return found


def _dimensions(
    items: Mapping[str, ItemReading], score: RoundScore, before: Before | None
) -> Iterator[DimensionReading]:
    scores = {dimension.key: dimension for dimension in score.dimensions}
    last = before.shares if before and before.is_comparable else {}
    for _number, found in groupby(items.values(), key=lambda each: each.item.dimension_id):
        mine = list(found)
        dimension = mine[0].item.dimension
        yield DimensionReading(dimension, scores[dimension.key], mine, last.get(dimension.key))
