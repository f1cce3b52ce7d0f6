"""The inbox: what somebody was told, as things are now, the newest first; read, put away, taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from dashboards.domain.paging import Order, Page, page_of
from programs.domain.owed import Owed
from reminders.domain import noticing, sight, snoozing, still
from reminders.domain.snoozing import Pause
from reminders.models import Notice, Snooze
from reminders.models.notices import NoticeQuerySet

PAGE_SIZE = 30
NEWEST = Order("pk", int, is_descending=True)


class Show(models.TextChoices):
    """What of the inbox is looked at."""

    ALL = "", _("All")
    UNREAD = "unread", _("Unread")
    PUT_OFF = "later", _("Put off")
    PUT_AWAY = "away", _("Put away")


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice in words. `pause` is that of whoever owes it, `owner` their name, where it is not the reader."""

    notice: Notice
    thing: Owed
    is_owed: bool
    may_put_off: bool = False
    pause: Snooze | None = None
    owner: str = ""

    @property
    def is_unread(self) -> bool:
        return self.notice.read_at is None

    @property
    def is_over(self) -> bool:
        """It was to be done, and that is done by now. News are never over."""
        return not self.is_owed and self.notice.reason != Notice.Reason.NEWS

    @property
    def told_on(self) -> date:
        return timezone.localdate(self.notice.told_at)

    @property
    def why(self) -> str:
        """Why it was told on that day."""
        return WHY[self.notice.reason](self)


@dataclass(frozen=True, slots=True)
class Day:
    """What was told on one day."""

    day: date
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of it. `put_away` is what was put away a moment ago."""

    show: Show
    page: Page
    days: list[Day]
    pauses: list[Pause]
    put_away: Entry | None = None


def read(user: User, *, show: str, put_away: str, today: date, after: str, before: str) -> Inbox:
    """What they were told and may still see, with what became of it."""
    chosen = Show(show) if show in Show.values else Show.ALL
    page = page_of(_rows(user, chosen), NEWEST, size=PAGE_SIZE, after=after, before=before)
    if chosen in (Show.ALL, Show.UNREAD):
        _settle_unread(user, page, is_whole=not (after or before or page.after))
    just_now = _put_away(user, put_away)
    entries = entries_of([*page.rows, *just_now], by=user, today=today)
    days = [Day(day, list(found)) for day, found in groupby(entries[: len(page.rows)], key=lambda one: one.told_on)]
    pauses = snoozing.of_user(user, today=today) if chosen == Show.PUT_OFF else []
    return Inbox(chosen, page, days, pauses, entries[-1] if just_now else None)


def find(user: User, notice_id: int) -> Notice | None:
    """One of theirs, if they may still see it; or what was told of the same thing since, on a page left open."""
    mine = sight.notices(user).select_related("program")
    return mine.filter(pk=notice_id).first() or _newer(mine, Notice.objects.filter(pk=notice_id, user=user).first())


def entries_of(notices: Sequence[Notice], *, by: User, today: date) -> list[Entry]:
    """Notices found by `sight` in words: as things are now, or as they were told when nobody owes them any more."""
    now = still.owed_now(notices, today=today)
    things = {one.pk: now.get(one.pk) or noticing.owed_of(one) for one in notices}
    pauses = snoozing.running({snoozing.key_of(one) for one in now.values()}, today=today)
    owners = _names({one.user_id for one in things.values()} - {by.pk})
    return [
        Entry(
            one,
            things[one.pk],
            is_owed=one.pk in now,
            may_put_off=one.pk in now and things[one.pk].user_id == by.pk and bool(one.is_readable),
            pause=pauses.get(snoozing.key_of(things[one.pk])),
            owner=owners.get(things[one.pk].user_id, ""),
        )
        for one in notices
    ]


@transaction.atomic
def mark_read(notice: Notice) -> None:
    """However often: it counts once."""
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=Now()):
        sight.count_unread({notice.user_id})


@transaction.atomic
def mark_all_read(user: User) -> int:
    """Also what they may not see any more; returns how many there were."""
    marked = Notice.objects.filter(user=user).unread().update(read_at=Now())
    sight.count_unread({user.pk})
    return marked


@transaction.atomic
def put_away(notice: Notice) -> None:
    """Its reader is done with it; that counts as read."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=Now())
    Notice.objects.filter(pk=notice.pk, done_at=None).update(done_at=Now())
    sight.count_unread({notice.user_id})


@transaction.atomic
def take_back(notice: Notice) -> None:
    """It is in the inbox again; once read it stays so."""
    Notice.objects.filter(pk=notice.pk).update(done_at=None)
    sight.count_unread({notice.user_id})


def _rows(user: User, show: Show) -> models.QuerySet[Notice]:
    rows = sight.notices(user).select_related("program")
    match show:
        case Show.PUT_AWAY:
            return rows.filter(done_at__isnull=False)
        case Show.PUT_OFF:
            return rows.none()
        case Show.UNREAD:
            return rows.filter(done_at=None, read_at=None)
        case _:
            return rows.filter(done_at=None)


def _settle_unread(user: User, page: Page, *, is_whole: bool) -> None:
    """Has the number in the header say what this page shows, at once when a role has ended or begun again.

    A page that holds all that is unread is counted as it stands; otherwise it costs one query.
    """
    unread = sum(one.read_at is None for one in page.rows) if is_whole else sight.notices(user).unread().count()
    if unread != user.unread_count:
        user.unread_count = unread
        with transaction.atomic():
            sight.count_unread({user.pk})


def _put_away(user: User, number: str) -> list[Notice]:
    """What an address says was put away a moment ago, if that is so."""
    if not number.isascii() or not number.isdigit() or len(number) > len(str(2**62)):
        return []
    return [one for one in [find(user, int(number))] if one and one.done_at]


def _newer(mine: NoticeQuerySet, older: Notice | None) -> Notice | None:
    """What stands in the inbox of the thing instead of an earlier word on it."""
    if older is None or older.reason == Notice.Reason.NEWS:
        return None
    same = mine.filter(kind=older.kind, subject_id=older.subject_id, pk__gt=older.pk)
    return same.exclude(reason=Notice.Reason.NEWS).order_by("pk").last()


def _names(user_ids: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name")) if user_ids else {}


def _due_why(entry: Entry) -> str:
    days, has_date = entry.notice.occurrence, entry.notice.facts["due_on"] is not None
    if days < 0:
        words = ngettext("told %(count)s day before it is due", "told %(count)s days before it is due", -days)
        return words % {"count": -days}
    if has_date and days == 0:
        return say("told on the day it is due")
    if has_date:
        words = ngettext("told when it was %(count)s day late", "told when it was %(count)s days late", days)
    else:
        words = ngettext(
            "told when it had waited for %(count)s day", "told when it had waited for %(count)s days", days
        )
    return words % {"count": days}


def _escalated_why(entry: Entry) -> str:
    days = {"name": entry.owner, "count": entry.notice.occurrence}
    words = ngettext(
        "you heard of it because %(name)s was %(count)s day late",
        "you heard of it because %(name)s was %(count)s days late",
        entry.notice.occurrence,
    )
    return words % days


WHY: Mapping[str, Callable[[Entry], str]] = {
    Notice.Reason.DUE: _due_why,
    Notice.Reason.ESCALATED: _escalated_why,
    Notice.Reason.SNOOZED: lambda _entry: say("you put it off until this day"),
    Notice.Reason.NEWS: lambda _entry: say("news"),
}
