"""Opening an XLSX file again: its sheets as rows of cells, and its parts as text."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Cell = str | float


def sheets(data: bytes) -> dict[str, list[list[Cell | None]]]:
    """By name, in their order: rows of cells, None for an empty one before the last."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        shared = [_text(one) for one in _parse(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")]
        targets = {one.get("Id"): one.get("Target") for one in _parse(book, "xl/_rels/workbook.xml.rels")}
        named = {
            one.get("name"): targets[one.get(RELATED)] for one in _parse(book, "xl/workbook.xml").iter(f"{MAIN}sheet")
        }
        return {name: list(_rows(_parse(book, f"xl/{path}"), shared)) for name, path in named.items()}


def parts(data: bytes) -> dict[str, str]:
    """Every part of the file as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def _parse(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(name))


def _text(element: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{MAIN}t"))


def _rows(sheet: ElementTree.Element, shared: list[str]) -> Iterator[list[Cell | None]]:
    for row in sheet.iter(f"{MAIN}row"):
        cells: list[Cell | None] = []
        for cell in row.iter(f"{MAIN}c"):
            column = _column(cell.get("r") or "")
            cells += [None] * (column - len(cells))
            cells.append(_value(cell, shared))
        yield cells


def _column(reference: str) -> int:
    """0 for A."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> Cell | None:
    found = cell.find(f"{MAIN}v")
    if found is None or found.text is None:
        return None
    return shared[int(found.text)] if cell.get("t") == "s" else float(found.text)
