"""What donors read of rounds: what each dimension came to, once a round is closed. Never ratings, names or comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from assessments.models import Assessment, InstrumentDimension, RoundResult

MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class DonorDimension:
    """One dimension and its place in the range, 0 to 1; None where nothing was agreed."""

    title: str
    share: float | None


@dataclass(frozen=True, slots=True)
class DonorRound:
    """One closed round."""

    title: str
    instrument: str
    closed_at: datetime | None  # as the column has it; of a closed round it is always there
    target: float
    dimensions: Sequence[DonorDimension]


def closed_rounds(program_id: int) -> list[DonorRound]:
    """The rounds whose raters were told that donors read the result, the newest first; one query.

    Of the figures the database hands out those of the dimensions alone.
    """
    of_instrument = InstrumentDimension.objects.filter(instrument=OuterRef("assessment__instrument"))
    rows = (
        RoundResult.objects.filter(assessment__program=program_id, basis=RoundResult.Basis.AGREED)
        .filter(assessment__state=Assessment.State.CLOSED, assessment__is_for_donors=True)
        .annotate(
            figures=F("data__dimensions"),
            titles=ArraySubquery(of_instrument.order_by("number").values(pair=JSONObject(key="key", title="title"))),
        )
        .order_by("-assessment__closed_at", "-pk")
        .values_list(
            "assessment__title",
            "assessment__instrument__title",
            "assessment__closed_at",
            "assessment__target",
            "figures",
            "titles",
        )
    )
    return [
        DonorRound(title, instrument, closed_at, target, _dimensions(figures, titles))
        for title, instrument, closed_at, target, figures, titles in rows[:MOST_ROUNDS]
    ]


def _dimensions(figures: Sequence[dict[str, Any]], titles: Sequence[dict[str, str]]) -> list[DonorDimension]:
    shares = {figure["key"]: figure["share"] for figure in figures}
    return [DonorDimension(one["title"], shares.get(one["key"])) for one in titles]
