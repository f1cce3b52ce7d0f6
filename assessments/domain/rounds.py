"""A round from its set-up to its closing: every verb under a lock of the round, each logged once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.domain import discussion_order
from assessments.models import Assessment, Consensus, Instrument, Rater, Rating
from journal import once
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Program
from programs.standing import Can, require
from scaleup import doorbell

KIND = "round"
SCORE = "assessments.tasks.score_round"


class Refused(Exception):
    """This cannot be done with the round now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is agreed about a round before it begins."""

    title: str
    due_on: date | None
    facilitator: User
    keyer: User | None = None
    names: str = Assessment.Names.AGREED
    is_for_donors: bool = True
    target: float = 2 / 3


@transaction.atomic
def set_up(
    program: Program,
    instrument: Instrument,
    setting: Setting,
    *,
    previous: Assessment | None = None,
    by: User,
    key: str = "",
) -> Assessment:
    """A new round, perhaps after an earlier one (see `repeating`). The same key again gives the same round.

    Raises Refused, or PermissionDenied for who may not run rounds here.
    """
    require(by, program.pk, Can.RUN_ROUNDS)
    if done := once.earlier(key, by=by):
        return Assessment.objects.get(pk=done.object_id)
    if instrument.state != Instrument.State.PUBLISHED:
        raise Refused(_("Only a published instrument can be rated with."))
    _refuse_strangers(setting, program)
    assessment = Assessment.objects.create(
        program=program, instrument=instrument, previous=previous, created_by=by, **_columns(setting)
    )
    _log("set_up", assessment, by=by, new={"title": setting.title, "instrument": str(instrument)}, key=key)
    return assessment


@transaction.atomic
def change(assessment: Assessment, setting: Setting, *, by: User) -> None:
    """Changes what was agreed, until the round is closed. Raises Refused or PermissionDenied."""
    held = hold(assessment, by=by)
    if held.is_closed:
        raise Refused(_("This round is closed and never changes."))
    _refuse_strangers(setting, held.program)
    if held.raters.standing().filter(user=setting.facilitator).exists():
        raise Refused(
            _("%(name)s rates in this round, and whoever runs it never rates.") % {"name": setting.facilitator}
        )
    for name, value in _columns(setting).items():
        setattr(held, name, value)
    held.revision += 1
    held.save()
    _log("changed_round", held, by=by, new={"title": setting.title})


@transaction.atomic
def open_for_rating(assessment: Assessment, *, by: User) -> None:
    """Opens a round: from now on its raters rate, blind. Raises Refused while something is missing."""
    held = hold(assessment, by=by)
    if held.state != Assessment.State.SETUP:
        raise Refused(_("This round was opened already."))
    standing = list(held.raters.standing())
    if not standing:
        raise Refused(_("Add at least one rater first."))
    if held.due_on is None:
        raise Refused(_("Say until when people shall rate."))
    held.state, held.opened_at = Assessment.State.RATING, timezone.now()
    held.save(update_fields=["state", "opened_at"])
    ask(standing, instrument=held.instrument)
    _log("opened", held, by=by, new={"raters": len(standing)})


@transaction.atomic
def reveal(assessment: Assessment, *, by: User) -> None:
    """Shows all ratings to everybody in the room, at once and for good. Raises Refused.

    Waits for saves that hold the round (see `rating.LOCKED`); those that come later are refused.
    """
    held = hold(assessment, by=by)
    if held.state != Assessment.State.RATING:
        raise Refused(_("The ratings of this round were revealed already."))
    if not Rating.objects.filter(rater__assessment=held, rater__removed_at=None, value__isnull=False).exists():
        raise Refused(_("Nobody has rated anything yet, so there is nothing to reveal."))
    held.state, held.revealed_at, held.revealed_by = Assessment.State.DISCUSSING, timezone.now(), by
    held.revision += 1
    held.save(update_fields=["state", "revealed_at", "revealed_by", "revision"])
    order = discussion_order.most_disputed_first(held)
    Consensus.objects.bulk_create(
        Consensus(assessment=held, item_id=item_id, place=place) for place, item_id in enumerate(order, start=1)
    )
    _log("revealed", held, by=by, new={"raters": held.raters.standing().count()})
    doorbell.ring(SCORE, held.pk)


@transaction.atomic
def close(assessment: Assessment, *, by: User) -> None:
    """Ends a round for good, once every item is settled or left open with a reason. Raises Refused."""
    held = hold(assessment, by=by)
    if held.state != Assessment.State.DISCUSSING:
        raise Refused(_("Only a round in discussion can be closed."))
    open_count = held.consensuses.filter(state=Consensus.State.OPEN).count()
    if open_count:
        raise Refused(
            _("%(count)s items are not settled yet. Agree on a value, or leave them open with a reason.")
            % {"count": open_count}
        )
    held.state, held.closed_at, held.closed_by = Assessment.State.CLOSED, timezone.now(), by
    held.revision += 1
    held.save(update_fields=["state", "closed_at", "closed_by", "revision"])
    _log("closed", held, by=by)
    doorbell.ring(SCORE, held.pk)  # whose result then marks the program's readiness as out of date


@transaction.atomic
def discard(assessment: Assessment, *, by: User) -> None:
    """Takes back a round that was never opened. Raises Refused."""
    held = hold(assessment, by=by)
    if held.state != Assessment.State.SETUP:
        raise Refused(_("Only a round that was never opened can be taken back."))
    _log("discarded", held, by=by, new={"title": held.title})
    held.delete()


def hold(assessment: Assessment, *, by: User | None = None) -> Assessment:
    """The round, locked until the transaction ends; with `by`, for somebody who may run it.

    Raises PermissionDenied with a sentence.
    """
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("program", "instrument")
    held = rows.get(pk=assessment.pk)
    if by is not None:
        require(by, held.program_id, Can.RUN_ROUNDS)
        if is_rater(held, by):
            raise PermissionDenied(_("You rate in this round, so somebody else runs it."))
    return held


def is_rater(assessment: Assessment, user: User) -> bool:
    return assessment.raters.standing().filter(user=user).exists()


def ask(raters: Iterable[Rater], *, instrument: Instrument) -> None:
    """Makes the rows these raters fill: one for every item of their dimensions. Those that are there stay."""
    items = list(instrument.items.select_related("dimension"))
    Rating.objects.bulk_create(
        (
            Rating(rater=rater, item=item)
            for rater in raters
            for item in items
            if not rater.parts or item.dimension.key in rater.parts
        ),
        ignore_conflicts=True,
    )


def touch(assessment: Assessment) -> None:
    """Something happened in the room that everybody there should see."""
    assessment.revision += 1
    assessment.save(update_fields=["revision"])


def settled(program_id: int) -> None:
    """A closed round counts for the program's readiness: it is computed anew."""
    mark_stale(program_id)


def _refuse_strangers(setting: Setting, program: Program) -> None:
    """Whoever runs the round or types in sheets must be allowed to."""
    try:
        require(setting.facilitator, program.pk, Can.RUN_ROUNDS)
        if setting.keyer:
            require(setting.keyer, program.pk, Can.READ)
    except PermissionDenied:
        raise Refused(_("Choose somebody who works with this program.")) from None


def _columns(setting: Setting) -> dict[str, Any]:
    return {name: getattr(setting, name) for name in Setting.__dataclass_fields__}


def _log(verb: str, assessment: Assessment, *, by: User, new: Any = None, key: str = "") -> None:
    new = {"title": assessment.title} | (new or {})
    record(verb, KIND, assessment.pk, by=by, program_id=assessment.program_id, new=new, key=key)
