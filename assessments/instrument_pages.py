"""From an instrument to the words of its pages: items with their marks, the preview, and what a version changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from assessments.domain import instrument_reading, instruments
from assessments.domain.questionnaires import Level, Part, levels_of, parts_of
from assessments.instrument_differences import ChangedItem, Differences
from assessments.instrument_file import ItemEntry
from assessments.models import Instrument, InstrumentDimension, InstrumentItem

PARTS: Final[dict[str, Promise]] = {
    "text": gettext_lazy("wording"),
    "help": gettext_lazy("guidance"),
    "construct": gettext_lazy("what it stands for"),
    "weight": gettext_lazy("weight"),
    "is_critical": gettext_lazy("critical"),
    "is_reversed": gettext_lazy("reversed"),
    "may_pass": gettext_lazy("“Not able to answer” is offered"),
    "shows": gettext_lazy("what is shown beside it"),
    "anchors": gettext_lazy("words of the levels"),
    "dimension": gettext_lazy("moved to another dimension"),
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item with its levels in words; marks are kinds of tags with their words."""

    item: InstrumentItem
    levels: Sequence[Level]
    marks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ShownPart:
    dimension: InstrumentDimension
    items: Sequence[ShownItem]


@dataclass(frozen=True, slots=True)
class Change:
    """What of an item changed, from what to what. Both are empty where only that it changed can be told."""

    what: str
    old: str
    new: str


class ShownDifferences:
    """What a version changed against the one published before it."""

    def __init__(self, before: Instrument, found: Differences) -> None:
        self.before, self.found = before, found

    @property
    def is_nothing(self) -> bool:
        return not (self.found.new or self.found.changed or self.found.gone or self.found.is_scale_changed)

    @cached_property
    def changed(self) -> list[tuple[ItemEntry, list[Change]]]:
        return [(each.new, list(_changes(each))) for each in self.found.changed]


class InstrumentPage:
    """All that the page of one version shows to somebody."""

    def __init__(self, instrument: Instrument, *, reader: User) -> None:
        self.instrument = instrument
        self.versions = instrument_reading.versions_of(instrument, seen_by=reader)

    @cached_property
    def parts(self) -> list[ShownPart]:
        return [ShownPart(part.dimension, self._items(part)) for part in parts_of(self.instrument)]

    @cached_property
    def item_count(self) -> int:
        return sum(len(part.items) for part in self.parts)

    @cached_property
    def differences(self) -> ShownDifferences | None:
        before = instruments.version_before(self.instrument, among=self.versions)
        return ShownDifferences(before, instruments.differences_between(before, self.instrument)) if before else None

    def _items(self, part: Part) -> list[ShownItem]:
        """Only levels with words of their own; what a level means for all items stands above."""
        found = [(item, levels_of(self.instrument, item)) for item in part.items]
        return [ShownItem(item, [one for one in levels if one.anchor], list(_marks(item))) for item, levels in found]


class PreviewPage:
    """One dimension as a rater will see it, and the way to the others."""

    def __init__(self, instrument: Instrument, key: str) -> None:
        self.instrument, self.parts = instrument, parts_of(instrument)
        keys = [part.dimension.key for part in self.parts]
        self.place = keys.index(key) if key else 0  # ValueError: there is no such dimension

    @property
    def dimension(self) -> InstrumentDimension:
        return self.parts[self.place].dimension

    @property
    def items(self) -> list[ShownItem]:
        return [ShownItem(item, levels_of(self.instrument, item)) for item in self.parts[self.place].items]

    @property
    def before(self) -> InstrumentDimension | None:
        return self.parts[self.place - 1].dimension if self.place else None

    @property
    def after(self) -> InstrumentDimension | None:
        return self.parts[self.place + 1].dimension if self.place + 1 < len(self.parts) else None


def _marks(item: InstrumentItem) -> Iterator[tuple[str, str]]:
    if item.is_critical:
        yield "warn", _("critical")
    if item.is_reversed:
        yield "calm", _("reversed: a high value is bad")
    if item.weight != 1:
        yield "quiet", _("weight %(weight)s") % {"weight": item.weight}
    if not item.may_pass:
        yield "quiet", _("“Not able to answer” is not offered")


def _changes(changed: ChangedItem) -> Iterator[Change]:
    for part in changed.parts:
        if part == "anchors":
            yield from _changed_anchors(changed)
        elif part == "dimension":
            yield Change(str(PARTS[part]), "", "")
        else:
            yield Change(str(PARTS[part]), _said(getattr(changed.old, part)), _said(getattr(changed.new, part)))


def _changed_anchors(changed: ChangedItem) -> Iterator[Change]:
    old, new = dict(changed.old.anchors), dict(changed.new.anchors)
    for value in sorted(old.keys() | new.keys()):
        if old.get(value) != new.get(value):
            what = _("words of level %(value)s") % {"value": value}
            yield Change(what, _said(old.get(value, "")), _said(new.get(value, "")))


def _said(value: str | int | bool) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case "":
            return _("nothing")
        case _anything_else:
            return str(value)
