"""Closed rounds of one instrument on one program beside each other, aligned by the keys of dimensions and items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assessments.domain.questionnaires import entry_of
from assessments.domain.round_results import RoundScore
from assessments.instrument_differences import differences
from assessments.instrument_file import InstrumentEntry, ItemEntry
from assessments.models import Assessment, Instrument, RoundResult
from programs.models import Program

MOST_ROUNDS = 12

Mark = Literal["", "new", "changed", "gone"]


@dataclass(frozen=True)
class ComparedRound:
    """One closed round. Without the scale of the newest one its figures cannot stand beside the others."""

    assessment: Assessment
    entry: InstrumentEntry
    score: RoundScore
    marks: Mapping[str, Mark]  # by item, against the round before
    is_comparable: bool

    @cached_property
    def shares(self) -> dict[str, float | None]:
        return {dimension.key: dimension.share for dimension in self.score.dimensions}

    @cached_property
    def values(self) -> dict[str, float | None]:
        return {item.key: item.counted for item in self.score.items}


@dataclass(frozen=True, slots=True)
class Cell:
    """What an item came to in one round; `is_asked`: that round’s version has it."""

    value: float | None
    mark: Mark
    is_asked: bool


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """One item through all rounds, with the words of the newest version that has it."""

    key: str
    text: str
    is_reversed: bool
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ComparedDimension:
    """One dimension through all rounds: shares of the range, None where it was not asked or cannot be compared."""

    key: str
    title: str
    shares: Sequence[float | None]
    items: Sequence[ComparedItem]


@dataclass(frozen=True)
class Comparison:
    """The closed rounds of one instrument, oldest first, and what else could be compared."""

    choices: Sequence[Instrument]  # one version of each instrument, by title
    instrument: Instrument | None
    rounds: Sequence[ComparedRound]

    @property
    def newest(self) -> ComparedRound:
        return self.rounds[-1]

    @property
    def other_scale(self) -> list[ComparedRound]:
        return [each for each in self.rounds if not each.is_comparable]

    @cached_property
    def dimensions(self) -> list[ComparedDimension]:
        """As the newest version has them; those that are gone come last."""
        return list(self._dimensions())

    def _dimensions(self) -> Iterator[ComparedDimension]:
        titles = {one.key: one.title for each in self.rounds for one in each.entry.dimensions}
        now = [one.key for one in self.newest.entry.dimensions]
        for key in [*now, *(key for key in titles if key not in now)]:
            shares = [each.shares.get(key) if each.is_comparable else None for each in self.rounds]
            yield ComparedDimension(key, titles[key], shares, list(self._items(key)))

    def _items(self, dimension: str) -> Iterator[ComparedItem]:
        """Under the dimension where each item stands now, or where it last stood."""
        last: dict[str, tuple[str, ItemEntry]] = {}
        for each in self.rounds:
            last |= {item.key: (one.key, item) for one in each.entry.dimensions for item in one.items}
        for key, (where, item) in last.items():
            if where == dimension:
                yield ComparedItem(key, item.text, item.is_reversed, [_cell(each, key) for each in self.rounds])


def read(program: Program, chosen: int | None = None) -> Comparison:
    """The rounds of the chosen instrument (the number of any of its versions), else of the latest round’s.

    Two queries, however many rounds there are.
    """
    kept = list(
        RoundResult.objects.filter(assessment__program=program, basis=RoundResult.Basis.AGREED)
        .select_related("assessment")
        .order_by("assessment__closed_at", "assessment_id")
    )
    instruments = Instrument.objects.in_bulk({each.assessment.instrument_id for each in kept})
    for each in kept:
        each.assessment.instrument, each.assessment.program = instruments[each.assessment.instrument_id], program
    families = {family_of(each.assessment.instrument): each.assessment.instrument for each in kept}
    asked = instruments.get(chosen or 0)
    instrument = asked or (kept[-1].assessment.instrument if kept else None)
    mine = [each for each in kept if instrument and family_of(each.assessment.instrument) == family_of(instrument)]
    return Comparison(
        choices=sorted(families.values(), key=lambda one: (one.title, one.pk)),
        instrument=families[family_of(instrument)] if instrument else None,
        rounds=list(_rounds(mine[-MOST_ROUNDS:])),
    )


def has_others(assessment: Assessment) -> bool:
    """Whether the program has closed another round of the same instrument, whatever its version."""
    instrument = assessment.instrument
    return (
        RoundResult.objects.filter(
            basis=RoundResult.Basis.AGREED,
            assessment__program=assessment.program_id,
            assessment__instrument__key=instrument.key,
            assessment__instrument__organisation=instrument.organisation_id,
        )
        .exclude(assessment=assessment)
        .exists()
    )


def family_of(instrument: Instrument) -> tuple[int | None, str]:
    """All versions of an instrument have this in common."""
    return instrument.organisation_id, instrument.key


def _rounds(kept: Sequence[RoundResult]) -> Iterator[ComparedRound]:
    entries = [entry_of(each.assessment.instrument) for each in kept]
    for place, result in enumerate(kept):
        yield ComparedRound(
            assessment=result.assessment,
            entry=entries[place],
            score=RoundScore.from_data(result.data),
            marks=_marks(entries[place - 1], entries[place]) if place else {},
            is_comparable=_values(entries[place]) == _values(entries[-1]),
        )


def _marks(old: InstrumentEntry, new: InstrumentEntry) -> dict[str, Mark]:
    found = differences(old, new)
    marks: dict[str, Mark] = {item.key: "new" for item in found.new}
    marks |= {changed.new.key: "changed" for changed in found.changed}
    return marks | {item.key: "gone" for item in found.gone}


def _values(entry: InstrumentEntry) -> list[int]:
    return [level.value for level in entry.scale]


def _cell(each: ComparedRound, key: str) -> Cell:
    value = each.values.get(key) if each.is_comparable else None
    return Cell(value, each.marks.get(key, ""), is_asked=key in each.values)
