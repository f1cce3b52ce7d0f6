"""What the portfolio table has by the dozen: its rows, and what there is to choose from above them.

They have few different words: what names no program is drawn once and kept, for each language.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from assessments.domain.results import Ratio
from dashboards.domain.table import Row
from dashboards.presenting import place
from dashboards.templatetags import numbers
from programs.models import Attention, Band
from scaleup.addresses import address
from scaleup.ui import path_mini, tags, times

register = template.Library()

NEEDS: dict[int, tuple[str, str]] = {
    Attention.WAITING: ("calm", "waiting"),
    Attention.RETURNED: ("warn", "returned"),
    Attention.STUCK: ("bad", "clock"),
    Attention.HOLD: ("warn", "pause"),
    Attention.MOVING: ("plain", ""),
    Attention.GRADUATED: ("good", "check"),
}
SHORT = {
    Attention.WAITING: gettext_lazy("waits for a decision"),
    Attention.GRADUATED: gettext_lazy("all passed"),
}
WAITS_FOR_YOU = gettext_lazy("waits for you")


@register.simple_tag
def program_rows(rows: Sequence[Row], *, now: datetime, since: datetime | None) -> SafeString:
    """The programs as a facilitator reads them; what changed after `since`, their last visit, is new to them."""
    today, language, tell = timezone.localdate(now), get_language(), times.teller(now=now)
    return SafeString("".join(_row(row, language, today=today, tell=tell, since=since) for row in rows))


@register.simple_tag
def options(offered: Iterable[tuple[Any, Any]], chosen: str | None) -> SafeString:
    """What can be chosen in a select, and first that nothing need be."""
    return _options(tuple((str(value), str(label)) for value, label in offered), chosen, get_language())


def _row(row: Row, language: str | None, *, today: date, tell: times.Teller, since: datetime | None) -> str:
    """One row; every part of it is escaped."""
    at = row.last_activity_at
    return (
        f'<tr><th scope="row"><a href="{address("programs:program", row.program_id)}">{escape(row.name)}</a>'
        f"{_place(row.country, row.sector, language)}</th>"
        f"<td>{_needs(row.attention, row.waits_for_you, language)}</td>"
        f"<td>{path_mini.mini_in(row.path, row.current_step, language)}</td>"
        f"{_readiness(numbers.points(row.readiness), row.band, language)}"
        f"{_shares(row.covered, row.proven, language)}"
        f"{_step(row.current_step, row.days_in_step(today), language)}"
        f"{_changed(tell(at) if at else '', bool(since and at and at > since), language)}</tr>"
    )


@lru_cache(maxsize=256)
def _options(offered: tuple[tuple[str, str], ...], chosen: str | None, _language: str | None) -> SafeString:
    lines = [("", "", _("any"))]
    lines += [(value, SafeString(" selected") if value == chosen else "", label) for value, label in offered]
    return format_html_join("", '<option value="{}"{}>{}</option>', lines)


@lru_cache(maxsize=1024)
def _place(country: str, sector: str, _language: str | None) -> SafeString:
    return format_html("<small>{}</small>", place(country, sector))


@lru_cache(maxsize=64)
def _needs(attention: int, waits_for_you: bool, _language: str | None) -> SafeString:
    kind, sign = NEEDS[attention]
    words = WAITS_FOR_YOU if waits_for_you else SHORT.get(Attention(attention), Attention(attention).label)
    return tags.tag(kind, str(words), sign=sign)


@lru_cache(maxsize=1024)
def _readiness(points: str, band: str, _language: str | None) -> SafeString:
    return _cell(_("Readiness"), points, str(Band(band).label) if band else "")


@lru_cache(maxsize=4096)
def _shares(covered: Ratio, proven: Ratio, _language: str | None) -> SafeString:
    """What of all that is done has evidence, and what is verified."""
    return _cell(_("Evidence"), numbers.percent(covered), numbers.of(covered)) + _cell(
        _("Proven"), numbers.percent(proven), numbers.of(proven)
    )


@lru_cache(maxsize=4096)
def _step(number: int, days: int | None, _language: str | None) -> SafeString:
    words = _("step %(number)s") % {"number": number} if number else _("all passed")
    stay = "" if days is None else ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return format_html("<td>{} <small>{}</small></td>", words, stay)


def _changed(when: SafeString | str, is_new: bool, language: str | None) -> str:
    opening, ending = _around_change(is_new, language)
    return f"{opening}{when}{ending}"


@lru_cache(maxsize=32)
def _around_change(is_new: bool, _language: str | None) -> tuple[SafeString, SafeString]:
    if not is_new:
        return format_html('<td data-label="{}">', _("Changed")), SafeString("</td>")
    ending = format_html(" <small>{}</small></td>", _("new to you"))
    return format_html('<td data-label="{}" class="is-new">', _("Changed")), ending


def _cell(label: str, figure: str, words: str) -> SafeString:
    return format_html('<td data-label="{}">{} <small>{}</small></td>', label, figure, words)
