"""Dates as people say them: 3 days ago, 12 days left, 2 days late. The clock is passed in."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

WEEK = timedelta(days=7)


def ago(moment: date | datetime, *, now: datetime) -> SafeString:
    """When something happened, as a <time>: the hour today, the days this week, else the date."""
    machine = moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, _said(moment, now))


def _said(moment: date | datetime, now: datetime) -> str:
    today = timezone.localtime(now).date()
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    days = (today - day).days
    if days == 0 and isinstance(moment, datetime):
        return gettext("today at %(time)s") % {"time": date_format(timezone.localtime(moment), "TIME_FORMAT")}
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if 1 < days < WEEK.days:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    return date_format(day, "SHORT_DATE_FORMAT")


def left(day: date, *, today: date) -> tuple[str, str]:
    """The kind of tag for a due date, and its words: how many days are left, or how late it is."""
    days = (day - today).days
    if days < 0:
        return "bad", ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": -days}
    if days == 0:
        return "warn", gettext("due today")
    kind = "warn" if days < WEEK.days else "calm"
    return kind, ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
