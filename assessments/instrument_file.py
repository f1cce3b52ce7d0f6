"""Instrument files: a TOML text of dimensions, items and a scale, read into frozen entries and written."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple, TypeAlias

from programs import toml_reading
from programs.toml_lines import Place, lines_of
from programs.toml_reading import repeated
from programs.toml_table import LONGEST_SLUG, SLUG, Report, Table

CONTENT = Path(__file__).parent / "content"
LONGEST_FILE = 500_000  # characters: ten times a long instrument
MOST_LEVELS = 11  # also the highest value: eleven levels that begin at 1
LONGEST_ROW = 100  # characters of an exported text before it runs over several lines
ANCHOR_KEY = re.compile(r"0|[1-9][0-9]?")
SHOWN = re.compile(rf"item:{SLUG.pattern}")
UNUSABLE = -1  # stands for a value of the scale that cannot be read


class InstrumentFileError(toml_reading.FileMistakes):
    """An instrument file that cannot be used."""


@dataclass(frozen=True, slots=True)
class SourceEntry:
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    value: int
    label: str
    meaning: str = ""


class Anchor(NamedTuple):
    """What one sees at this value of the scale."""

    value: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEntry:
    """What is rated. `shows` points at something the product already knows; anchors stand lowest first."""

    key: str
    text: str
    help: str = ""
    construct: str
    weight: int = 1
    is_critical: bool = False
    is_reversed: bool = False
    may_pass: bool = True
    shows: str = ""
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class DimensionEntry:
    key: str
    title: str
    lede: str
    items: tuple[ItemEntry, ...]


@dataclass(frozen=True, slots=True)
class InstrumentEntry:
    """One version of an instrument; levels stand lowest first."""

    key: str
    version: int
    title: str
    language: str
    summary: str
    good_for: str
    not_for: str
    minutes: int
    sources: tuple[SourceEntry, ...]
    scale: tuple[ScaleLevel, ...]
    dimensions: tuple[DimensionEntry, ...]

    @property
    def items(self) -> tuple[ItemEntry, ...]:
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content in 64 hex digits; comments and line breaks do not change it."""
        return toml_reading.fingerprint(self)


# What has a heading of its own in the file.
Entry: TypeAlias = InstrumentEntry | SourceEntry | ScaleLevel | DimensionEntry | ItemEntry


def builtin() -> tuple[Path, ...]:
    """The instrument files of the product, by name; the rules of the readiness band lie beside them."""
    return tuple(sorted(path for path in CONTENT.glob("*.toml") if not path.name.startswith("readiness_rules.")))


def read(path: Path, *, name: str | None = None) -> InstrumentEntry:
    """Read an instrument file; messages call it `name`, or else by its path.

    Raises InstrumentFileError with all that is wrong, and OSError if there is no such file.
    """
    name = name or str(path)
    text = toml_reading.decoded(path.read_bytes(), name=name, refusal=InstrumentFileError)
    return parse(text, name=name)


def parse(text: str, *, name: str) -> InstrumentEntry:
    """Check and read the text of an instrument file; raises InstrumentFileError with all that is wrong."""
    values = toml_reading.values_of(text, name=name, longest=LONGEST_FILE, refusal=InstrumentFileError)
    report = Report(name, lines_of(text))
    table = Table(values, report=report, noun="instrument")
    instrument = _instrument(table)
    table.refuse_other_keys()
    _check_scale(instrument, report)
    _check_anchors(instrument, report)
    _check_dimensions(instrument, report)
    _check_item_keys(instrument, report)
    if report.problems:
        raise InstrumentFileError(report.problems)
    return instrument


def export(instrument: InstrumentEntry) -> str:
    """A TOML text that reads back as the same entry."""
    blocks = [_block("", instrument)]
    blocks += [_block("[[sources]]", source) for source in instrument.sources]
    blocks += [_block("[[scale]]", level) for level in instrument.scale]
    for dimension in instrument.dimensions:
        blocks.append(_block("[[dimensions]]", dimension))
        for item in dimension.items:
            anchors = [f"{value} = {_quoted(text)}" for value, text in item.anchors]
            blocks.append(_block("[[dimensions.items]]", item))
            blocks.append("\n".join(["[dimensions.items.anchors]", *anchors]))
    return "\n\n".join(blocks) + "\n"


# Reading


def _instrument(table: Table) -> InstrumentEntry:
    return InstrumentEntry(
        key=table.slug("key"),
        version=table.number("version", lowest=1, highest=9999),
        title=table.text("title", longest=160),
        language=table.language("language"),
        summary=table.text("summary", longest=500),
        good_for=table.text("good_for", longest=400),
        not_for=table.text("not_for", longest=400),
        minutes=table.number("minutes", lowest=1, highest=600),
        sources=table.entries("sources", noun="source", of=_source, most=20),
        scale=table.entries("scale", noun="level", of=_level, fewest=2, most=MOST_LEVELS),
        dimensions=table.entries("dimensions", noun="dimension", of=_dimension, most=20),
    )


def _source(table: Table) -> SourceEntry:
    return SourceEntry(
        name=table.text("name", longest=200),
        what=table.text("what", longest=400),
    )


def _level(table: Table) -> ScaleLevel:
    return ScaleLevel(
        value=table.number("value", lowest=0, highest=MOST_LEVELS, unusable=UNUSABLE),
        label=table.text("label", longest=40),
        meaning=table.text("meaning", longest=200, default=""),
    )


def _dimension(table: Table) -> DimensionEntry:
    return DimensionEntry(
        key=table.slug("key"),
        title=table.text("title", longest=160),
        lede=table.text("lede", longest=240),
        items=table.entries("items", noun="item", of=_item, most=40),
    )


