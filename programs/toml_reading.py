"""TOML files that people write: opened, with every mistake told in words and with its line."""

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from programs.toml_lines import Place, beginning_of, unclosed_line
from programs.toml_table import Problem

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


class FileMistakes(Exception):
    """A file that cannot be used; tells everything that is wrong, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


def decoded(content: bytes, *, name: str, refusal: type[FileMistakes]) -> str:
    """The text of a file; raises `refusal` with the line that is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "a character is not UTF-8; save the file as UTF-8"
        raise refusal([Problem(name, line, message)]) from error


def values_of(text: str, *, name: str, longest: int, refusal: type[FileMistakes]) -> dict[str, Any]:
    """The values of a TOML text of at most `longest` characters; raises `refusal` where it is none."""
    if len(text) > longest:
        message = f"the file has {len(text)} characters; at most {longest} are read"
        raise refusal([Problem(name, 1, message)])
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        message = "lists or tables lie too deep inside each other"
        raise refusal([Problem(name, 1, message)]) from error
    except ValueError as error:  # also of a number with thousands of digits
        raise refusal([_toml_problem(str(error), text=text, name=name)]) from error


def repeated(names: Iterable[tuple[Place, str]]) -> Iterator[tuple[Place, str, Place]]:
    """Each name that was used before, with its place and the place of its first use."""
    first_places: dict[str, Place] = {}
    for place, name in names:
        first = first_places.setdefault(name.casefold(), place)
        if name and first != place:
            yield place, name, first


def fingerprint(entry: Any) -> str:
    """SHA-256 of what a file holds in 64 hex digits; comments and line breaks do not change it.

    Values that are false or empty are left out, so that an optional key added to the format later
    leaves the fingerprint of every published file as it was.
    """
    content = asdict(entry, dict_factory=lambda pairs: {k: v for k, v in pairs if v})
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_files(paths: Iterable[str], *, told: Callable[[Path], str]) -> int:
    """Check files from the command line: `told` reads one and says what it holds. 0 if all are fine."""
    failed = 0
    for path in paths:
        try:
            holds = told(Path(path))
        except (FileMistakes, OSError) as error:
            failed = 1
            sys.stderr.write(f"{error}\n")
        else:
            sys.stdout.write(f"{path}: {holds}: fine\n")
    return failed


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
