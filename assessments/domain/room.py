"""Reading a revealed round: all items by disagreement, and one item with everything given and said about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from assessments.domain.agreement import median_iqr
from assessments.domain.consensus import Given, given_in, last_agreed, unanimous_value
from assessments.domain.questionnaires import Level, levels_of
from assessments.domain.round_results import Spread
from assessments.domain.round_scores import shown_groups, spread_of
from assessments.models import Assessment, Consensus, Rater, Rating, Statement


@dataclass(frozen=True, slots=True)
class Turn:
    """One item of the room: what was agreed, how the ratings lie, and how often people spoke or disagreed."""

    consensus: Consensus
    given: Given
    last: int | None  # agreed on in the round before
    said: int = 0
    dissents: int = 0

    @property
    def spread(self) -> Spread:
        return spread_of(tuple(self.given.values))

    @property
    def is_open(self) -> bool:
        return self.consensus.state == Consensus.State.OPEN

    @property
    def is_unanimous(self) -> bool:
        """Still open, and one click settles it with all others on which everybody agrees."""
        return self.is_open and unanimous_value(self.consensus, self.given, last=self.last) is not None


@dataclass(frozen=True, slots=True)
class Room:
    """All items, most disputed first. `current` is the one on the projector and the phones."""

    turns: Sequence[Turn]
    current: Consensus | None

    @property
    def open(self) -> list[Turn]:
        return [turn for turn in self.turns if turn.is_open]

    @property
    def settled(self) -> list[Turn]:
        return [turn for turn in self.turns if not turn.is_open]

    @property
    def missing(self) -> list[Turn]:
        """Open ones by number."""
        return sorted(self.open, key=lambda turn: turn.consensus.item.position)


@dataclass(frozen=True, slots=True)
class Answers:
    """What raters of one or several role groups together gave: names by value, empty ones where none is shown."""

    groups: tuple[str, ...]
    by_value: Mapping[int, Sequence[str]]
    unable: Sequence[str]

    @property
    def count(self) -> int:
        return sum(map(len, self.by_value.values())) + len(self.unable)

    @property
    def median(self) -> float | None:
        values = [value for value, names in self.by_value.items() for _name in names]
        return median_iqr(values).median if values else None


@dataclass(frozen=True, slots=True)
class ItemTalk:
    """One item with everything the room sees of it. Written are ratings with a comment, evidence or reason."""

    turn: Turn
    levels: Sequence[Level]
    answers: Sequence[Answers]
    written: Sequence[Rating]
    statements: Sequence[Statement]
    shows_names: bool
    previous: Consensus | None
    following: Consensus | None
    next_open: Consensus | None
    place: int
    current: Consensus  # what the room is at
    everything: Sequence[Consensus]  # all items of the round, by place


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rater came: `rated` of `asked` items."""

    rater: Rater
    rated: int
    asked: int


def read(assessment: Assessment) -> Room:
    """All items of a revealed round."""
    given, last = given_in(assessment), last_agreed(assessment)
    is_dissent = Q(statements__kind=Statement.Kind.DISSENT)
    rows = list(
        assessment.consensuses.select_related("item", "settled_by")
        .annotate(said=Count("statements"), dissents=Count("statements", filter=is_dissent))
        .order_by("place")
    )
    turns = [Turn(row, given[row.item_id], last.get(row.item.key), row.said, row.dissents) for row in rows]
    return Room(turns, _current(assessment, rows))


