"""Every table, key and list entry of a TOML text is found on its own line."""

import tomllib
from collections.abc import Iterator
from textwrap import dedent

import pytest

from programs.guide_file import CONTENT
from programs.toml_lines import Place, beginning_of, lines_of, nearest_line, unclosed_line

WITH_EVERYTHING = dedent('''\
    # a comment with [brackets], "quotes" and = signs
    title = "a # is no comment, [[nor]] a heading"
    "quoted key" = 1
    dotted.key = 2
    empty = ""

    long = """
    [[steps]]
    key = "not a key" and \\"\\"\\" no end
    the end with one quote more""""
    after = \'\'\'
    it\'s \'\'fine\'\' ]\'\'\'
    short = 'literal \\'  # with a comment
    flat = [1, 2]
    list = [  # the first follows
      "a, b",
      # a comment between
      """c
    d""", "e",
      [4, [5]],
    ]
    none = []
    inline = { x = 1, y = [2] }
    date = 2026-11-23 10:42:00

    [table]
    x = 1

    [[steps]]
    x = 1

      [[steps.items]]
    x = 1
    [[ steps . items ]]
    x = 2

    [[steps]]
    [[steps.items]]
    x = 1
    [steps.table]
    x = 1''')


def test_every_place_has_its_line() -> None:
    tomllib.loads(WITH_EVERYTHING)
    assert lines_of(WITH_EVERYTHING) == {
        (): 1,
        ("title",): 2,
        ("quoted key",): 3,
        ("dotted", "key"): 4,
        ("empty",): 5,
        ("long",): 7,
        ("after",): 11,
        ("short",): 13,
        ("flat",): 14,
        ("flat", 0): 14,
        ("flat", 1): 14,
        ("list",): 15,
        ("list", 0): 16,
        ("list", 1): 18,
        ("list", 2): 19,
        ("list", 3): 20,
        ("none",): 22,
        ("inline",): 23,
        ("date",): 24,
        ("table",): 26,
        ("table", "x"): 27,
        ("steps",): 29,
        ("steps", 0): 29,
        ("steps", 0, "x"): 30,
        ("steps", 0, "items"): 32,
        ("steps", 0, "items", 0): 32,
        ("steps", 0, "items", 0, "x"): 33,
        ("steps", 0, "items", 1): 34,
        ("steps", 0, "items", 1, "x"): 35,
        ("steps", 1): 37,
        ("steps", 1, "items"): 38,
        ("steps", 1, "items", 0): 38,
        ("steps", 1, "items", 0, "x"): 39,
        ("steps", 1, "table"): 40,
        ("steps", 1, "table", "x"): 41,
    }


def test_line_endings_of_windows_change_nothing() -> None:
    assert lines_of(WITH_EVERYTHING.replace("\n", "\r\n")) == lines_of(WITH_EVERYTHING)


def test_built_in_guide_is_found_whole() -> None:
    text = (CONTENT / "eleven_steps.v1.toml").read_text()
    rows = text.splitlines()
    places = dict(_places(tomllib.loads(text)))
    lines = lines_of(text)
    assert lines.keys() == places.keys()
    for place, value in places.items():
        assert _says(rows[lines[place] - 1], place, value), (place, rows[lines[place] - 1])


def _places(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    yield place, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*place, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*place, index))


def _says(row: str, place: Place, value: object) -> bool:
    """Whether the row of the file is the one a reader would point at."""
    names = [str(part) for part in place if isinstance(part, str)]
    if not place:
        return True
    if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
        return row == f"[[{'.'.join(names)}]]"
    if isinstance(place[-1], int):
        return row == f'  "{value}",'
    return row.startswith(f"{names[-1]} = ")


def test_nearest_line_climbs_to_what_is_known() -> None:
    lines = {(): 1, ("steps",): 8, ("steps", 1): 20}
    assert nearest_line(lines, ("steps", 1, "title")) == 20
    assert nearest_line(lines, ("steps", 5, "items", 0)) == 8
    assert nearest_line(lines, ("title",)) == 1


def test_beginning_of_a_value_over_several_lines() -> None:
    text = 'a = 1\nb = """\nx\ny"""\nc = [\n 1,\n]\n'
    assert [beginning_of(text, line=line) for line in range(1, 8)] == [1, 2, 2, 2, 5, 5, 5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x"\nb = "y\n', 2),
        ("a = 'x'\nb = 'y\n", 2),
        ('a = """x"""\nb = """y\nz\n', 2),
        ("# isn't\na = 1\nb = '''y\nz", 3),
        ('a = "x"\n# isn\'t\n', None),
    ],
)
def test_unclosed_text_is_found(text: str, line: int | None) -> None:
    assert unclosed_line(text) == line
