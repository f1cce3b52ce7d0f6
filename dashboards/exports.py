"""The portfolio table as a CSV file that spreadsheets open as it is meant: text stays text."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import Portfolio
from dashboards.domain.table import Row
from programs.models import Attention, Band, Sector
from scaleup.spreadsheets import csv_lines


def programs_csv(portfolio: Portfolio, rows: Iterable[Row], *, today: date) -> StreamingHttpResponse:
    """The rows as a download, sent while they are read."""
    lines = csv_lines([_headings()], (_cells(row, today) for row in rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = slugify(portfolio.name) or "portfolio"
    response["Content-Disposition"] = f'attachment; filename="{name}-{today:%Y-%m-%d}.csv"'
    return response


def _headings() -> list[str]:
    return [
        _("Program"),
        _("Country"),
        _("Sector"),
        _("Needs"),
        _("Current step"),
        _("Days in step"),
        _("Steps passed"),
        _("Readiness before scaling up, of 100"),
        _("Readiness word"),
        _("Items done"),
        _("Done with evidence"),
        _("Done and verified"),
        _("Last activity"),
    ]


def _cells(row: Row, today: date) -> list[Any]:
    return [
        row.name,
        countries.name(row.country),
        Sector(row.sector).label,
        Attention(row.attention).label,
        row.current_step or _("all steps passed"),
        row.days_in_step(today),
        row.passed_count,
        round(100 * row.readiness),
        Band(row.band).label if row.band else "",
        row.done,
        row.evidenced,
        row.verified,
        row.last_activity_at and row.last_activity_at.date().isoformat(),
    ]
