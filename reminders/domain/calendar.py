"""The personal calendar feed: its secret address, and the file of what its owner owes that has a date."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from operator import attrgetter
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from journal import once
from journal.record import record
from programs.domain import owed
from programs.domain.owed import Owed
from reminders.domain import calendar_events, calendar_file, mornings, sight, wishes
from reminders.domain.calendar_events import Told
from reminders.domain.calendar_file import Entry
from reminders.models import CalendarFeed

SALT = "reminders.calendar"
ITEM_NUMBER = re.compile(r"\d+\.\d+(?= )")  # begins the subject of what belongs to an item
Alarm = CalendarFeed.Alarm


class Outdated(Exception):
    """The address was made, made anew or ended since the page was shown, in another tab perhaps."""


def feed_of(user: User) -> CalendarFeed | None:
    """The one that is open."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


def behind(token: str) -> CalendarFeed | None:
    """Whose calendar the address opens, if it still opens one."""
    rows = CalendarFeed.objects.filter(digest=_digest(token), revoked_at=None, user__is_active=True)
    return rows.select_related("user__rhythm").first()


@transaction.atomic
def make(user: User, *, instead_of: int | None, nonce: str) -> str:
    """A new address, shown this once; the feed with the number `instead_of` ends and leaves it its choices.

    The same form sent again gives the same address, for it follows from the form's nonce and our own key. Raises
    Outdated when another feed than that one is open.
    """
    token = _token(user, instead_of, nonce)
    key = once.form_key(nonce, "calendar", user.pk, instead_of)
    if once.earlier(key, by=user):
        if behind(token) is None:
            raise Outdated
    else:
        _replace(user, instead_of, digest=_digest(token), key=key)
    return urljoin(settings.PUBLIC_URL, reverse("reminders:calendar_ics", args=[token]))


@transaction.atomic
def choose(user: User, *, alarm: str, names_programs: bool) -> None:
    """How the file is written from now on. Raises Outdated when no feed is open."""
    if not CalendarFeed.objects.filter(user=user, revoked_at=None).update(alarm=alarm, names_programs=names_programs):
        raise Outdated


@transaction.atomic
def end(user: User, *, feed_id: int | None) -> None:
    """The address opens nothing any more; once it has ended, nothing happens. Raises Outdated if it is not theirs."""
    _hold(user)
    feed = CalendarFeed.objects.filter(user=user, pk=feed_id or 0).first()
    if feed is None:
        raise Outdated
    if feed.revoked_at is None:
        _revoke(feed)
        record("calendar_ended", "calendar", feed.pk, by=user)


def file_of(feed: CalendarFeed) -> bytes:
    """What its owner owes now that has a date, in their language. The same bytes until something changes."""
    with translation.override(feed.user.language):
        things = _dated(feed.user)
        return calendar_file.written(_entries(things, feed), name=_("ScaleUp: what is due"), alarm=_alarm_of(feed))


def _replace(user: User, instead_of: int | None, *, digest: str, key: str) -> None:
    _hold(user)
    old = feed_of(user)
    if (old and old.pk) != instead_of:
        raise Outdated
    new = CalendarFeed(user=user, digest=digest)
    if old:
        new.alarm, new.names_programs = old.alarm, old.names_programs
        _revoke(old)
    new.save()
    record("calendar_made", "calendar", new.pk, by=user, key=key)


def _hold(user: User) -> None:
    """Two tabs of one person come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _revoke(feed: CalendarFeed) -> None:
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])


def _token(user: User, instead_of: int | None, nonce: str) -> str:
    """The nonce is random and kept nowhere, so the address cannot be made again of anything in the database."""
    said = json.dumps([user.pk, instead_of, nonce])
    return base64.urlsafe_b64encode(salted_hmac(SALT, said, algorithm="sha256").digest()).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _dated(user: User) -> list[Owed]:
    """Of one thing with two dates the first; nothing of programs they may no longer read."""
    today = mornings.local_day(timezone.now(), user.zone)
    found = [one for one in owed.of([user.pk], today=today) if one.due_on]
    latest_first = sorted(sight.among(found, reader=user), key=attrgetter("due_on"), reverse=True)
    return list({(one.kind, one.subject_id): one for one in latest_first}.values())


def _entries(things: list[Owed], feed: CalendarFeed) -> Iterator[Entry]:
    said = [Told(one.kind, one.subject_id, one.due_on, _title(one, feed)) for one in things if one.due_on]
    events, host = calendar_events.told(feed.user, said), urlsplit(settings.PUBLIC_URL).hostname
    for one, words in zip(things, said, strict=True):
        event = events[words.key]
        yield Entry(
            uid=f"{one.kind}-{one.subject_id}-{one.user_id}@{host}",
            day=words.due_on,
            title=words.title,
            category=str(one.rule.label),
            url=urljoin(settings.PUBLIC_URL, one.url),
            sequence=event.sequence,
            changed_at=event.changed_at,
        )


def _title(one: Owed, feed: CalendarFeed) -> str:
    """Calendars are shared and shown on locked screens: the kind and a number, nothing that somebody typed."""
    item = ITEM_NUMBER.match(one.subject) if one.step and one.item_key else None
    words = {"kind": one.rule.label, "step": one.step, "item": item and item[0]}
    if item:
        what = _("%(kind)s: %(item)s") % words
    else:
        what = _("%(kind)s: step %(step)s") % words if one.step else str(one.rule.label)
    return _("%(what)s (%(program)s)") % {"what": what, "program": one.program_name} if feed.names_programs else what


def _alarm_of(feed: CalendarFeed) -> timedelta | None:
    """At the hour from which they want to be reminded."""
    if feed.alarm == Alarm.NONE:
        return None
    morning = timedelta(hours=wishes.rhythm_of(feed.user).morning)
    return morning if feed.alarm == Alarm.MORNING else morning - calendar_file.DAY
