"""A round from its set-up to its closing: every verb under a lock of the round, each logged once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import LockNotAvailable

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
LINKS_OUTLIVE_DUE = timedelta(days=30)
LINKS_WITHOUT_DUE = timedelta(days=60)
LINKS_OUTLIVE_CLOSING = timedelta(days=14)  # so that whoever gave their time can read what came of it


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
    _log("set_up", assessment, by=by, new={"instrument": str(instrument)}, key=key)
    if setting.keyer:
        _log("keyer_named", assessment, by=by, new={"name": str(setting.keyer)})
    return assessment


@transaction.atomic
def change(assessment: Assessment, setting: Setting, *, by: User) -> None:
    """Changes what was agreed, until the round is closed. Raises Refused or PermissionDenied."""
    held = hold(assessment, by=by)
    if held.is_closed:
        raise Refused(_("This round is closed and never changes."))
    _refuse_strangers(setting, held.program)
    _refuse_raters(held, setting)
    if held.state != Assessment.State.SETUP:
        _refuse_broken_promises(held, setting)
    if all(getattr(held, name) == value for name, value in _columns(setting).items()):
        return
    is_new_keyer = setting.keyer is not None and setting.keyer != held.keyer
    if setting.due_on != held.due_on:
        _move_links(held, setting.due_on)
    for name, value in _columns(setting).items():
        setattr(held, name, value)
    held.revision += 1
    held.save()
    _log("changed_round", held, by=by)
    if is_new_keyer:
        _log("keyer_named", held, by=by, new={"name": str(setting.keyer)})


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
            ngettext(
                "%(count)s item is not settled yet. Agree on a value, or leave it open with a reason.",
                "%(count)s items are not settled yet. Agree on a value, or leave them open with a reason.",
                open_count,
            )
            % {"count": open_count}
        )
    held.state, held.closed_at, held.closed_by = Assessment.State.CLOSED, timezone.now(), by
    held.revision += 1
    held.save(update_fields=["state", "closed_at", "closed_by", "revision"])
    last_day = held.closed_at + LINKS_OUTLIVE_CLOSING
    held.raters.filter(link_expires_at__gt=last_day).update(link_expires_at=last_day)
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

    Raises PermissionDenied with a sentence, or Refused when saves keep it busy for longer than locks wait.
    """
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("program", "instrument")
    try:
        held = rows.get(pk=assessment.pk)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Refused(_("Many people are saving at this moment. Wait a few seconds, then try again.")) from error
        raise
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


def links_end_at(due_on: date | None) -> datetime:
    """When a personal link ends if the round is still open then: some time after the day to rate until."""
    if due_on is None:
        return timezone.now() + LINKS_WITHOUT_DUE
    due = timezone.make_aware(datetime.combine(due_on, time.max))
    return max(due, timezone.now()) + LINKS_OUTLIVE_DUE


def _move_links(held: Assessment, due_on: date | None) -> None:
    """Links move with the day; those that ended stay so."""
    living = held.raters.standing().exclude(link_digest="").filter(link_expires_at__gt=timezone.now())
    living.update(link_expires_at=links_end_at(due_on))


def _refuse_strangers(setting: Setting, program: Program) -> None:
    """Whoever runs the round or types in sheets must be allowed to."""
    try:
        require(setting.facilitator, program.pk, Can.RUN_ROUNDS)
        if setting.keyer:
            require(setting.keyer, program.pk, Can.READ)
    except PermissionDenied:
        raise Refused(_("Choose somebody who works with this program.")) from None


def _refuse_raters(held: Assessment, setting: Setting) -> None:
    """Whoever runs the round or types in sheets rates nothing; sheets need somebody who types them in."""
    standing = held.raters.standing()
    if standing.filter(user=setting.facilitator).exists():
        raise Refused(
            _("%(name)s rates in this round, and whoever runs it never rates.") % {"name": setting.facilitator}
        )
    if setting.keyer and standing.filter(user=setting.keyer).exists():
        raise Refused(
            _("%(name)s rates in this round, and whoever types in sheets never rates.") % {"name": setting.keyer}
        )
    if setting.keyer is None and standing.filter(is_on_paper=True).exists():
        raise Refused(_("Somebody rates on paper in this round: say who types in the sheets."))


def _refuse_broken_promises(held: Assessment, setting: Setting) -> None:
    """Raters were told who sees what: from then on it can only become less. Their day may move."""
    if setting.due_on is None:
        raise Refused(_("Say until when people shall rate."))
    if setting.names != held.names and setting.names != Assessment.Names.NEVER:
        raise Refused(_("Raters were told that names never stand beside ratings, and so it stays."))
    if setting.is_for_donors and not held.is_for_donors:
        raise Refused(_("Raters were told that donors do not read the result, and so it stays."))


def _columns(setting: Setting) -> dict[str, Any]:
    return {name: getattr(setting, name) for name in Setting.__dataclass_fields__}


def _log(verb: str, assessment: Assessment, *, by: User, new: Any = None, key: str = "") -> None:
    new = {"title": assessment.title} | (new or {})
    record(verb, KIND, assessment.pk, by=by, program_id=assessment.program_id, new=new, key=key)
