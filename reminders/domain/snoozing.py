"""Putting off something one owes: reminders stop until a day, with a reason that facilitators read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from programs.domain import owed
from programs.domain.owed import RULES, Owed
from programs.standing import Can, readable_by, require
from reminders.domain import listening, noticing
from reminders.domain.noticing import Telling
from reminders.models import Notice, Snooze

KIND = "snooze"
LONGEST = timedelta(days=60)
DAY = timedelta(days=1)
Key = tuple[int, str, int]


class Refused(Exception):
    """It cannot be put off until that day; the message says why."""


class NotOwed(Exception):
    """There is nothing to put off: it is done, or somebody else's."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause with what it is about, as it stood when it was put off."""

    snooze: Snooze
    thing: Owed


def latest(thing: Owed, *, today: date) -> date:
    """Until when at most: the day it is due, while that is ahead; a later day would be a new date."""
    last = today + LONGEST
    return min(last, thing.due_on) if thing.due_on and thing.due_on > today else last


def find(user: User, kind: str, subject_id: int, *, today: date) -> Owed | None:
    """The thing, if they owe it."""
    things = owed.of([user.pk], today=today)
    return next((one for one in things if (one.kind, one.subject_id) == (kind, subject_id)), None)


@transaction.atomic
def put_off(thing: Owed, *, until_on: date, reason: str, today: date, by: User, key: str = "") -> Snooze | None:
    """Has reminders of it stop for this person until the day; an earlier pause ends. None: done before, by this form.

    Raises Refused, NotOwed or PermissionDenied.
    """
    if once.earlier(key, by=by):
        return None
    require(by, thing.program_id, Can.READ)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one pause at a time
    now = find(by, thing.kind, thing.subject_id, today=today)
    if now is None:
        raise NotOwed
    if not today < until_on <= latest(now, today=today):
        raise Refused(_refusal(now, today=today))
    mine = Snooze.objects.filter(user=by, kind=now.kind, subject_id=now.subject_id, ended_at=None)
    mine.update(ended_at=Now())
    made = Snooze.objects.create(
        user=by,
        program_id=now.program_id,
        kind=now.kind,
        subject_id=now.subject_id,
        facts=noticing.facts_of(now),
        until_on=until_on,
        reason=reason,
    )
    said = {"until_on": until_on.isoformat(), "reason": reason}
    record("put_off", KIND, made.pk, by=by, program_id=now.program_id, new=said, key=key)
    return made


@transaction.atomic
def end(snooze: Snooze, *, by: User) -> bool:
    """Ends one's own pause before its day; False if it was over already."""
    ended = Snooze.objects.filter(pk=snooze.pk, user=by, ended_at=None).update(ended_at=Now())
    if ended:
        record("taken_up", KIND, snooze.pk, by=by, program_id=snooze.program_id, new={"reason": snooze.reason})
    return bool(ended)


def of_number(user: User, snooze_id: int) -> Snooze | None:
    """One of theirs, also when it is over."""
    return Snooze.objects.filter(pk=snooze_id, user=user).select_related("program").first()


def running_now(*, today: date) -> QuerySet[Snooze]:
    """Pauses that are not over, of kinds there are."""
    rows = Snooze.objects.filter(ended_at=None, until_on__gt=today, kind__in=list(RULES))
    return rows.select_related("program", "user")


def of_user(user: User, *, today: date) -> list[Pause]:
    """What they put off and may still see, the pause that ends first first."""
    rows = running_now(today=today).filter(user=user, program__in=readable_by(user))
    return in_words(rows.order_by("until_on", "pk"))


def in_words(rows: Iterable[Snooze]) -> list[Pause]:
    return [Pause(one, noticing.owed_of(one)) for one in rows]


def running(things: Collection[Key], *, today: date) -> dict[Key, Snooze]:
    """The pauses of these things, each named by who owes it, its kind and its number."""
    if not things:
        return {}
    rows = Snooze.objects.filter(user__in={owner for owner, _kind, _pk in things}, ended_at=None, until_on__gt=today)
    found = rows.filter(subject_id__in={pk for _owner, _kind, pk in things})
    return {key_of(one): one for one in found if key_of(one) in things}


def key_of(one: Snooze | Owed) -> Key:
    return (one.user_id, one.kind, one.subject_id)


def until(user_ids: Iterable[int], *, first: date) -> dict[Key, date]:
    """Until when they put off what, of pauses that reach to `first` or beyond."""
    rows = Snooze.objects.filter(user__in=list(user_ids), ended_at=None, until_on__gte=first)
    return {(user, kind, pk): day for user, kind, pk, day in rows.values_list("user", "kind", "subject_id", "until_on")}


def over(*, first: date, last: date) -> Iterator[Snooze]:
    """Pauses that end on one of these days, person by person."""
    rows = Snooze.objects.filter(ended_at=None, until_on__range=(first, last))
    return rows.order_by("user_id", "pk").iterator()


def tellings(pauses: Mapping[int, Sequence[Snooze]], *, now: datetime, first: date) -> Iterator[Telling]:
    """What these people are to be told again now that the pause is over, if they owe it still."""
    things: dict[int, dict[Key, Owed]] = defaultdict(dict)
    for one in owed.of(pauses, today=now.date()):
        things[one.user_id][key_of(one)] = one
    for listener in listening.among(things, now=now, first=first):
        for pause in pauses[listener.user.pk]:
            thing = things[listener.user.pk].get(key_of(pause))
            if thing and first <= pause.until_on <= listener.today:
                yield listener.hears(thing, Notice.Reason.SNOOZED, anchor_on=pause.until_on, occurrence=0)


def _refusal(thing: Owed, *, today: date) -> str:
    last = {"day": date_format(latest(thing, today=today))}
    if thing.due_on == latest(thing, today=today):
        return _("Choose a day after today, at the latest the day it is due: %(day)s.") % last
    return _("Choose a day after today, at the latest %(day)s.") % last
