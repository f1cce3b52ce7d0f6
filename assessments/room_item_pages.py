"""From one item before the room to the dots and words of its pages: of the laptop, the projector and the phones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from assessments import dots
from assessments.domain.questionnaires import Level
from assessments.domain.room import Answers, ItemTalk
from assessments.models import Assessment, Consensus, Rating, RoleGroup, Statement
from assessments.room_pages import Tag, state_of, word_of


@dataclass(frozen=True, slots=True)
class Cell:
    """What one role group gave at one level."""

    group: str
    count: int
    dots: SafeString
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level with its words and what every group gave there."""

    level: Level
    cells: Sequence[Cell]
    is_agreed: bool
    is_last: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Voice:
    """One statement, with who said it and who wrote it down."""

    statement: Statement
    name: str
    written_by: str
    value: str

    @property
    def is_dissent(self) -> bool:
        return self.statement.kind == Statement.Kind.DISSENT


@dataclass(frozen=True)
class ItemPage:
    """One item before the room; on a rater's own page with their own rating."""

    assessment: Assessment
    talk: ItemTalk
    own: Rating | None = None

    @property
    def consensus(self) -> Consensus:
        return self.talk.turn.consensus

    @property
    def total(self) -> int:
        return len(self.talk.everything)

    @property
    def is_shown(self) -> bool:
        """On the projector and the phones."""
        return self.consensus.pk == self.talk.current.pk

    @cached_property
    def word(self) -> Tag:
        return word_of(self.talk.turn)

    @cached_property
    def state(self) -> Tag:
        return state_of(self.consensus, self.assessment)

    @cached_property
    def groups(self) -> list[str]:
        """The columns: role groups, small ones as one."""
        if len(self.talk.answers) == 1:
            return [_("All raters (%(count)s)") % {"count": self.talk.answers[0].count}]
        return [f"{_group(answers)} ({answers.count})" for answers in self.talk.answers]

    @cached_property
    def levels(self) -> list[LevelRow]:
        own = self.own.value if self.own else None
        return [
            LevelRow(
                level=level,
                cells=self._cells([answers.by_value.get(level.value, ()) for answers in self.talk.answers]),
                is_agreed=level.value == self.consensus.value,
                is_last=level.value == self.talk.turn.last,
                is_own=level.value == own,
            )
            for level in self.talk.levels
        ]

    @cached_property
    def unable(self) -> list[Cell]:
        """Empty when everybody was able to answer."""
        if not self.talk.turn.given.unable:
            return []
        return self._cells([answers.unable for answers in self.talk.answers], is_quiet=True)

    @cached_property
    def medians(self) -> list[tuple[str, float | None]]:
        """By group; one group’s is that of all."""
        if len(self.talk.answers) < 2:
            return []
        return [(group, answers.median) for group, answers in zip(self.groups, self.talk.answers, strict=True)]

    @cached_property
    def agreed(self) -> str:
        return self._in_words(self.consensus.value)

    @cached_property
    def last(self) -> str:
        return self._in_words(self.talk.turn.last)

    @cached_property
    def own_answer(self) -> str:
        """What the rater said, in words; empty when they did not rate this item."""
        return self._answer(self.own) if self.own and self.own.is_rated else ""

    @cached_property
    def written(self) -> list[tuple[Rating, str, str]]:
        """Comments, evidence and reasons: (rating, what was given, whose it is if names are shown)."""
        shows = self.talk.shows_names
        return [(each, self._answer(each), each.rater.name if shows else "") for each in self.talk.written]

    @cached_property
    def voices(self) -> list[Voice]:
        return [self._voice(statement) for statement in self.talk.statements]

    @cached_property
    def dissents(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.is_dissent]

    @cached_property
    def remarks(self) -> list[Voice]:
        return [voice for voice in self.voices if not voice.is_dissent]

    @cached_property
    def timer(self) -> "Timer | None":
        until = self.assessment.room_until
        return Timer(until) if until and not self.assessment.is_closed else None

    @cached_property
    def next_shown(self) -> Consensus | None:
        """What the projector turns to: the next one still to discuss, or simply the next."""
        return self.talk.next_open or self.talk.following

    def _cells(self, given: Sequence[Sequence[str]], *, is_quiet: bool = False) -> list[Cell]:
        """One for each group: the names of those who gave the same, empty ones where none is shown."""
        return [
            Cell(group, len(names), dots.cell(len(names), is_quiet=is_quiet), list(filter(None, names)))
            for group, names in zip(self.groups, given, strict=True)
        ]

    def _voice(self, statement: Statement) -> Voice:
        rater, user = statement.rater, statement.user
        is_own = user is None or rater is None or rater.user_id == user.pk
        return Voice(
            statement=statement,
            name=rater.name if rater else user.name if user else "",
            written_by="" if is_own or user is None else user.name,
            value=self._in_words(statement.value),
        )

    def _answer(self, rating: Rating) -> str:
        if rating.is_unable:
            return _("not able to answer")
        return self._in_words(rating.value) or _("not rated")

    def _in_words(self, value: int | None) -> str:
        """ "2 Under way"; empty for none."""
        return next((f"{level.value} {level.label}" for level in self.talk.levels if level.value == value), "")


@dataclass(frozen=True)
class OwnRoom:
    """The room as one rater sees it. `asked` is the item in the address, if any; `about` that of the form there."""

    assessment: Assessment
    talk: ItemTalk
    ratings: Mapping[int, Rating]
    asked: str
    about: str

    @cached_property
    def page(self) -> ItemPage:
        return ItemPage(self.assessment, self.talk, own=self.ratings.get(self.talk.turn.consensus.item_id))

    @property
    def key(self) -> str:
        return self.page.consensus.item.key

    @property
    def is_overview(self) -> bool:
        """Of a closed round all items are shown, unless the address names one: there is no room to follow."""
        return self.assessment.is_closed and not self.asked

    @property
    def moved_to(self) -> Consensus | None:
        """What the room turned to, when the page’s form or address is about another item."""
        current = self.talk.current
        at = self.asked or self.about
        return current if at and at != current.item.key else None

    @cached_property
    def others(self) -> list[tuple[Consensus, Tag, str]]:
        """All items by disagreement: (item, what became of it, one’s own rating)."""
        rows = self.talk.everything
        return [(row, state_of(row, self.assessment), self._own(row)) for row in rows]

    def _own(self, row: Consensus) -> str:
        rating = self.ratings.get(row.item_id)
        if rating is None or not rating.is_rated:
            return ""
        return _("not able to answer") if rating.is_unable else str(rating.value)


@dataclass(frozen=True, slots=True)
class Timer:
    """The time for the item on the projector."""

    until: datetime

    @property
    def seconds(self) -> int:
        """What is left now, so that no clock of a browser matters."""
        return max(0, round((self.until - timezone.now()).total_seconds()))


def _group(answers: Answers) -> str:
    return capfirst(", ".join(str(RoleGroup(name).label) for name in answers.groups))
