"""Rounds on paper: the sheets to print, who gets one, and how far those that came back are typed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from assessments.domain.questionnaires import Level, levels_of, parts_of
from assessments.domain.rating_reading import RaterReading
from assessments.domain.rating_taking import name_in_form
from assessments.models import UNABLE, Assessment, Instrument, InstrumentDimension, InstrumentItem, Rater, Rating

PASSED = ("x", "?")  # how “not able to answer” is typed; the sheet has a box with a question mark


@dataclass(frozen=True, slots=True)
class Column:
    """One level of the scale as the head of a sheet names it. Where no item has words of its own it is narrow."""

    level: Level
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One item with a box for each level."""

    item: InstrumentItem
    levels: Sequence[Level]


@dataclass(frozen=True, slots=True)
class SheetPart:
    dimension: InstrumentDimension
    rows: Sequence[SheetRow]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one rater fills in by hand. It carries a code and never a name; without one the code is written in."""

    code: str
    parts: Sequence[SheetPart]


@dataclass(frozen=True, slots=True)
class Pile:
    """Sheets of one round, to be printed together."""

    columns: Sequence[Column]
    sheets: Sequence[Sheet]

    @property
    def width(self) -> int:
        """How many columns a sheet has: the item, its levels, and “not able to answer”."""
        return len(self.columns) + 2


@dataclass(frozen=True, slots=True)
class KeyedSheet:
    """How far one sheet is typed in: counts, never an answer."""

    rater: Rater
    asked: int
    keyed: int
    unable: int

    @property
    def is_complete(self) -> bool:
        return self.keyed == self.asked

    @property
    def is_done(self) -> bool:
        return self.rater.finished_at is not None


@dataclass(frozen=True, slots=True)
class KeyedPile:
    """All sheets of a round, in the order of their codes, as one would look for them."""

    sheets: Sequence[KeyedSheet]

    @property
    def done_count(self) -> int:
        return sum(sheet.is_done for sheet in self.sheets)

    @property
    def next(self) -> KeyedSheet | None:
        """The sheet to go on with: one that is begun, or else the first that is not done."""
        todo = [sheet for sheet in self.sheets if not sheet.is_done]
        return next((sheet for sheet in todo if sheet.keyed), todo[0] if todo else None)


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """One item as it was typed in, to be compared with the sheet."""

    rating: Rating

    @property
    def number(self) -> str:
        return self.rating.item.number

    @property
    def box(self) -> str:
        """The name of its box on the page where it is typed."""
        return name_in_form("answer", self.rating)

    @property
    def typed(self) -> str:
        return as_typed(self.rating.answer)


@dataclass(frozen=True, slots=True)
class CheckedPart:
    dimension: InstrumentDimension
    items: Sequence[CheckedItem]


@dataclass(frozen=True)
class CheckedSheet:
    """One sheet as it was typed in."""

    rater: Rater
    parts: Sequence[CheckedPart]

    @cached_property
    def items(self) -> list[CheckedItem]:
        return [item for part in self.parts for item in part.items]

    @property
    def missing(self) -> list[CheckedItem]:
        return [item for item in self.items if not item.rating.is_rated]

    @property
    def commented(self) -> list[CheckedItem]:
        return [item for item in self.items if item.rating.comment]

    @property
    def asked(self) -> int:
        return len(self.items)

    @property
    def keyed(self) -> int:
        return self.asked - len(self.missing)

    @property
    def unable(self) -> int:
        return sum(item.rating.is_unable for item in self.items)

    @property
    def is_done(self) -> bool:
        return self.rater.finished_at is not None


def on_paper(assessment: Assessment) -> QuerySet[Rater]:
    """The standing raters who rate on paper."""
    return assessment.raters.standing().filter(is_on_paper=True).order_by("code")


def rater_on_paper(assessment: Assessment, rater_id: int) -> Rater | None:
    """One of them, with the round."""
    rater = on_paper(assessment).filter(pk=rater_id).first()
    if rater is not None:
        rater.assessment = assessment
    return rater


def blank(assessment: Assessment) -> Pile:
    """One sheet with everything the round asks, for nobody in particular."""
    return _pile(assessment.instrument, [("", ())])


def sheets_for(assessment: Assessment, raters: Iterable[Rater]) -> Pile:
    """A sheet for each of these raters, with the dimensions they were given."""
    return _pile(assessment.instrument, [(rater.code, rater.parts) for rater in raters])


def keyed(assessment: Assessment) -> KeyedPile:
    """How far the sheets of an open round are typed in."""
    unable = Q(ratings__is_unable=True)
    said = Q(ratings__value__isnull=False) | unable
    rows = on_paper(assessment).annotate(
        asked_count=Count("ratings"),
        keyed_count=Count("ratings", filter=said),
        unable_count=Count("ratings", filter=unable),
    )
    return KeyedPile([KeyedSheet(row, row.asked_count, row.keyed_count, row.unable_count) for row in rows])


def checked(reading: RaterReading) -> CheckedSheet:
    """What was typed in of one sheet."""
    parts = [CheckedPart(part.dimension, [CheckedItem(rating) for rating in part.ratings]) for part in reading.parts]
    return CheckedSheet(reading.rater, parts)


def as_typed(answer: str) -> str:
    """An answer as one would type it: "2", "x", or nothing while not rated."""
    return PASSED[0] if answer == UNABLE else answer


def keys_of(rating: Rating) -> list[str]:
    """All that may be typed for this item (read with `as_asked`), but nothing."""
    levels = [str(level["value"]) for level in rating.scale]
    return [*levels, *PASSED] if rating.may_pass else levels


def _pile(instrument: Instrument, asked: Iterable[tuple[str, Sequence[str]]]) -> Pile:
    parts = [SheetPart(part.dimension, _rows(instrument, part.items)) for part in parts_of(instrument)]
    sheets = [
        Sheet(code, [part for part in parts if not wanted or part.dimension.key in wanted]) for code, wanted in asked
    ]
    return Pile(_columns(instrument, parts), sheets)


def _rows(instrument: Instrument, items: Iterable[InstrumentItem]) -> list[SheetRow]:
    return [SheetRow(item, levels_of(instrument, item)) for item in items]


def _columns(instrument: Instrument, parts: Iterable[SheetPart]) -> list[Column]:
    worded = {level.value for part in parts for row in part.rows for level in row.levels if level.anchor}
    levels = [Level(**level, anchor="") for level in instrument.scale]
    return [Column(level, is_narrow=level.value not in worded) for level in levels]
