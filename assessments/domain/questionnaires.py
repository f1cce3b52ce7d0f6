"""From an instrument file to what people are asked: dimensions, items, and the levels of an item in words."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from assessments.instrument_file import InstrumentEntry, parse
from assessments.models import Instrument, InstrumentDimension, InstrumentItem


@dataclass(frozen=True, slots=True)
class Level:
    """One value of the scale as an item offers it. `meaning` and `anchor` may be empty."""

    value: int
    label: str
    meaning: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension with its items, which need not be in the tables."""

    dimension: InstrumentDimension
    items: Sequence[InstrumentItem]


def entry_of(instrument: Instrument) -> InstrumentEntry:
    """What the file of an instrument says."""
    return _parsed(instrument.text)


def parts_of(instrument: Instrument) -> list[Part]:
    """The dimensions and items as the file has them, for a draft too: rows that nobody saved."""
    return list(_parts(instrument, entry_of(instrument)))


def levels_of(instrument: Instrument, item: InstrumentItem) -> list[Level]:
    """All levels of the scale, lowest first, with the item’s own words where it has some."""
    anchors = dict(item.anchors)
    return [Level(**level, anchor=anchors.get(level["value"], "")) for level in instrument.scale]


def columns_of(entry: InstrumentEntry, text: str) -> dict[str, Any]:
    """What the row of an instrument holds beside whose it is and how far it came."""
    same = ("key", "version", "language", "title", "summary", "good_for", "not_for", "minutes", "fingerprint")
    return {name: getattr(entry, name) for name in same} | {
        "sources": [asdict(source) for source in entry.sources],
        "scale": [asdict(level) for level in entry.scale],
        "text": text,
    }


def fill(instrument: Instrument) -> None:
    """Writes the tables of dimensions and items."""
    parts = parts_of(instrument)
    InstrumentDimension.objects.bulk_create([part.dimension for part in parts])
    for part in parts:
        for item in part.items:
            item.dimension = part.dimension  # which has a number only now
    InstrumentItem.objects.bulk_create([item for part in parts for item in part.items])


def _parts(instrument: Instrument, entry: InstrumentEntry) -> Iterator[Part]:
    position = 0
    for number, found in enumerate(entry.dimensions, start=1):
        names = {"key": found.key, "title": found.title, "lede": found.lede}
        dimension = InstrumentDimension(instrument=instrument, number=number, **names)
        items = []
        for place, item in enumerate(found.items, start=1):
            position += 1
            where = {"position": position, "number": f"{number}.{place}"}
            items.append(InstrumentItem(instrument=instrument, dimension=dimension, **where, **asdict(item)))
        yield Part(dimension, items)


@lru_cache(maxsize=64)
def _parsed(text: str) -> InstrumentEntry:
    return parse(text, name="instrument")