def read_item(assessment: Assessment, key: str = "") -> ItemTalk | None:
    """One item of a revealed round, by its key or the one the room is at; None if there is no such item."""
    rows = list(assessment.consensuses.select_related("item__dimension", "settled_by").order_by("place"))
    current = _current(assessment, rows)
    found = next((row for row in rows if row.item.key == key), None) if key else current
    if found is None or current is None:
        return None
    place = rows.index(found)
    later = [row for row in rows[place + 1 :] + rows[:place] if row.state == Consensus.State.OPEN]
    raters = {rater.pk: rater for rater in assessment.raters.standing()}
    shows_names = are_names_shown(assessment, raters.values())
    ratings = _ratings(assessment, found, raters)
    values = sorted(rating.value for rating in ratings if rating.value is not None)
    given = Given(values, sum(rating.is_unable for rating in ratings))
    return ItemTalk(
        turn=Turn(found, given, last_agreed(assessment).get(found.item.key)),
        levels=levels_of(assessment.instrument, found.item),
        answers=list(_answers(ratings, shows_names=shows_names)),
        written=sorted((rating for rating in ratings if _says_more(rating)), key=_by_what_is_written),
        statements=list(found.statements.select_related("rater", "user")),
        shows_names=shows_names,
        previous=rows[place - 1] if place else None,
        following=rows[place + 1] if place + 1 < len(rows) else None,
        next_open=later[0] if later else None,
        place=place + 1,
        current=current,
        everything=rows,
    )


def find(assessment: Assessment, key: str) -> Consensus | None:
    """One item of a revealed round; None also for what cannot be a key."""
    if not key.isprintable():
        return None
    rows = Consensus.objects.select_related("item", "assessment")
    found = rows.filter(assessment=assessment, item__key=key).first()
    if found is not None:
        found.assessment = assessment
    return found


def are_names_shown(assessment: Assessment, raters: Iterable[Rater]) -> bool:
    """Names stand beside ratings only where the round allows it and every single rater said yes."""
    asked = list(raters)
    return assessment.names == Assessment.Names.AGREED and bool(asked) and all(rater.shows_name for rater in asked)


def own_ratings(rater: Rater) -> dict[int, Rating]:
    """What a rater said, by item."""
    return {rating.item_id: rating for rating in rater.ratings.all()}


def progress(assessment: Assessment) -> list[Progress]:
    """How far every rater came, never with what."""
    is_rated = Q(ratings__value__isnull=False) | Q(ratings__is_unable=True)
    rows = assessment.raters.standing().annotate(asked=Count("ratings"), rated=Count("ratings", filter=is_rated))
    return [Progress(rater, rater.rated, rater.asked) for rater in rows]


def _current(assessment: Assessment, rows: Sequence[Consensus]) -> Consensus | None:
    """What the room is at; before anybody chose, the item most disputed."""
    shown = (row for row in rows if row.item_id == assessment.room_item_id)
    return next(shown, rows[0] if rows else None)


def _ratings(assessment: Assessment, consensus: Consensus, raters: Mapping[int, Rater]) -> list[Rating]:
    rows = Rating.objects.filter(item=consensus.item_id, rater__in=list(raters))
    found = [rating for rating in rows if rating.is_rated or _says_more(rating)]
    for rating in found:
        rating.rater = raters[rating.rater_id]
    return found


def _answers(ratings: Sequence[Rating], *, shows_names: bool) -> Iterator[Answers]:
    """The answers by role group, small ones merged among those who answered this very item."""
    rated = [rating for rating in ratings if rating.is_rated]
    groups = {rating.rater_id: rating.rater.role_group for rating in rated}
    for shown in shown_groups(groups):
        mine = [rating for rating in rated if rating.rater.role_group in shown.names]
        by_value: dict[int, list[str]] = {}
        unable = []
        for rating in mine:
            name = rating.rater.name if shows_names else ""
            if rating.value is None:
                unable.append(name)
            else:
                by_value.setdefault(rating.value, []).append(name)
        yield Answers(shown.names, {value: sorted(names) for value, names in by_value.items()}, sorted(unable))


def _says_more(rating: Rating) -> bool:
    return bool(rating.comment or rating.evidence or rating.reason)


def _by_what_is_written(rating: Rating) -> tuple[str, ...]:
    """In an order that says nothing of the raters, so that two items cannot be laid side by side."""
    return (rating.comment, rating.evidence, rating.reason)
