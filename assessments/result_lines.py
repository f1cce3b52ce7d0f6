"""One item, and one dimension, of a round’s result in words and dots."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments import result_charts
from assessments.domain.next_levels import Place, place_of
from assessments.domain.results_reading import DimensionReading, GroupAnswers, ItemReading
from assessments.figures import NONE, as_number, as_percent
from assessments.models import Assessment, RoleGroup, Statement
from scaleup.addresses import address

WORDS: Final[dict[str, tuple[str, str, Promise]]] = {
    "agree": ("good", "check", gettext_lazy("agree")),
    "near": ("calm", "half", gettext_lazy("near")),
    "split": ("warn", "alert", gettext_lazy("split")),
}


@dataclass(frozen=True)
class ItemLine:
    """One item in words, with its dots."""

    reading: ItemReading
    assessment: Assessment
    crowd: int  # the highest pile of ratings on the page

    @property
    def number(self) -> str:
        return self.reading.item.number

    @property
    def text(self) -> str:
        return self.reading.item.text

    @cached_property
    def url(self) -> str:
        """Where every single answer and word stands."""
        return address("assessments:room_item", self.assessment.program_id, self.assessment.pk, self.reading.item.key)

    @cached_property
    def action_url(self) -> str:
        return address("assessments:action_add", self.assessment.program_id, self.assessment.pk, self.reading.item.key)

    @cached_property
    def dots(self) -> SafeString:
        levels = [level.value for level in self.reading.levels]
        answers = [(each.groups, each.counts) for each in self.reading.answers]
        return result_charts.dots(
            answers, levels, label=self.in_words, agreed=self.reading.consensus.value, crowd=self.crowd
        )

    @cached_property
    def in_words(self) -> str:
        """ "Team: 1 at level 0, 2 at level 3; …": the dots for those who hear the page."""
        alone = len(self.reading.answers) == 1
        told = [_told(each, is_alone=alone) for each in self.reading.answers]
        return "; ".join(told) or _("no ratings")

    @property
    def by_group(self) -> str:
        """ "Team 2 · 0 · 1": for paper, how many of each group gave each level, lowest first."""
        told = [
            f"{_who_gave(each, is_alone=len(self.reading.answers) == 1)} "
            + " · ".join(str(each.counts.get(level.value, 0)) for level in self.reading.levels)
            for each in self.reading.answers
        ]
        return "; ".join(told)

    @property
    def median(self) -> str:
        return as_number(self.reading.score.spread.median)

    @property
    def between(self) -> str:
        """The lowest and the highest rating: "1–3", or one of them if they are the same."""
        spread = self.reading.score.spread
        if spread.low is None:
            return NONE
        return str(spread.low) if spread.low == spread.high else f"{spread.low}–{spread.high}"

    @cached_property
    def word(self) -> tuple[str, str, str]:
        spread = self.reading.score.spread
        if spread.word is None:
            return "quiet", "", ngettext("%(count)s rating", "%(count)s ratings", spread.n) % {"count": spread.n}
        kind, sign, words = WORDS[spread.word]
        return kind, sign, str(words)

    @property
    def agreed(self) -> str:
        """ "2 In place", or what became of the item instead."""
        reading = self.reading
        if reading.is_left_open:
            return _("left open")
        level = next((level for level in reading.levels if level.value == reading.consensus.value), None)
        return f"{level.value} {level.label}" if level else _("to discuss")

    @property
    def by_level(self) -> list[tuple[str, bool]]:
        """How many raters gave each level (a dot: nobody), and whether it is the one agreed on."""
        counts, agreed = self.reading.counts, self.reading.consensus.value
        return [(str(counts[level.value] or "·"), level.value == agreed) for level in self.reading.levels]

    @property
    def reason(self) -> str:
        return self.reading.consensus.reason

    @cached_property
    def place(self) -> Place | None:
        counted = self.reading.score.counted
        if counted is None:
            return None
        return place_of(counted, self.reading.levels, is_reversed=self.reading.item.is_reversed)

    @cached_property
    def dissents(self) -> list[tuple[str, str, Statement]]:
        """Who disagrees, with which value (empty: none), and why."""
        return [
            (_who(each), "" if each.value is None else as_number(each.value), each) for each in self.reading.dissents
        ]

    @property
    def objections(self) -> list[str]:
        """Why it was left open, and who disagrees and why: "6.4 left open: Nobody knows."."""
        left = [f"{self.number} {self.agreed}: {self.reason}"] if self.reading.is_left_open else []
        return left + [f"{self.number} {_disagrees(who, value)}: {said.text}" for who, value, said in self.dissents]

    @property
    def said_count(self) -> int:
        """Everything somebody wrote about it."""
        return self.reading.written + self.reading.remarks + len(self.reading.dissents)


@dataclass(frozen=True)
class DimensionLine:
    """One dimension: its bar and figures, and its items."""

    reading: DimensionReading
    assessment: Assessment
    lowest: Sequence[ItemLine]
    items: Sequence[ItemLine]
    is_bottleneck: bool

    @property
    def title(self) -> str:
        return f"{self.reading.dimension.number} {self.reading.dimension.title}"

    @property
    def key(self) -> str:
        return self.reading.dimension.key

    @cached_property
    def bar(self) -> SafeString:
        share, last = self.reading.score.share, self.reading.last_share
        return result_charts.bar(share, target=self.assessment.target, was=last)

    @property
    def percent(self) -> str:
        return as_percent(self.reading.score.share)

    @property
    def last(self) -> str:
        return as_percent(self.reading.last_share)

    @property
    def value(self) -> str:
        return as_number(self.reading.score.value)

    @property
    def counted(self) -> str:
        score = self.reading.score
        return _("%(n)s of %(of)s") % {"n": score.n, "of": score.of}

    @property
    def in_short(self) -> str:
        """What asks for a look inside: how many items raters split on, and how many are left open."""
        split = sum(line.reading.score.spread.word == "split" for line in self.items)
        left = sum(line.reading.is_left_open for line in self.items)
        said = [
            ngettext("raters split on %(count)s item", "raters split on %(count)s items", split) % {"count": split},
            ngettext("%(count)s left open", "%(count)s left open", left) % {"count": left},
        ]
        return ", ".join(words for words, count in zip(said, (split, left), strict=True) if count)


def group_words(groups: Sequence[str]) -> str:
    """ "team, ministry"."""
    return ", ".join(str(RoleGroup(name).label) for name in groups)


def _told(answers: GroupAnswers, *, is_alone: bool) -> str:
    counts = [_("%(count)s at level %(level)s") % {"count": n, "level": level} for level, n in answers.counts.items()]
    if answers.unable:
        counts.append(_("%(count)s not able to answer") % {"count": answers.unable})
    return f"{_who_gave(answers, is_alone=is_alone)}: {', '.join(counts)}"


def _who_gave(answers: GroupAnswers, *, is_alone: bool) -> str:
    return _("All raters") if is_alone else capfirst(group_words(answers.groups))


def _disagrees(who: str, value: str) -> str:
    words = _("%(who)s disagrees, and sees %(value)s") if value else _("%(who)s disagrees")
    return words % {"who": who, "value": value}


def _who(statement: Statement) -> str:
    if statement.rater is not None:
        return statement.rater.name
    return statement.user.name if statement.user else ""
