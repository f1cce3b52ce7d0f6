"""The portfolio table as a CSV file that spreadsheets open as it is meant: text stays text."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import Portfolio
from dashboards.domain.table import Row
from programs.models import Attention, Band, Sector

BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets read names in the wrong alphabet
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def programs_csv(portfolio: Portfolio, rows: Iterable[Row], *, today: date) -> StreamingHttpResponse:
    """The rows as a download, sent while they are read."""
    lines = csv_lines([_headings()], (_cells(row, today) for row in rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = slugify(portfolio.name) or "portfolio"
    response["Content-Disposition"] = f'attachment; filename="{name}-{today:%Y-%m-%d}.csv"'
    return response


def csv_lines(*blocks: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows of cells as lines of CSV, every text made harmless for spreadsheets."""
    yield BYTE_ORDER_MARK
    writer = csv.writer(_Echo())
    for block in blocks:
        for cells in block:
            yield writer.writerow([harmless(cell) for cell in cells])


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell


class _Echo:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


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
