"""What a rater reads: the questions with their own answers, how far they came, and what stands beside a question."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.domain.questionnaires import Level, entry_of, levels_of
from assessments.domain.rating import show_answer
from assessments.domain.rating_scores import change_needs_reason
from assessments.instrument_differences import differences
from assessments.models import (
    REVEALED_STATES,
    Assessment,
    Consensus,
    InstrumentDimension,
    InstrumentItem,
    Rater,
    Rating,
)
from journal.saving import Actor, is_hidden
from programs.models import ItemAnswer, Program
from programs.standing import Can, program_for

BESIDE_ITEM = "item:"


@dataclass(frozen=True, slots=True)
class RatedPart:
    """One dimension as one rater is asked it."""

    dimension: InstrumentDimension
    ratings: Sequence[Rating]

    @property
    def count(self) -> int:
        return len(self.ratings)

    @property
    def rated_count(self) -> int:
        return sum(rating.is_rated for rating in self.ratings)

    @property
    def is_done(self) -> bool:
        return self.rated_count == self.count


@dataclass(frozen=True, slots=True)
class RaterReading:
    """All that one rater is asked, in order."""

    rater: Rater
    parts: Sequence[RatedPart]

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def rated_count(self) -> int:
        return sum(part.rated_count for part in self.parts)

    @property
    def open_count(self) -> int:
        return self.count - self.rated_count

    @property
    def next_part(self) -> RatedPart | None:
        """The first with something left to rate."""
        return next((part for part in self.parts if not part.is_done), None)

    def part(self, key: str) -> RatedPart | None:
        return next((part for part in self.parts if part.dimension.key == key), None)

    def beside(self, part: RatedPart, distance: int) -> RatedPart | None:
        """The part so many places after this one (or before: -1)."""
        wanted = self.parts.index(part) + distance
        return self.parts[wanted] if 0 <= wanted < len(self.parts) else None


@dataclass(frozen=True, slots=True)
class LastTime:
    """What an item came to in the round before: what this rater said then, or else what was agreed."""

    value: int
    words: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What the team's checklist says of what an item is about. Without `may_open` only its level is told."""

    answer: ItemAnswer
    may_open: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it is asked. `before` is told only once it is answered; `mark` is new, changed, seen or nothing."""

    rating: Rating
    levels: Sequence[Level]
    mark: str = ""
    beside: Beside | None = None
    before: LastTime | None = None

    @property
    def item(self) -> InstrumentItem:
        return self.rating.item

    @property
    def last(self) -> LastTime | None:
        """Never before the rater has answered: what was said once would lead them."""
        return self.before if self.rating.is_rated else None

    @property
    def asks_why(self) -> bool:
        """The answer fell since then, or rose by more than one level, and nobody has said why."""
        if self.last is None or self.rating.value is None or self.rating.reason:
            return False
        return change_needs_reason(self.last.value, self.rating.value, is_reversed=self.item.is_reversed)


class RoundBefore:
    """The round this one follows, as far as the two can be laid beside each other."""

    def __init__(self, rater: Rater) -> None:
        self.rater, self.assessment = rater, rater.assessment

    @cached_property
    def found(self) -> Assessment | None:
        """The round before, if it was revealed and is of the same instrument, perhaps of another version."""
        rows = Assessment.objects.select_related("instrument").defer("instrument__text")
        rows = rows.filter(state__in=REVEALED_STATES)
        found = rows.filter(pk=self.assessment.previous_id).first() if self.assessment.previous_id else None
        here = self.assessment.instrument
        is_same = found and (found.instrument.key, found.instrument.organisation_id) == (here.key, here.organisation_id)
        return found if is_same else None

    def marks(self) -> dict[str, str]:
        """By item key: new or changed since the version rated with before. Empty if it was this very version."""
        if self.found is None or self.found.instrument_id == self.assessment.instrument_id:
            return {}
        between = differences(entry_of(self.found.instrument), entry_of(self.assessment.instrument))
        changed = {each.new.key: "changed" for each in between.changed}
        kept = {item.key: "seen" for item in entry_of(self.assessment.instrument).items}
        return kept | changed | {item.key: "new" for item in between.new}

    def values(self, items: Collection[InstrumentItem]) -> dict[str, LastTime]:
        """By item key: own values outweigh agreed ones. Where the scale changed, none can be compared.

        Only who signs in is given their own: a link shows who holds it, not who held the one before.
        """
        if self.found is None or self.found.instrument.scale != self.assessment.instrument.scale:
            return {}
        directions = {item.key: item.is_reversed for item in items}
        rows = [(*row, False) for row in self._agreed(directions)] + [(*row, True) for row in self._own(directions)]
        return {
            key: LastTime(value, show_answer(str(value), self.assessment.instrument), is_own)
            for key, is_reversed, value, is_own in rows
            if directions[key] == is_reversed
        }

    def _agreed(self, keys: Iterable[str]) -> Iterable[tuple[str, bool, int]]:
        agreed = Consensus.objects.filter(assessment=self.found, state=Consensus.State.AGREED, item__key__in=keys)
        return agreed.filter(assessment__state=Assessment.State.CLOSED).values_list(*_VALUE)

    def _own(self, keys: Iterable[str]) -> Iterable[tuple[str, bool, int]]:
        if self.rater.user_id is None:
            return []
        rated = Rating.objects.filter(
            rater__assessment=self.found, rater__removed_at=None, rater__user=self.rater.user_id
        )
        return rated.filter(value__isnull=False, item__key__in=keys).values_list(*_VALUE)


_VALUE = ("item__key", "item__is_reversed", "value")


def read(rater: Rater, *, actor: Actor) -> RaterReading:
    """Everything the rater is asked, with what they answered; nothing before the round was opened.

    By a link only what this very session answered can be read before the reveal: the link may have been copied.
    """
    rows = Rating.objects.as_asked().filter(rater=rater).select_related("item__dimension").order_by("item__position")
    for rating in rows:
        _seal(rating, rater, actor)
        rating.said = _("rated, hidden here") if rating.is_sealed else show_answer(rating.answer, rating)
    parts = groupby(rows, key=lambda rating: rating.item.dimension)
    return RaterReading(rater, [RatedPart(dimension, list(ratings)) for dimension, ratings in parts])


def questions(part: RatedPart, rater: Rater, *, actor: Actor) -> list[Question]:
    """The items of one dimension with all that stands beside them for this rater."""
    items, earlier = [rating.item for rating in part.ratings], RoundBefore(rater)
    marks, before = earlier.marks(), earlier.values(items)
    shown = _beside(items, rater.assessment.program, actor=actor)
    return [
        Question(
            rating=rating,
            levels=levels_of(rater.assessment.instrument, rating.item),
            mark=marks.get(rating.item.key, ""),
            beside=shown.get(rating.item.shows),
            before=before.get(rating.item.key),
        )
        for rating in part.ratings
    ]


def question(rater: Rater, key: str, *, actor: Actor) -> Question | None:
    """One item as far as it has to do with the round before; None if this rater is not asked it."""
    rows = Rating.objects.as_asked().filter(rater=rater, item__key=key).select_related("item")
    rating = rows.first()
    if rating is None:
        return None
    _seal(rating, rater, actor)
    before = RoundBefore(rater).values([rating.item]) if rating.is_rated else {}
    return Question(rating, levels=(), before=before.get(key))


def _seal(rating: Rating, rater: Rater, actor: Actor) -> None:
    if rater.assessment.is_revealed:
        return
    for field in [name for name in rating.versions if is_hidden(rating, name, actor=actor)]:
        rating.seal(field)


def _beside(items: Iterable[InstrumentItem], program: Program, *, actor: Actor) -> dict[str, Beside]:
    """What the program's checklist says, by what items name: "item:vision-page"."""
    keys = {item.shows.removeprefix(BESIDE_ITEM) for item in items if item.shows.startswith(BESIDE_ITEM)}
    if not keys:
        return {}
    rows = ItemAnswer.objects.standing().filter(plan__program=program, item__key__in=keys)
    answers = rows.with_counts(timezone.localdate()).select_related("item", "plan__step")
    may_open = may_read(program, actor=actor)
    return {f"{BESIDE_ITEM}{answer.item.key}": Beside(answer, may_open) for answer in answers}


def may_read(program: Program, *, actor: Actor) -> bool:
    """Whether this person works with the program or watches it, and so finds its own pages."""
    if actor.user is None:
        return False
    try:
        _program, standing = program_for(actor.user, program.pk)
    except Program.DoesNotExist:
        return False
    return Can.READ in standing.can
