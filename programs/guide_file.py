"""Guide files: a TOML text of steps and checklist items, checked and read into frozen entries."""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from programs.toml_lines import Place, beginning_of, lines_of, unclosed_line
from programs.toml_table import Problem, Report, Table

CONTENT = Path(__file__).parent / "content"
PHASES = ("before", "during")
LONGEST_FILE = 500_000  # characters: eight times the built-in guide

# How tomllib's messages begin, and what an author needs to hear instead.
TOML_WORDS = {
    "Cannot overwrite a value": "this key is already set above",
    "Cannot declare": "this heading stands twice; tables of a list need double brackets [[ ]]",
    "Illegal character '\\n'": "the text on this line has no closing quotation mark",
    "Illegal character": "a control character stands here; delete it",
    "Found invalid character '\\n'": "the text on this line has no closing quotation mark",
    "Found invalid character": "a control character stands here; delete it",
    "Unterminated string": "the text that begins here has no closing quotation marks",
    "Expected \"'": "the text that begins here has no closing quotation marks",
    "Unclosed array": "a comma or the closing bracket ] of a list is missing",
    "Expected '=' after a key": "an equals sign must follow the key; or a text above is not closed",
    "Expected newline or end": "the value should end here; look for a quotation mark in the text",
    "Expected ']": "the closing bracket of this heading is missing",
    "Unescaped '\\'": "write a backslash in a text as two backslashes",
    "Invalid value": "the value is missing, or it is text without quotation marks",
    "Invalid statement": "this is neither a heading nor a key with a value",
    "Invalid initial character": "this is neither a heading nor a key with a value",
    "Exceeds the limit": "a number in this file has too many digits",
}


class GuideFileError(Exception):
    """A guide file that cannot be used; tells everything that is wrong, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


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
        """SHA-256 of the content in 64 hex digits; comments and line breaks do not change it.

        Values that are false or empty are left out, so that an optional key added to the
        format later leaves the fingerprint of every published file as it was.
        """
        content = asdict(self, dict_factory=lambda pairs: {k: v for k, v in pairs if v})
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_guide(path: Path, *, name: str | None = None) -> GuideFile:
    """Read a guide file; messages call it `name`, or else by its path.

    Raises GuideFileError with all that is wrong, and OSError if there is no such file.
    """
    name = name or str(path)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "a character is not UTF-8; save the file as UTF-8"
        raise GuideFileError([Problem(name, line, message)]) from error
    return parse_guide(text, name=name)


def parse_guide(text: str, *, name: str) -> GuideFile:
    """Check and read the text of a guide file; raises GuideFileError with all that is wrong."""
    values = _toml(text, name=name)
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


def _toml(text: str, *, name: str) -> dict[str, Any]:
    if len(text) > LONGEST_FILE:
        message = f"the file has {len(text)} characters; at most {LONGEST_FILE} are read"
        raise GuideFileError([Problem(name, 1, message)])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        message = "lists or tables lie too deep inside each other"
        raise GuideFileError([Problem(name, 1, message)]) from error
    except ValueError as error:  # also of a number with thousands of digits
        raise GuideFileError([_toml_problem(str(error), text=text, name=name)]) from error


def _toml_problem(said: str, *, text: str, name: str) -> Problem:
    """What tomllib said, with its line and in plain words."""
    at = re.search(r"\(at line (\d+), column (\d+)\)$", said)
    words = next((words for start, words in TOML_WORDS.items() if said.startswith(start)), said)
    line = int(at[1]) if at else text.rstrip().count("\n") + 1
    if said.startswith("Cannot overwrite"):  # noticed only at the end of the second value
        return Problem(name, beginning_of(text, line=line), words)
    if not at:
        return Problem(name, unclosed_line(text) or line, words)
    return Problem(name, line, f"column {at[2]}: {words}")


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
        for place, name, first in _repeated(names):
            line = report.line(first)
            report.note(place, f'another step has the {key} "{name}" (line {line})')
    terms = [(("terms", index, "term"), entry.term) for index, entry in enumerate(guide.terms)]
    for place, term, first in _repeated(terms):
        report.note(place, f'the term "{term}" is already explained in line {report.line(first)}')


def _check_item_keys(guide: GuideFile, report: Report) -> None:
    """Answers hang on item keys, so a key stands once in the whole guide."""
    items = [
        (("steps", s, "items", i, "key"), item.key)
        for s, step in enumerate(guide.steps)
        for i, item in enumerate(step.items)
    ]
    for place, key, first in _repeated(items):
        own, other = (guide.steps[int(where[1])].key for where in (place, first))
        line = report.line(first)
        if place[1] == first[1]:
            report.note(place, f'step "{own}" has two items with the key "{key}" (line {line})')
        else:
            report.note(place, f'step "{other}" has an item with the key "{key}" (line {line})')


def _repeated(names: Iterable[tuple[Place, str]]) -> Iterator[tuple[Place, str, Place]]:
    """Each name that was used before, with its place and the place of its first use."""
    first_places: dict[str, Place] = {}
    for place, name in names:
        first = first_places.setdefault(name.casefold(), place)
        if name and first != place:
            yield place, name, first


def main(paths: list[str]) -> int:
    """Check guide files from the command line; 0 if all can be used."""
    failed = 0
    for path in paths:
        try:
            guide = read_guide(Path(path))
        except (GuideFileError, OSError) as error:
            failed = 1
            sys.stderr.write(f"{error}\n")
        else:
            counts = f"{len(guide.steps)} steps, {len(guide.items)} items"
            sys.stdout.write(f"{path}: {guide.title}, version {guide.version}, {counts}: fine\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
