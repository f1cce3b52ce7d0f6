"""Dates as people say them: 3 days ago, 12 days left, 2 days late. The clock is passed in."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

WEEK = timedelta(days=7)
Teller = Callable[[date | datetime], SafeString]


def ago(moment: date | datetime, *, now: datetime) -> SafeString:
    """When something happened, as a <time>: the hour today, the days this week, else the date."""
    return teller(now=now)(moment)


def teller(*, now: datetime) -> Teller:
    """As `ago`, for many moments: the zone and the language of the reader are asked for once."""
    zone, language = timezone.get_current_timezone(), get_language()
    today = now.astimezone(zone).date()

    def tell(moment: date | datetime) -> SafeString:
        if not isinstance(moment, datetime):
            return _time(moment.isoformat(), _day_said(moment, today, language))
        here = moment.astimezone(zone)
        said = _hour_said(here) if here.date() == today else _day_said(here.date(), today, language)
        return _time(moment.isoformat(timespec="seconds"), said)

    return tell


def _time(machine: str, said: SafeString) -> SafeString:
    return mark_safe(f'<time datetime="{machine}">{said}</time>')


def _hour_said(moment: datetime) -> SafeString:
    return escape(gettext("today at %(time)s") % {"time": date_format(moment, "TIME_FORMAT")})


@lru_cache(maxsize=1024)
def _day_said(day: date, today: date, _language: str | None) -> SafeString:
    days = (today - day).days
    if days == 0:
        return escape(gettext("today"))
    if days == 1:
        return escape(gettext("yesterday"))
    if 1 < days < WEEK.days:
        return escape(ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days})
    return escape(date_format(day, "SHORT_DATE_FORMAT"))


def left(day: date, *, today: date) -> tuple[str, str]:
    """The kind of tag for a due date, and its words: how many days are left, or how late it is."""
    days = (day - today).days
    if days < 0:
        return "bad", ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": -days}
    if days == 0:
        return "warn", gettext("due today")
    kind = "warn" if days < WEEK.days else "calm"
    return kind, ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
