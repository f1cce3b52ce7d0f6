"""Where things stand in a TOML text: the line numbers that tomllib does not give."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

# The way to a value in the parsed text: ("steps", 2, "title") is the title of the third step.
Place: TypeAlias = tuple[str | int, ...]

TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<text>    \"{3} (?: \\. | [^\\] )*? \"{3,5} | '{3} .*? '{3,5}
                 | " (?: \\. | [^"\\\n] )* "         | ' [^'\n]* '     )
    | (?P<newline> \n )
    | (?P<open>    [\[{] )
    | (?P<close>   [\]}] )
    | (?P<comma>   , )
    | (?P<equals>  = )
    | (?P<bare>    [^\s\#"'\[\]{},=]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
DEPTH = {"open": 1, "close": -1}


class Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[Place, int]:
    """Line of every table, key and list entry of a text that tomllib has already accepted."""
    lines: dict[Place, int] = {(): 1}
    lengths: dict[Place, int] = {}
    table: Place = ()
    for statement in _statements(text):
        if statement[0].kind == "open":
            table = _headed_place(statement, lengths)
            lines.setdefault(table[:-1], statement[0].line)
            lines[table] = statement[0].line
        else:
            lines.update(_keyed_lines(statement, table))
    return lines


def nearest_line(lines: Mapping[Place, int], place: Place) -> int:
    """Line of the place, or of the closest thing around it whose line is known."""
    while place not in lines:
        place = place[:-1]
    return lines[place]


def beginning_of(text: str, *, line: int) -> int:
    """Line on which the key or heading begins that runs over this line."""
    return max((first.line for first, *_ in _statements(text) if first.line <= line), default=line)


def unclosed_line(text: str) -> int | None:
    """Line of the first quotation mark that opens a text and is never answered by another."""
    end = 0
    for match in TOKEN.finditer(text + "\n"):
        if mark := re.search("[\"']", text[end : match.start()]):
            return text.count("\n", 0, end + mark.start()) + 1
        end = match.end()
    return None


def _statements(text: str) -> Iterator[list[Token]]:
    """A heading, or a key with its value (which may run over several lines), at a time."""
    statement: list[Token] = []
    line, depth, end = 1, 0, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", end, match.start())
        kind, end = str(match.lastgroup), match.start()
        if kind == "newline" and depth == 0 and statement:
            yield statement
            statement = []
        elif kind not in {"newline", "comment"}:
            statement.append(Token(kind, match.group(), line))
            depth += DEPTH.get(kind, 0)
    if statement:
        yield statement


def _headed_place(heading: list[Token], lengths: dict[Place, int]) -> Place:
    """Place that [a.b] or [[a.b]] opens; [[ ]] lengthens the list it names by one."""
    *parents, name = _names(heading)
    place: Place = ()
    for parent in parents:
        place = _last_entry((*place, parent), lengths)
    place = (*place, name)
    if heading[1].kind == "open":
        lengths[place] = lengths.get(place, 0) + 1
    return _last_entry(place, lengths)


def _last_entry(place: Place, lengths: dict[Place, int]) -> Place:
    return (*place, lengths[place] - 1) if place in lengths else place


def _keyed_lines(statement: list[Token], table: Place) -> Iterator[tuple[Place, int]]:
    """The line of a key and, where its value is a list, the line of each entry."""
    equals = next(i for i, token in enumerate(statement) if token.kind == "equals")
    place = (*table, *_names(statement[:equals]))
    yield place, statement[0].line
    value = statement[equals + 1 :]
    if value[0].text == "[":
        for index, line in enumerate(_entry_lines(value)):
            yield (*place, index), line


def _entry_lines(value: list[Token]) -> Iterator[int]:
    """The line on which each entry of a list begins; lists inside it are not looked into."""
    depth, entry_follows = 0, False
    for token in value:
        if entry_follows and token.kind != "close":
            yield token.line
        entry_follows = (token.kind, depth) in {("open", 0), ("comma", 1)}
        depth += DEPTH.get(token.kind, 0)


def _names(tokens: list[Token]) -> list[str]:
    """The parts of a key, written bare (a.b) or in quotation marks."""
    names: list[str] = []
    for token in tokens:
        if token.kind == "text":
            names.append(token.text[1:-1])
        elif token.kind == "bare":
            names += [part for part in token.text.split(".") if part]
    return names
