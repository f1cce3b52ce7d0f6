"""Rows of tables and lists in words, so that templates only place them.

A page has fifty rows and few different words, so the words are kept, for each language.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from assessments.domain.results import Ratio
from dashboards.domain.table import Row
from dashboards.templatetags import numbers
from programs.models import Attention, Band, Sector
from scaleup.ui import tags, times

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


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One program of the table as it reads."""

    url: str
    name: str
    place: str
    needs: SafeString
    path: str
    current_step: int
    readiness: str
    band: str
    coverage: str
    coverage_counts: str
    proven: str
    proven_counts: str
    step: str
    days: str
    changed: SafeString | str
    is_new: bool


def shown(row: Row, *, now: datetime, since: datetime | None) -> ShownRow:
    """A row as a facilitator reads it; what changed after `since`, their last visit, is new to them."""
    language = get_language()
    return ShownRow(
        url=reverse("programs:program", args=[row.program_id]),
        name=row.name,
        place=place(row.country, row.sector),
        needs=_needs(row.attention, row.waits_for_you, language),
        path=row.path,
        current_step=row.current_step,
        readiness=numbers.points(row.readiness),
        band=_band(row.band, language),
        coverage=numbers.percent(row.covered),
        coverage_counts=_counts(row.covered, language),
        proven=numbers.percent(row.proven),
        proven_counts=_counts(row.proven, language),
        step=_step(row.current_step, language),
        days=_days(row.days_in_step(timezone.localdate(now)), language),
        changed=times.ago(row.last_activity_at, now=now) if row.last_activity_at else "",
        is_new=bool(since and row.last_activity_at and row.last_activity_at > since),
    )


@dataclass(frozen=True, slots=True)
class DonorRow:
    """One program as donors see it in a list."""

    url: str
    name: str
    place: str
    path: str
    step: int


def donor_row(row: Any, *, portfolio_id: int) -> DonorRow:
    return DonorRow(
        url=reverse("dashboards:donor_program", args=[portfolio_id, row.program_id]),
        name=row.name,
        place=place(row.country, row.sector),
        path=row.path,
        step=row.step,
    )


def place(country: str, sector: str) -> str:
    """Country and sector in words."""
    return _place(str(country), sector, get_language())


@lru_cache(maxsize=64)
def _needs(attention: int, waits_for_you: bool, _language: str | None) -> SafeString:
    kind, sign = NEEDS[attention]
    words = WAITS_FOR_YOU if waits_for_you else SHORT.get(Attention(attention), Attention(attention).label)
    return tags.tag(kind, str(words), sign=sign)


@lru_cache(maxsize=16)
def _band(band: str, _language: str | None) -> str:
    return str(Band(band).label) if band else ""


@lru_cache(maxsize=4096)
def _counts(ratio: Ratio, _language: str | None) -> str:
    return numbers.of(ratio)


@lru_cache(maxsize=64)
def _step(number: int, _language: str | None) -> str:
    return _("step %(number)s") % {"number": number} if number else _("all passed")


@lru_cache(maxsize=1024)
def _days(days: int | None, _language: str | None) -> str:
    return "" if days is None else ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


@lru_cache(maxsize=1024)
def _place(country: str, sector: str, _language: str | None) -> str:
    names = (countries.name(country), Sector(sector).label if sector else "")
    return " · ".join(str(name) for name in names if name)
