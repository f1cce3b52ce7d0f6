"""Which closed round counts for a program's band: its latest one of the instrument the rules name."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from assessments.domain.bands import months_after
from assessments.domain.facts import AssessmentResult
from assessments.domain.rules import Rules
from assessments.models import Assessment, Consensus, ReadinessSnapshot, RoundResult
from programs.models import ProgramSummary

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CountedRound:
    """A closed round with what the band takes from it."""

    round_id: int
    title: str
    result: AssessmentResult

    @property
    def data(self) -> dict[str, Any]:
        """As a snapshot keeps it. The title is the round's own, and cannot change any more."""
        return {
            "round": self.round_id,
            "closed_on": self.result.closed_on.isoformat(),
            "share": self.result.share,
            "open_item_count": self.result.open_item_count,
        }


def latest(program_ids: Iterable[int], *, rules: Rules) -> dict[int, CountedRound]:
    """By program, in one query however many they are. A round counts from when its result is computed."""
    rows = (
        _counting(rules)
        .filter(assessment__program__in=list(program_ids))
        .order_by("assessment__program_id", "-assessment__closed_at", "-assessment_id")
        .distinct("assessment__program_id")
    )
    names = ("assessment__program_id", "assessment_id", "assessment__title", "assessment__closed_at")
    return {
        program_id: CountedRound(round_id, title, AssessmentResult(_day(closed_at), share, open_count))
        for program_id, round_id, title, closed_at, share, open_count in rows.values_list(*names, "share", "open_count")
    }


def of_snapshot(snapshot: ReadinessSnapshot) -> CountedRound | None:
    """The round that counted then, with the figures that counted."""
    if snapshot.assessment is None:
        return None
    kept: Mapping[str, Any] = snapshot.assessment
    titles = Assessment.objects.filter(pk=kept["round"]).values_list("title", flat=True)
    result = AssessmentResult(date.fromisoformat(kept["closed_on"]), kept["share"], kept["open_item_count"])
    return CountedRound(kept["round"], titles.first() or "", result)


def newly_too_old(today: date, *, rules: Rules, look_back: timedelta) -> Iterator[int]:
    """Programs whose round has grown too old since their summary was written, at most `look_back` ago."""
    first = months_after(today - look_back, -rules.assessment_months) - DAY
    last = months_after(today, -rules.assessment_months)
    live = ProgramSummary.objects.filter(program=OuterRef("assessment__program"), view=ProgramSummary.View.LIVE)
    closed = (
        _counting(rules)
        .filter(assessment__closed_at__gte=_midnight(first), assessment__closed_at__lt=_midnight(last + DAY))
        .annotate(summarised_at=Subquery(live.values("computed_at")[:1]))
    )
    names = ("assessment__program_id", "assessment__closed_at", "summarised_at")
    for program_id, closed_at, summarised_at in closed.values_list(*names):
        valid_until = months_after(_day(closed_at), rules.assessment_months)
        if valid_until < today and summarised_at and _day(summarised_at) <= valid_until:
            yield program_id


def _counting(rules: Rules) -> QuerySet[RoundResult]:
    """Results from agreed values, of rounds on the program as a whole."""
    on_a_part = Consensus.objects.filter(assessment=OuterRef("assessment"), subject__isnull=False)
    found = RoundResult.objects.filter(~Exists(on_a_part), basis=RoundResult.Basis.AGREED)
    if rules.assessment_instrument:  # the built-in one: anybody may give an instrument of their own this key
        found = found.filter(
            assessment__instrument__organisation=None, assessment__instrument__key=rules.assessment_instrument
        )
    return found


def _day(moment: datetime) -> date:
    """In the zone of the product, not of whoever looks: figures are the same for everybody."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
