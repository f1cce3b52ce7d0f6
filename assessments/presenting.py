"""From a reading to the words, bars and links of the readiness page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import wording
from assessments.domain.explanation import ItemNode, StepNode
from assessments.domain.reading import Reading
from assessments.domain.results import Condition, ConditionCode, StepScore, StillOpen
from assessments.figures import percent
from assessments.models import ReadinessSnapshot
from programs.models import Phase, Program
from scaleup.ui import trends

# In which words a condition leads to the round it speaks of. None: by its name, so that one line says which it is.
TO_THE_ROUND: Final[dict[ConditionCode, Promise | None]] = {
    "assessment_recent": None,
    "assessment_share": gettext_lazy("See how it came about"),
    "assessment_complete": gettext_lazy("See its items"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Something still open, as words and an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class RoundLink:
    """The way to a round's results: by its name, or in words that need the line before them."""

    round_id: int
    text: str
    is_name: bool


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of the band in words, with the round its figures come from, if they come from one."""

    is_met: bool
    sentence: str
    still_open: Sequence[Link]
    round: RoundLink | None


@dataclass(frozen=True)
class ReadinessPage:
    """All the readiness page shows; `step` chooses one step's line of the trend."""

    program: Program
    reading: Reading
    trend: Sequence[ReadinessSnapshot]
    step: int | None

    @cached_property
    def band(self) -> str:
        return str(wording.BANDS[self.reading.score.band])

    @cached_property
    def conditions(self) -> list[tuple[str, list[ConditionLine]]]:
        """What each band asks for, the nearer band first: (band in words, its conditions)."""
        by_band: dict[str, list[ConditionLine]] = {}
        for condition in self.reading.score.conditions:
            by_band.setdefault(str(wording.BANDS[condition.band]), []).append(self._condition(condition))
        return list(by_band.items())

    @cached_property
    def raises(self) -> list[tuple[str, Link]]:
        """What would raise the headline most, the first five, each with its item."""
        shown = self.reading.explanation.raises[:5]
        return [(wording.raise_sentence(each), self._item_link(each.number)) for each in shown]

    @cached_property
    def open_critical(self) -> list[Link]:
        return [self._item_link(item.number) for item in self.reading.score.open_critical]

    @cached_property
    def weakest(self) -> list[tuple[StepScore, Link]]:
        return [(step, self._step_link(step)) for step in self.reading.weakest]

    @cached_property
    def headline(self) -> list[tuple[str, int]]:
        return [(str(Phase(phase.phase).label), percent(phase.score)) for phase in self.reading.score.headline]

    @cached_property
    def phases(self) -> list[dict[str, Any]]:
        """The explanation tree with words: phases, their steps, the steps' items."""
        return [
            {
                "name": str(Phase(phase.score.phase).label),
                "percent": percent(phase.score.score),
                "steps": [self._step(step) for step in phase.steps],
            }
            for phase in self.reading.explanation.phases
        ]

    @cached_property
    def chart(self) -> trends.TimeChart | None:
        days = [snapshot for snapshot in self.trend if snapshot.review_id is None]
        if self.step:
            name = self._title(self.step)
            scored = [
                (day.taken_on, day.step_scores[self.step - 1]) for day in days if self.step <= len(day.step_scores)
            ]
            lines = {name: [(day, score) for day, score in scored if score is not None]}
        else:
            lines = {
                str(Phase.BEFORE.label): [(day.taken_on, day.before) for day in days],
                str(Phase.DURING.label): [(day.taken_on, day.during) for day in days],
            }
        return trends.over_time(lines, marks=self._decisions())

    @cached_property
    def steps_to_choose(self) -> list[tuple[int, str]]:
        return [(step.number, self._title(step.number)) for step in self.reading.score.steps]

    @cached_property
    def table(self) -> list[dict[str, Any]]:
        """The same figures as the chart, newest first, one row a week at most and every decision."""
        return list(_weekly(self.trend))[::-1]

    def _decisions(self) -> list[tuple[Any, str]]:
        return [
            (snapshot.taken_on, str(snapshot.review.plan.step.number))
            for snapshot in self.trend
            if snapshot.review is not None
        ]

    def _condition(self, condition: Condition) -> ConditionLine:
        return ConditionLine(
            is_met=condition.is_met,
            sentence=wording.condition_sentence(condition),
            still_open=[self._open_link(thing) for thing in condition.still_open],
            round=self._round_link(condition),
        )

    def _round_link(self, condition: Condition) -> RoundLink | None:
        counted = self.reading.round
        if counted is None or condition.code not in TO_THE_ROUND:
            return None
        words = TO_THE_ROUND[condition.code]
        return RoundLink(counted.round_id, counted.title if words is None else str(words), is_name=words is None)

    def _open_link(self, thing: StillOpen) -> Link:
        if thing.why == "not_passed":
            return Link(f"{thing.number} {self.reading.titles[thing.key]}", self._step_url(int(thing.number)))
        return self._item_link(thing.number)

    def _item_link(self, number: str) -> Link:
        item = self.reading.items[number]
        url = reverse("programs:item", args=[self.program.pk, item.step.number, item.key])
        return Link(f"{number} {item.text}", url)

    def _step_link(self, step: StepScore) -> Link:
        return Link(f"{step.number} {self.reading.titles[step.key]}", self._step_url(step.number))

    def _step_url(self, number: int) -> str:
        return reverse("programs:step", args=[self.program.pk, number])

    def _title(self, number: int) -> str:
        step = next((step for step in self.reading.score.steps if step.number == number), None)
        return f"{number} {self.reading.titles[step.key]}" if step else _("Step %(number)s") % {"number": number}

    def _step(self, node: StepNode) -> dict[str, Any]:
        return {
            "link": self._step_link(node.score),
            "number": node.score.number,
            "short_title": self.reading.titles[node.score.key],
            "is_scored": node.score.score is not None,
            "percent": percent(node.score.score),
            "points": node.score.points,
            "points_of": node.score.points_of,
            "tally": node.score.tally,
            "is_passed": node.score.is_passed,
            "items": [self._item(item) for item in node.items],
        }

    def _item(self, node: ItemNode) -> dict[str, Any]:
        return {
            "link": self._item_link(node.number),
            "counted_as": str(wording.COUNTED_AS[node.counted_as]),
            "is_critical": node.is_critical,
            "weight": node.weight,
            "points": node.points,
            "points_of": node.points_of,
        }


def _weekly(trend: Sequence[ReadinessSnapshot]) -> Any:
    """One row for each week (its last day) and one for each decision, oldest first."""
    for place, snapshot in enumerate(trend):
        following = trend[place + 1] if place + 1 < len(trend) else None
        ends_week = following is None or following.taken_on.isocalendar()[:2] != snapshot.taken_on.isocalendar()[:2]
        if snapshot.review_id is not None or ends_week:
            review = snapshot.review
            yield {
                "day": snapshot.taken_on,
                "before": percent(snapshot.before),
                "during": percent(snapshot.during),
                "decision": review and review.get_outcome_display(),
                "step": review and review.plan.step.number,
            }
