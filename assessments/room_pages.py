"""From a reading of the consensus room to the rows and words of its list; how agreement and states are said."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments import dots
from assessments.domain.room import Room, Turn
from assessments.models import Assessment, Consensus

Tag = tuple[str, str, str]  # its kind, its sign, its words

FILTERS: Final[dict[str, Promise]] = {
    "open": gettext_lazy("To discuss"),
    "settled": gettext_lazy("Settled"),
    "all": gettext_lazy("All"),
}
MOST_NAMED: Final = 12
WORDS: Final[dict[str, tuple[str, str, Promise]]] = {
    "agree": ("good", "check", gettext_lazy("agree")),
    "near": ("calm", "half", gettext_lazy("near")),
    "split": ("warn", "alert", gettext_lazy("split")),
}


@dataclass(frozen=True)
class TurnRow:
    """One item as a row of a list."""

    turn: Turn
    assessment: Assessment
    is_shown: bool  # on the projector and the phones

    @property
    def consensus(self) -> Consensus:
        return self.turn.consensus

    @cached_property
    def strip(self) -> SafeString:
        levels = [level["value"] for level in self.assessment.instrument.scale]
        return dots.strip(Counter(self.turn.given.values), levels, label=self._in_words())

    @cached_property
    def word(self) -> Tag:
        return word_of(self.turn)

    @cached_property
    def state(self) -> Tag:
        return state_of(self.consensus, self.assessment)

    def _in_words(self) -> str:
        found = sorted(Counter(self.turn.given.values).items())
        told = [_("level %(level)s: %(count)s") % {"level": level, "count": count} for level, count in found]
        return "; ".join(told) or _("no ratings")


@dataclass(frozen=True)
class RoomPage:
    """The list of all items, or of those still to discuss, or of those that are settled."""

    assessment: Assessment
    room: Room
    shown: str

    @cached_property
    def rows(self) -> list[TurnRow]:
        turns = {"open": self.room.open, "settled": self.room.settled, "all": self.room.turns}[self.shown]
        return [TurnRow(turn, self.assessment, turn.consensus is self.room.current) for turn in turns]

    @cached_property
    def filters(self) -> list[tuple[str, str, int]]:
        counts = {"open": len(self.room.open), "settled": len(self.room.settled), "all": len(self.room.turns)}
        return [(key, str(words), counts[key]) for key, words in FILTERS.items()]

    @cached_property
    def missing(self) -> list[Consensus]:
        return [turn.consensus for turn in self.room.missing]

    @property
    def names_missing(self) -> bool:
        """A few are named; of many the filter tells the number."""
        return 0 < len(self.missing) <= MOST_NAMED

    @cached_property
    def settled_count(self) -> int:
        return len(self.room.settled)

    @cached_property
    def unanimous_count(self) -> int:
        """How many open items one click can settle."""
        return sum(turn.is_unanimous for turn in self.room.turns)

    @cached_property
    def left_count(self) -> int:
        return sum(turn.consensus.state == Consensus.State.LEFT for turn in self.room.turns)

    @cached_property
    def dissent_count(self) -> int:
        return sum(turn.dissents for turn in self.room.turns)


def word_of(turn: Turn) -> Tag:
    """How far the raters agree, as a tag."""
    if turn.spread.word is None:
        count = turn.spread.n
        return "quiet", "", ngettext("%(count)s rating", "%(count)s ratings", count) % {"count": count}
    kind, sign, words = WORDS[turn.spread.word]
    return kind, sign, str(words)


def state_of(consensus: Consensus, assessment: Assessment) -> Tag:
    """What became of an item, as a tag."""
    if consensus.state == Consensus.State.LEFT:
        return "quiet", "dash", _("left open")
    if consensus.state == Consensus.State.OPEN:
        return "quiet", "", _("to discuss")
    labels = {level["value"]: level["label"] for level in assessment.instrument.scale}
    return "good", "check", _("agreed: %(value)s") % {"value": f"{consensus.value} {labels.get(consensus.value, '')}"}
