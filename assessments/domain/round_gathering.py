"""From the tables to the facts a round's result rests on: many revealed rounds in five queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.db.models import BooleanField, ExpressionWrapper, Q

from assessments.domain.round_facts import Basis, Questionnaire, RatedDimension, RatedItem, RatedRound
from assessments.models import Assessment, Consensus, Instrument, InstrumentItem, Rater, Rating


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """All that was said in one revealed round, on the program as a whole.

    None of it changes any more but the agreed values, and those not once the round is closed.
    """

    assessment: Assessment
    questionnaire: Questionnaire
    ratings: dict[str, dict[int, int | None]] = field(default_factory=lambda: defaultdict(dict))
    role_groups: dict[int, str] = field(default_factory=dict)
    agreed: dict[str, int | None] = field(default_factory=dict)
    with_evidence: set[str] = field(default_factory=set)

    def on(self, basis: Basis) -> RatedRound:
        """What counts on this basis.

        At the reveal nothing was agreed yet, so its figures are the same however late they are computed.
        """
        return RatedRound(
            questionnaire=self.questionnaire,
            ratings=self.ratings,
            role_groups=self.role_groups,
            basis=basis,
            agreed=self.agreed if basis == "agreed" else {},
            with_evidence=frozenset(self.with_evidence),
        )


def gather(round_ids: Iterable[int]) -> list[RoundFacts]:
    """The facts of those of these rounds that are revealed, by id. Raters who were taken off count nowhere."""
    rounds = list(Assessment.objects.revealed().filter(pk__in=list(round_ids)).select_related("instrument"))
    items = _items({one.instrument_id for one in rounds})
    asked = {instrument: _questionnaire(mine) for instrument, mine in items.items()}
    found = {one.pk: RoundFacts(one, asked[one.instrument_id]) for one in rounds}
    keys = {item.pk: item.key for mine in items.values() for item in mine}
    _add_raters(found)
    _add_ratings(found, keys)
    _add_agreed(found, keys)
    return [found[round_id] for round_id in sorted(found)]


def _items(instruments: Iterable[int]) -> dict[int, list[InstrumentItem]]:
    rows = InstrumentItem.objects.filter(instrument__in=instruments).select_related("instrument", "dimension")
    by_instrument: dict[int, list[InstrumentItem]] = {}
    for item in rows.defer("instrument__text").order_by("instrument_id", "position"):
        by_instrument.setdefault(item.instrument_id, []).append(item)
    return by_instrument


def _questionnaire(items: list[InstrumentItem]) -> Questionnaire:
    instrument: Instrument = items[0].instrument
    dimensions = groupby(items, key=attrgetter("dimension.key"))
    return Questionnaire(
        low=instrument.low,
        high=instrument.high,
        dimensions=tuple(RatedDimension(key, tuple(map(_item, mine))) for key, mine in dimensions),
    )


def _item(item: InstrumentItem) -> RatedItem:
    return RatedItem(item.key, weight=item.weight, is_critical=item.is_critical, is_reversed=item.is_reversed)


def _add_raters(found: Mapping[int, RoundFacts]) -> None:
    rows = Rater.objects.standing().filter(assessment__in=found)
    for round_id, rater_id, role_group in rows.values_list("assessment_id", "pk", "role_group"):
        found[round_id].role_groups[rater_id] = role_group


def _add_ratings(found: Mapping[int, RoundFacts], keys: Mapping[int, str]) -> None:
    """What was rated, and which items somebody named evidence for."""
    is_rated = Q(value__isnull=False) | Q(is_unable=True)
    rows = (
        Rating.objects.filter(rater__assessment__in=found, rater__removed_at=None, subject=None)
        .filter(is_rated | ~Q(evidence=""))
        .annotate(
            rated=ExpressionWrapper(is_rated, BooleanField()),
            has_evidence=ExpressionWrapper(~Q(evidence=""), BooleanField()),
        )
        .values_list("rater__assessment_id", "rater_id", "item_id", "value", "rated", "has_evidence")
    )
    for round_id, rater_id, item_id, value, rated, has_evidence in rows.iterator(chunk_size=20_000):
        if rated:
            found[round_id].ratings[keys[item_id]][rater_id] = value
        if has_evidence:
            found[round_id].with_evidence.add(keys[item_id])


def _add_agreed(found: Mapping[int, RoundFacts], keys: Mapping[int, str]) -> None:
    rows = Consensus.objects.filter(assessment__in=found, subject=None)
    for round_id, item_id, value in rows.values_list("assessment_id", "item_id", "value"):
        found[round_id].agreed[keys[item_id]] = value
