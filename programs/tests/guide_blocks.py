"""A small valid guide in blocks, to be written with one thing changed, and its true line numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from programs.guide_file import GuideFile, GuideFileError, parse_guide


@dataclass(frozen=True)
class Block:
    """A heading with its keys; what the file says of it is called by its noun."""

    noun: str
    heading: str
    values: dict[str, str]


def item(key: str, **values: str) -> Block:
    usual = {
        "key": f'"{key}"',
        "text": '"Something to do"',
        "evidence": '"Something to see"',
        "help": '"""\n  How to do it\n  well."""',
        "weight": "2",
        "critical": "true",
        "yearly": "true",
    }
    return Block("item", "[[steps.items]]", usual | values)


def step(key: str, **values: str) -> Block:
    usual = {
        "key": f'"{key}"',
        "number": "1",
        "phase": '"before"',
        "title": f'"The step {key}"',
        "short_title": f'"{key.title()}"',
        "lede": '"One sentence."',
        "why": '"""\nTwo sentences. On two\nlines."""',
        "exit_list": '[\n  "one thing",  # with a ] in a comment\n  "two things",\n  "three",\n]',
    }
    return Block("step", "[[steps]]", usual | values)


GUIDE = Block(
    "guide",
    "",
    {
        "key": '"small-guide"',
        "version": "3",
        "title": '"A small guide"',
        "language": '"en"',
        "summary": '"For the tests."',
    },
)
LESSON = Block("lesson", "[[steps.lessons]]", {"text": '"A lesson."', "source": '"A book"'})
BLOCKS = (
    GUIDE,
    Block("phase", "[[phases]]", {"key": '"before"', "title": '"Before"'}),
    Block("phase", "[[phases]]", {"key": '"during"', "title": '"During"'}),
    Block("term", "[[terms]]", {"term": '"site"', "meaning": '"A place."'}),
    Block("term", "[[terms]]", {"term": '"pilot"', "meaning": '"A first try."'}),
    step("vision"),
    LESSON,
    item("target"),
    item("person", critical="false"),
    step("funding", number="2", phase='"during"'),
    LESSON,
    LESSON,
    item("budget"),
)
KEYS = [(index, key) for index, block in enumerate(BLOCKS) for key in block.values]


def blocks_with(at: int, **values: str | None) -> list[Block]:
    """The sample with some values of one block changed, or dropped where None."""
    block = BLOCKS[at]
    kept = {key: value for key, value in (block.values | values).items() if value is not None}
    return [*BLOCKS[:at], Block(block.noun, block.heading, kept), *BLOCKS[at + 1 :]]


def written(blocks: list[Block] | tuple[Block, ...] = BLOCKS) -> str:
    return "\n".join(row for row, *_ in _rows(blocks))


def line_of(blocks: list[Block], at: int, key: str | None = None) -> int:
    """Line of a key, or of the heading, counted while writing and not by the scanner."""
    lines = [line for line, (_, *where) in enumerate(_rows(blocks), 1) if where == [at, key]]
    return lines[0] if lines else 1


def _rows(blocks: list[Block] | tuple[Block, ...]) -> Iterator[tuple[str, int, str | None]]:
    for at, block in enumerate(blocks):
        if block.heading:
            yield "", at, ""
            yield block.heading, at, None
        for key, value in block.values.items():
            first, *others = f"{key} = {value}".split("\n")
            yield first, at, key
            yield from ((other, at, "") for other in others)


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(GuideFileError) as caught:
        parse_guide(text, name="x.toml")
    return [(problem.line, problem.message) for problem in caught.value.problems]


def parsed(blocks: list[Block] | tuple[Block, ...] = BLOCKS) -> GuideFile:
    return parse_guide(written(blocks), name="x.toml")
