"""Tables as files that spreadsheets open as they are meant: text stays text, whatever it begins with."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import xlsxwriter
from django.utils import timezone

BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets read names in the wrong alphabet
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDEST = 60  # characters of a column
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its headings and its rows."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def csv_lines(*blocks: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Rows of cells as lines of CSV, every text made harmless for spreadsheets."""
    yield BYTE_ORDER_MARK
    writer = csv.writer(_Echo())
    for block in blocks:
        for cells in block:
            yield writer.writerow([harmless(cell) for cell in cells])


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """An XLSX file with a sheet for each table. What looks like a formula is marked as text, and stays it.

    It bears the day and no more, so that two files of one day differ only where their tables do.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True} | PLAIN_TEXT) as book:
        book.set_properties({"created": datetime.combine(timezone.localdate(), time())})
        head, quoted = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"quote_prefix": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.headings, head)
            for number, row in enumerate(sheet.rows, start=1):
                for column, cell in enumerate(row):
                    page.write(number, column, cell, quoted if is_like_a_formula(cell) else None)
            for column, width in enumerate(_widths(sheet)):
                page.set_column(column, column, width)
    return file.getvalue()


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote before it."""
    return f"'{cell}" if is_like_a_formula(cell) else cell


def is_like_a_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA)


def _widths(sheet: Sheet) -> list[int]:
    columns = zip(sheet.headings, *sheet.rows, strict=True)
    return [min(WIDEST, 2 + max(len(str(cell)) for cell in column if cell is not None)) for column in columns]


class _Echo:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
