"""Rounds with their figures kept, as a worker leaves them; large ones without a save for every rating."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assessments.domain import result_keeping, rounds
from assessments.models import Assessment, Consensus, Instrument, Rater, Rating, Statement
from assessments.tests.round_cases import CLOSED, DISCUSSING, add_rater, make_round, settle
from programs.models import Program

GROUPS = ("team", "team", "team", "ministry", "ministry", "partner")
Values = Callable[[int, int], int | None]  # by place of the rater and of the item


def scored_round(program: Program, *, state: str = CLOSED, **fields: Any) -> Assessment:
    """As `make_round`, and the worker has been there."""
    found = make_round(program, state=state, **fields)
    result_keeping.keep([found.pk])
    return found


def settle_each(found: Assessment, values: Mapping[str, int], *, reason: str = "We agree.") -> None:
    """Items by key at a value of their own; all others are left open."""
    settle(found, left=[item.key for item in found.instrument.items.all() if item.key not in values])
    for key, value in values.items():
        Consensus.objects.filter(assessment=found, item__key=key).update(value=value, reason=reason)


def large_round(
    program: Program,
    instrument: Instrument,
    *,
    state: str = CLOSED,
    groups: Sequence[str] = GROUPS,
    values: Values = lambda rater, item: (rater + item) % 4,
    **fields: Any,
) -> Assessment:
    """A round of many ratings: `values` says what each rater says of each item, None that they are not able."""
    by = program.created_by
    found = make_round(program, raters=[], state="setup", instrument=instrument, **fields)
    raters = [add_rater(found, (f"Rater {place}", group)) for place, group in enumerate(groups)]
    rounds.open_for_rating(found, by=by)
    rows = list(Rating.objects.filter(rater__assessment=found).select_related("item"))
    places = {rater.pk: place for place, rater in enumerate(raters)}
    for row in rows:
        row.value = values(places[row.rater_id], row.item.position)
        row.is_unable = row.value is None
        row.comment = "Seen in two districts." if (places[row.rater_id] + row.item.position) % 7 == 0 else ""
        row.evidence = "The report of June." if row.item.position % 3 == 0 else ""
    Rating.objects.bulk_update(rows, ["value", "is_unable", "comment", "evidence"], batch_size=500)
    rounds.reveal(found, by=by)
    found.refresh_from_db()
    if state != DISCUSSING:
        _agree(found)
        _dissent(found, raters[0])
        rounds.close(found, by=by)
        found.refresh_from_db()
    result_keeping.keep([found.pk])
    return found


def _agree(found: Assessment) -> None:
    """On what is most said, but for one item that stays open."""
    settle(found, left=[found.instrument.items.order_by("position")[6].key])
    for row in found.consensuses.filter(state=Consensus.State.AGREED).select_related("item"):
        said = sorted(
            Rating.objects.filter(rater__assessment=found, item=row.item_id)
            .values_list("value", flat=True)
            .exclude(value=None)
        )
        Consensus.objects.filter(pk=row.pk).update(
            value=said[len(said) // 2], reason="Most of us saw this in the field."
        )


def _dissent(found: Assessment, rater: Rater) -> None:
    first = found.consensuses.order_by("place")[0]
    words = {"kind": Statement.Kind.DISSENT, "value": 0, "text": "Nobody could show it to me."}
    Statement.objects.create(consensus=first, rater=rater, **words)
