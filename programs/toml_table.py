"""One table of a TOML text, read key by key: whatever is wrong is noted, and reading goes on."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from programs.toml_lines import Place, nearest_line

Value = TypeVar("Value")
Entry = TypeVar("Entry")

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")
LONGEST_SLUG = 60
# Control characters (but not line break and tab, which count as spaces), marks that turn
# the direction of what follows, and the sign of a broken text.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]")
TYPE_WORDS: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a decimal number",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """All that is wrong with one file."""

    file: str
    lines: Mapping[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        return nearest_line(self.lines, place)

    def note(self, place: Place, message: str) -> None:
        self.problems.append(Problem(self.file, self.line(place), message))


class Table:
    """A table being read. What cannot be used is noted and comes back empty: "", 0, False or ().

    A key that has a default may be left out.
    """

    def __init__(self, values: Mapping[str, Any], *, report: Report, place: Place = (), noun: str = "file") -> None:
        self.values, self.report, self.place, self.noun = values, report, place, noun
        self.known_keys: set[str] = set()

    def text(self, key: str, *, longest: int, default: str | None = None) -> str:
        """Text as one line: line breaks and runs of spaces become one space."""
        value = self._value(key, str, default=default)
        if value is None or key not in self.values:
            return value or ""
        return self._cleaned(value, longest, (key,), f'"{key}"')

    def word(self, key: str, *, longest: int) -> str:
        word = self.text(key, longest=longest)
        if " " in word:
            self._note(f'"{key}" must be one word', key)
        return word

    def slug(self, key: str) -> str:
        """A stable key such as "scale-vision-page"."""
        rule = "use small letters, digits and hyphens, and begin with a letter"
        return self.matching(SLUG, key, longest=LONGEST_SLUG, rule=rule)

    def language(self, key: str) -> str:
        """A language code such as "en" or "pt-br"."""
        rule = 'write a language code such as "en" or "pt-br"'
        return self.matching(LANGUAGE, key, longest=10, rule=rule)

    def choice(self, key: str, *, among: tuple[str, ...]) -> str:
        rule = "it must be " + " or ".join(f'"{each}"' for each in among)
        allowed = re.compile("|".join(map(re.escape, among)))
        return self.matching(allowed, key, longest=LONGEST_SLUG, rule=rule)

    def matching(
        self, pattern: re.Pattern[str], key: str, *, longest: int, rule: str, default: str | None = None
    ) -> str:
        """Text that is wholly of the pattern, which the rule tells in words."""
        text = self.text(key, longest=longest, default=default)
        if not text or len(text) > longest or pattern.fullmatch(text):
            return text
        self._note(f'"{key}" is "{text}"; {rule}', key)
        return ""

    def number(self, key: str, *, lowest: int, highest: int, default: int | None = None, unusable: int = 0) -> int:
        """A whole number between the two, both included; `unusable` where it is none."""
        number = self._value(key, int, default=default)
        if number is None:
            return unusable
        if not lowest <= number <= highest:
            self._note(f'"{key}" is {number}; it must be {lowest} to {highest}', key)
            return unusable
        return number

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        return bool(self._value(key, bool, default=default))

    def texts(self, key: str, *, fewest: int, most: int, longest: int) -> tuple[str, ...]:
        """A list of texts."""
        values = self._value(key, list)
        if values is None:
            return ()
        self._check_count(values, key, fewest=fewest, most=most)
        return tuple(
            self._cleaned(value, longest, (key, index), f'entry {index + 1} of "{key}"')
            for index, value in enumerate(values)
        )

    def entries(
        self, key: str, *, noun: str, of: Callable[["Table"], Entry], fewest: int = 1, most: int
    ) -> tuple[Entry, ...]:
        """A list of tables, each read by `of`, which asks for every key such a table may have."""
        values = self._tables(key)
        if values:
            self._check_count(values, key, fewest=fewest, most=most)
        places = ((*self.place, key, index) for index in range(len(values)))
        tables = [
            Table(value, report=self.report, place=place, noun=noun)
            for value, place in zip(values, places, strict=True)
        ]
        entries = tuple(of(table) for table in tables)
        for table in tables:
            table.refuse_other_keys()
        return entries

    def table(self, key: str, *, noun: str) -> "Table":
        """The table under the heading [key]; one without any key is a mistake."""
        self.known_keys.add(key)
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self._note(f'"{key}" must be a table under the heading [{self._path(key)}]', key)
            values = {}
        elif not values:
            self._note(f"this {self.noun} has no {key}; put them under [{self._path(key)}]", key)
        return Table(values, report=self.report, place=(*self.place, key), noun=noun)

    def refuse_other_keys(self, *, rule: str = "") -> None:
        """A key that nobody asked for is a mistake; a similar one that is missing is suggested."""
        missing = sorted(self.known_keys - self.values.keys())
        for key in self.values.keys() - self.known_keys:
            similar = difflib.get_close_matches(key, missing, n=1)
            hint = f'did you mean "{similar[0]}"?' if similar else rule
            message = f'"{_printable(key)}" is not a key of this {self.noun}'
            self._note(f"{message}; {hint}" if hint else message, key)

    def _value(self, key: str, kind: type[Value], *, default: Value | None = None) -> Value | None:
        self.known_keys.add(key)
        if key not in self.values:
            if default is None:
                self._note(f'the key "{key}" is missing from this {self.noun}')
            return default
        value = self.values[key]
        if type(value) is not kind:  # isinstance would take true for the number 1
            self._note(f'"{key}" must be {TYPE_WORDS[kind]}, not {_type_words(value)}', key)
            return None
        return value

    def _tables(self, key: str) -> list[dict[str, Any]]:
        """The tables under the headings [[…key]]; none at all is a mistake."""
        self.known_keys.add(key)
        heading = f"[[{self._path(key)}]]"
        tables = self.values.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._note(f'"{key}" must be tables, each under its own heading {heading}', key)
            return []
        if not tables:
            self._note(f"this {self.noun} has no {key}; put each under its own {heading}", key)
        return tables

    def _path(self, key: str) -> str:
        """The key as headings name it: steps.items."""
        return ".".join(name for name in (*self.place, key) if isinstance(name, str))

    def _cleaned(self, value: object, longest: int, place: Place, label: str) -> str:
        if not isinstance(value, str):
            self._note(f"{label} must be text, not {_type_words(value)}", *place)
            return ""
        if found := FORBIDDEN.search(value):
            name = unicodedata.name(found[0], "a control character").lower()
            self._note(f"{label} holds U+{ord(found[0]):04X} ({name}); delete it", *place)
            return ""
        text = unicodedata.normalize("NFC", " ".join(value.split()))
        if not text:
            self._note(f"{label} is empty", *place)
        elif len(text) > longest:
            self._note(f"{label} has {len(text)} characters; at most {longest} fit", *place)
        return text

    def _check_count(self, values: list[Any], key: str, *, fewest: int, most: int) -> None:
        if not fewest <= len(values) <= most:
            needed = str(most) if fewest == most else f"{fewest} to {most}"
            entries = "1 entry" if len(values) == 1 else f"{len(values)} entries"
            self._note(f'"{key}" has {entries}; it needs {needed}', key)

    def _note(self, message: str, *within: str | int) -> None:
        self.report.note((*self.place, *within), message)


def _type_words(value: object) -> str:
    return TYPE_WORDS.get(type(value), "a date or time")


def _printable(text: str) -> str:
    """The beginning of the text, with whatever cannot be seen written as \\u escapes."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[:60])
