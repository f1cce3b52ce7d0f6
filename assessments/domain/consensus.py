"""What the room makes of each item: an agreed value or a reason to leave it open, and what people say on the way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.domain import rounds
from assessments.domain.rating_scores import change_needs_reason
from assessments.domain.rounds import Refused
from assessments.models import Assessment, Consensus, Rater, Rating, Statement
from journal import once
from journal.record import record
from programs.standing import Can, require

FEWEST_ALIKE = 2  # raters who must have given the same value for it to be agreed with one click


class ReasonNeeded(Refused):
    """This value needs a reason, or another value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of an item. Only raters give a value, and only raters disagree."""

    text: str
    kind: str = Statement.Kind.REMARK
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """The answers to one item."""

    values: Sequence[int]
    unable: int

    def all_gave(self, value: int) -> bool:
        return bool(self.values) and not self.unable and set(self.values) == {value}


@transaction.atomic
def agree(consensus: Consensus, value: int, *, reason: str = "", by: User, key: str = "") -> None:
    """Settles an item with a value. Raises ReasonNeeded, Refused, or PermissionDenied."""
    held, mine = _hold(consensus, by=by, key=key)
    if mine is None:
        return
    _refuse_settled(mine)
    if value not in {level["value"] for level in held.instrument.scale}:
        raise Refused(_("Choose one of the levels shown."))
    if not reason:
        _ask_for_reason(held, mine, value)
    _settle(mine, Consensus.State.AGREED, value=value, reason=reason, by=by)
    _log("settled", held, mine.item.number, by=by, key=key, value=value, label=_label(held, value), reason=reason)
    rounds.touch(held)


@transaction.atomic
def leave_open(consensus: Consensus, *, reason: str, by: User, key: str = "") -> None:
    """Leaves an item without a value, and says why. Raises ReasonNeeded, Refused, or PermissionDenied."""
    held, mine = _hold(consensus, by=by, key=key)
    if mine is None:
        return
    _refuse_settled(mine)
    if not reason:
        raise ReasonNeeded(_("Write why the item stays open."))
    _settle(mine, Consensus.State.LEFT, reason=reason, by=by)
    _log("left_open", held, mine.item.number, by=by, key=key, reason=reason)
    rounds.touch(held)


@transaction.atomic
def reopen(consensus: Consensus, *, by: User) -> None:
    """Takes up an item again; what was settled stays in the history. Raises Refused or PermissionDenied."""
    held, mine = _hold(consensus, by=by)
    if mine is None or mine.state == Consensus.State.OPEN:
        return
    was = {"state": mine.state, "value": mine.value, "reason": mine.reason}
    mine.state, mine.value, mine.reason = Consensus.State.OPEN, None, ""
    mine.settled_by = mine.settled_at = None
    mine.save()
    _log("reopened_item", held, mine.item.number, by=by, old=was)
    rounds.touch(held)


@transaction.atomic
def agree_where_unanimous(assessment: Assessment, *, by: User) -> list[str]:
    """Settles every open item on which at least two raters gave one and the same value and nobody was unable.

    Those whose value fell or leapt since the last round stay open: they need a reason. Returns the numbers of
    the items, by number. Raises Refused or PermissionDenied.
    """
    held = _hold_round(assessment, by=by)
    given, last, now = given_in(held), last_agreed(held), timezone.now()
    waiting = held.consensuses.select_related("item").filter(state=Consensus.State.OPEN).order_by("item__position")
    found = []
    for mine in waiting:
        value = unanimous_value(mine, given[mine.item_id], last=last.get(mine.item.key))
        if value is None:
            continue
        mine.state, mine.value, mine.settled_by, mine.settled_at = Consensus.State.AGREED, value, by, now
        found.append(mine)
    if found:
        Consensus.objects.bulk_update(found, ["state", "value", "settled_by", "settled_at"])
        rounds.touch(held)
    for mine in found:
        _log("settled", held, mine.item.number, by=by, value=mine.value, label=_label(held, mine.value), reason="")
    return [mine.item.number for mine in found]


@transaction.atomic
def say(
    consensus: Consensus, said: Said, *, rater: Rater | None = None, by: User | None = None, key: str = ""
) -> Statement | None:
    """Keeps what somebody says of an item, while the round is in discussion; None if this key said it before.

    By a rater (`by` too, if that is who is signed in), by somebody who may write remarks, or by who runs the
    round for a rater at the table (`rater` and `by`). Raises Refused or PermissionDenied.
    """
    if once.earlier(key, by=by):
        return None
    held = _in_discussion(rounds.hold(consensus.assessment))
    _refuse_speaker(held, rater, by)
    if not said.text:
        raise Refused(_("Write what there is to say."))
    if rater is None and (said.value is not None or said.kind == Statement.Kind.DISSENT):
        raise Refused(_("Only raters disagree or name a value. Write a remark, or choose who says it."))
    if said.value is not None and said.value not in {level["value"] for level in held.instrument.scale}:
        raise Refused(_("Choose one of the levels shown."))
    new = Statement.objects.create(
        consensus=consensus, rater=rater, user=by, kind=said.kind, value=said.value, text=said.text
    )
    name = rater.name if rater else by.name if by else ""
    _log("said", held, consensus.item.number, by=by, key=key, name=name, kind=said.kind)
    rounds.touch(held)
    return new


def unanimous_value(consensus: Consensus, given: Given, *, last: int | None) -> int | None:
    """The value that enough raters gave and nobody else another one or none, if it needs no reason beside `last`."""
    if len(given.values) < FEWEST_ALIKE or not given.all_gave(given.values[0]):
        return None
    return None if _is_leap(consensus, given.values[0], last) else given.values[0]


def given_in(assessment: Assessment, item_id: int | None = None) -> Mapping[int, Given]:
    """The answers of all standing raters by item, the values in rising order; those who did not rate are left out."""
    rated = Rating.objects.filter(rater__assessment=assessment, rater__removed_at=None)
    if item_id is not None:
        rated = rated.filter(item=item_id)
    values: dict[int, list[int]] = defaultdict(list)
    unable: dict[int, int] = defaultdict(int)
    for found_id, value, is_unable in rated.order_by("value").values_list("item", "value", "is_unable"):
        if is_unable:
            unable[found_id] += 1
        elif value is not None:
            values[found_id].append(value)
    found = {key: Given(values[key], unable[key]) for key in {*values, *unable}}
    return defaultdict(lambda: Given((), 0), found)


def last_agreed(assessment: Assessment) -> Mapping[str, int]:
    """What the round before agreed on, by item key: once it is closed, on the same scale, read the same way round."""
    before = assessment.previous
    if before is None or not before.is_closed or _values(before) != _values(assessment):
        return {}
    reversed_now = dict(assessment.instrument.items.values_list("key", "is_reversed"))
    agreed = before.consensuses.filter(state=Consensus.State.AGREED)
    rows = agreed.values_list("item__key", "item__is_reversed", "value")
    same_way = ((key, value) for key, was_reversed, value in rows if reversed_now.get(key) == was_reversed)
    return {key: value for key, value in same_way if value is not None}


def _hold(consensus: Consensus, *, by: User, key: str = "") -> tuple[Assessment, Consensus | None]:
    """The round and the item, both locked; no item if this key did its thing before."""
    if once.earlier(key, by=by):
        return consensus.assessment, None
    held = _hold_round(consensus.assessment, by=by)
    mine = Consensus.objects.select_related("item").select_for_update(of=("self",)).get(pk=consensus.pk)
    return held, mine


def _hold_round(assessment: Assessment, *, by: User) -> Assessment:
    return _in_discussion(rounds.hold(assessment, by=by))


def _in_discussion(held: Assessment) -> Assessment:
    if held.is_closed:
        raise Refused(_("This round is closed and never changes."))
    if held.state != Assessment.State.DISCUSSING:
        raise Refused(_("The ratings of this round are not revealed yet."))
    return held


def _refuse_settled(mine: Consensus) -> None:
    """A second person at the same item is told what the first one did, instead of undoing it."""
    if mine.state == Consensus.State.OPEN:
        return
    about = {"name": mine.settled_by, "value": mine.value}
    if mine.state == Consensus.State.LEFT:
        raise Refused(_("%(name)s left this item open meanwhile. Take it up again to change that.") % about)
    raise Refused(_("%(name)s settled this item at %(value)s meanwhile. Take it up again to change that.") % about)


def _ask_for_reason(held: Assessment, mine: Consensus, value: int) -> None:
    last = last_agreed(held).get(mine.item.key)
    if _is_leap(mine, value, last):
        raise ReasonNeeded(
            _("In the last round it was %(last)s. Write what explains the change to %(value)s.")
            % {"last": last, "value": value}
        )
    if not given_in(held, mine.item_id)[mine.item_id].all_gave(value):
        raise ReasonNeeded(_("Not every rater gave this value. Write why the room agrees on it."))


def _is_leap(mine: Consensus, value: int, last: int | None) -> bool:
    return change_needs_reason(last, value, is_reversed=mine.item.is_reversed)


def _settle(mine: Consensus, state: str, *, value: int | None = None, reason: str, by: User) -> None:
    mine.state, mine.value, mine.reason = state, value, reason
    mine.settled_by, mine.settled_at = by, timezone.now()
    mine.save()


def _refuse_speaker(held: Assessment, rater: Rater | None, by: User | None) -> None:
    if rater is not None and (rater.assessment_id != held.pk or rater.removed_at):
        raise Refused(_("Choose one of the raters of this round."))
    if by is None or (rater is not None and rater.user_id == by.pk):
        return
    require(by, held.program_id, Can.REMARK if rater is None else Can.RUN_ROUNDS)
    if rater is not None and rounds.is_rater(held, by):
        raise PermissionDenied(_("You rate in this round, so you speak for yourself alone."))


def _values(assessment: Assessment) -> list[int]:
    return [level["value"] for level in assessment.instrument.scale]


def _label(assessment: Assessment, value: int | None) -> str:
    return next((level["label"] for level in assessment.instrument.scale if level["value"] == value), "")


def _log(
    verb: str, held: Assessment, item: str, *, by: User | None, key: str = "", old: Any = None, **details: Any
) -> None:
    new = {"title": held.title, "item": item} | details
    record(verb, rounds.KIND, held.pk, by=by, program_id=held.program_id, old=old, new=new, key=key)