def _item(table: Table) -> ItemEntry:
    return ItemEntry(
        key=table.slug("key"),
        text=table.text("text", longest=200),
        help=table.text("help", longest=400, default=""),
        construct=table.text("construct", longest=160),
        weight=table.number("weight", lowest=1, highest=5, default=1),
        is_critical=table.flag("is_critical", default=False),
        is_reversed=table.flag("is_reversed", default=False),
        may_pass=table.flag("may_pass", default=True),
        shows=_shows(table),
        anchors=_anchors(table),
    )


def _shows(table: Table) -> str:
    rule = 'write item: and the key of an item of the guide, such as "item:scale-vision-page"'
    return table.matching(SHOWN, "shows", longest=len("item:") + LONGEST_SLUG, rule=rule, default="")


def _anchors(table: Table) -> tuple[Anchor, ...]:
    """The anchors of an item; whether the scale has their values is asked when all is read."""
    anchors = table.table("anchors", noun="item's anchors")
    values = sorted(int(key) for key in anchors.values if ANCHOR_KEY.fullmatch(key))
    entries = tuple(Anchor(value, anchors.text(str(value), longest=200)) for value in values)
    anchors.refuse_other_keys(rule="put values of the scale here, and keys of the item above this heading")
    return entries


# Checking between the parts


def _check_scale(instrument: InstrumentEntry, report: Report) -> None:
    """Values rise by one from level to level, and each level has a label of its own."""
    for index, (below, level) in enumerate(pairwise(instrument.scale), start=1):
        expected = below.value + 1
        if UNUSABLE not in {below.value, level.value} and level.value != expected:
            message = f'"value" is {level.value}; after {below.value} it must be {expected}'
            report.note(("scale", index, "value"), message)
    labels = [(("scale", index, "label"), level.label) for index, level in enumerate(instrument.scale)]
    for place, label, first in repeated(labels):
        report.note(place, f'another level has the label "{label}" (line {report.line(first)})')


def _check_anchors(instrument: InstrumentEntry, report: Report) -> None:
    """Anchors stand at values of the scale, and always at its lowest and highest."""
    values = _values(instrument.scale)
    if not values:
        return
    for place, item in _placed_items(instrument):
        anchored = {anchor.value for anchor in item.anchors}
        for value in anchored.difference(values):
            message = f"the scale has no value {value}; it goes from {values[0]} to {values[-1]}"
            report.note((*place, "anchors", str(value)), message)
        for value, end in ((values[0], "lowest"), (values[-1], "highest")):
            if anchored and value not in anchored:
                report.note((*place, "anchors"), f"the anchor for {value}, the {end} value, is missing")


def _values(scale: tuple[ScaleLevel, ...]) -> range:
    """The values of the scale; none where they do not rise by one, which is told already."""
    values = [level.value for level in scale]
    if not values or UNUSABLE in values:
        return range(0)
    rising = range(values[0], values[0] + len(values))
    return rising if list(rising) == values else range(0)


def _check_dimensions(instrument: InstrumentEntry, report: Report) -> None:
    """No key and no title stands for two dimensions."""
    for key in ("key", "title"):
        names = [(("dimensions", i, key), getattr(entry, key)) for i, entry in enumerate(instrument.dimensions)]
        for place, name, first in repeated(names):
            report.note(place, f'another dimension has the {key} "{name}" (line {report.line(first)})')


def _check_item_keys(instrument: InstrumentEntry, report: Report) -> None:
    """Ratings hang on item keys, so a key stands once in the whole instrument."""
    keys = [((*place, "key"), item.key) for place, item in _placed_items(instrument)]
    for place, key, first in repeated(keys):
        own, other = (instrument.dimensions[int(where[1])].key for where in (place, first))
        line = report.line(first)
        if place[1] == first[1]:
            report.note(place, f'dimension "{own}" has two items with the key "{key}" (line {line})')
        else:
            report.note(place, f'dimension "{other}" has an item with the key "{key}" (line {line})')


def _placed_items(instrument: InstrumentEntry) -> Iterator[tuple[Place, ItemEntry]]:
    for d, dimension in enumerate(instrument.dimensions):
        for i, item in enumerate(dimension.items):
            yield ("dimensions", d, "items", i), item


# Writing


def _block(heading: str, entry: Entry) -> str:
    """The heading and a row for each key; what equals its default is left out."""
    values = [(field, getattr(entry, field.name)) for field in fields(entry)]
    rows = [
        f"{field.name} = {_written(value)}"
        for field, value in values
        if isinstance(value, str | int) and value != field.default
    ]
    return "\n".join([heading, *rows] if heading else rows)


def _written(value: str | int) -> str:
    return _quoted(value) if isinstance(value, str) else str(value).lower()


def _quoted(text: str) -> str:
    """A text that fits on one row, or else runs over several: reading makes it one line again."""
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    if len(escaped) <= LONGEST_ROW:
        return f'"{escaped}"'
    rows = wrap(escaped, LONGEST_ROW, break_long_words=False, break_on_hyphens=False)
    return '"""\n' + "\n".join(rows) + '"""'


def main(paths: list[str]) -> int:
    """Check instrument files from the command line; 0 if all can be used."""
    return toml_reading.check_files(paths, told=_told)


def _told(path: Path) -> str:
    entry = read(path)
    counts = f"{len(entry.dimensions)} dimensions, {len(entry.items)} items, {len(entry.scale)} levels"
    return f"{entry.title}, version {entry.version}, {counts}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
