"""Guide files: a TOML text of steps and checklist items, checked and read into frozen entries."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from programs import toml_reading
from programs.toml_lines import lines_of
from programs.toml_reading import repeated
from programs.toml_table import Report, Table

CONTENT = Path(__file__).parent / "content"
PHASES = ("before", "during")
LONGEST_FILE = 500_000  # characters: eight times the built-in guide


class GuideFileError(toml_reading.FileMistakes):
    """A guide file that cannot be used."""


@dataclass(frozen=True, slots=True)
class PhaseEntry:
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class TermEntry:
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LessonEntry:
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class ItemEntry:
    key: str
    position: int
    number: str
    text: str
    evidence: str
    help: str
    weight: int
    is_critical: bool
    is_yearly: bool


@dataclass(frozen=True, slots=True)
class StepEntry:
    key: str
    number: int
    phase: str
    title: str
    short_title: str
    lede: str
    why: str
    lessons: tuple[LessonEntry, ...]
    exit_list: tuple[str, ...]
    items: tuple[ItemEntry, ...]


@dataclass(frozen=True, slots=True)
class GuideFile:
    key: str
    version: int
    title: str
    language: str
    summary: str
    phases: tuple[PhaseEntry, ...]
    terms: tuple[TermEntry, ...]
    steps: tuple[StepEntry, ...]

    @property
    def items(self) -> tuple[ItemEntry, ...]:
        return tuple(item for step in self.steps for item in step.items)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content in 64 hex digits; comments and line breaks do not change it."""
        return toml_reading.fingerprint(self)


def read_guide(path: Path, *, name: str | None = None) -> GuideFile:
    """Read a guide file; messages call it `name`, or else by its path.

    Raises GuideFileError with all that is wrong, and OSError if there is no such file.
    """
    name = name or str(path)
    text = toml_reading.decoded(path.read_bytes(), name=name, refusal=GuideFileError)
    return parse_guide(text, name=name)


def parse_guide(text: str, *, name: str) -> GuideFile:
    """Check and read the text of a guide file; raises GuideFileError with all that is wrong."""
    values = toml_reading.values_of(text, name=name, longest=LONGEST_FILE, refusal=GuideFileError)
    report = Report(name, lines_of(text))
    table = Table(values, report=report, noun="guide")
    guide = _guide(table)
    table.refuse_other_keys()
    _check_phases(guide, report)
    _check_numbers(guide, report)
    _check_names(guide, report)
    _check_item_keys(guide, report)
    if report.problems:
        raise GuideFileError(report.problems)
    return guide


def _guide(table: Table) -> GuideFile:
    return GuideFile(
        key=table.slug("key"),
        version=table.number("version", lowest=1, highest=9999),
        title=table.text("title", longest=80),
        language=table.language("language"),
        summary=table.text("summary", longest=500),
        phases=table.entries("phases", noun="phase", of=_phase, fewest=2, most=2),
        terms=table.entries("terms", noun="term", of=_term, most=200),
        steps=table.entries("steps", noun="step", of=_step, most=30),
    )


def _phase(table: Table) -> PhaseEntry:
    return PhaseEntry(
        key=table.choice("key", among=PHASES),
        title=table.text("title", longest=80),
    )


def _term(table: Table) -> TermEntry:
    return TermEntry(
        term=table.text("term", longest=40),
        meaning=table.text("meaning", longest=240),
    )


def _step(table: Table) -> StepEntry:
    number = table.number("number", lowest=1, highest=30)
    return StepEntry(
        key=table.slug("key"),
        number=number,
        phase=table.choice("phase", among=PHASES),
        title=table.text("title", longest=80),
        short_title=table.word("short_title", longest=16),
        lede=table.text("lede", longest=160),
        why=table.text("why", longest=700),
        lessons=table.entries("lessons", noun="lesson", of=_lesson, most=12),
        exit_list=table.texts("exit_list", fewest=3, most=6, longest=120),
        items=table.entries("items", noun="item", of=partial(_item, step=number), most=30),
    )


def _lesson(table: Table) -> LessonEntry:
    return LessonEntry(
        text=table.text("text", longest=320),
        source=table.text("source", longest=80),
    )


def _item(table: Table, *, step: int) -> ItemEntry:
    position = int(table.place[-1]) + 1
    return ItemEntry(
        key=table.slug("key"),
        position=position,
        number=f"{step}.{position}",
        text=table.text("text", longest=140),
        evidence=table.text("evidence", longest=160),
        help=table.text("help", longest=300),
        weight=table.number("weight", lowest=1, highest=3),
        is_critical=table.flag("critical"),
        is_yearly=table.flag("yearly", default=False),
    )


def _check_phases(guide: GuideFile, report: Report) -> None:
    """Both phases in their order, each with a step, and no step back from one to the other."""
    for index, (phase, expected) in enumerate(zip(guide.phases, PHASES, strict=False)):
        if phase.key and phase.key != expected:
            message = f'phase {index + 1} must have the key "{expected}"'
            report.note(("phases", index, "key"), message)
    used = [step.phase for step in guide.steps]
    for index in range(len(used)):
        if used[index] == "before" and "during" in used[:index]:
            message = 'a step of the phase "before" must stand before those of "during"'
            report.note(("steps", index, "phase"), message)
    for key in PHASES:
        if used and all(used) and key not in used:
            report.note(("steps",), f'no step has the phase "{key}"')


def _check_numbers(guide: GuideFile, report: Report) -> None:
    """Steps stand in the order of their numbers: 1, 2, 3 …"""
    for expected, step in enumerate(guide.steps, start=1):
        if step.number not in {0, expected}:
            message = f'"number" is {step.number}; counted from the top this is step {expected}'
            report.note(("steps", expected - 1, "number"), message)


def _check_names(guide: GuideFile, report: Report) -> None:
    """Nothing that stands for a step or a term is used twice."""
    for key in ("key", "title", "short_title"):
        names = [(("steps", i, key), getattr(step, key)) for i, step in enumerate(guide.steps)]
        for place, name, first in repeated(names):
            line = report.line(first)
            report.note(place, f'another step has the {key} "{name}" (line {line})')
    terms = [(("terms", index, "term"), entry.term) for index, entry in enumerate(guide.terms)]
    for place, term, first in repeated(terms):
        report.note(place, f'the term "{term}" is already explained in line {report.line(first)}')


def _check_item_keys(guide: GuideFile, report: Report) -> None:
    """Answers hang on item keys, so a key stands once in the whole guide."""
    items = [
        (("steps", s, "items", i, "key"), item.key)
        for s, step in enumerate(guide.steps)
        for i, item in enumerate(step.items)
    ]
    for place, key, first in repeated(items):
        own, other = (guide.steps[int(where[1])].key for where in (place, first))
        line = report.line(first)
        if place[1] == first[1]:
            report.note(place, f'step "{own}" has two items with the key "{key}" (line {line})')
        else:
            report.note(place, f'step "{other}" has an item with the key "{key}" (line {line})')


def main(paths: list[str]) -> int:
    """Check guide files from the command line; 0 if all can be used."""
    return toml_reading.check_files(paths, told=_told)


def _told(path: Path) -> str:
    guide = read_guide(path)
    return f"{guide.title}, version {guide.version}, {len(guide.steps)} steps, {len(guide.items)} items"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
