"""A small valid instrument in blocks, to be written with one thing changed."""

from collections.abc import Sequence

import pytest

from assessments.instrument_file import InstrumentEntry, InstrumentFileError, parse
from programs.tests.guide_blocks import Block, written


def level(value: int, label: str, **values: str) -> Block:
    return Block("level", "[[scale]]", {"value": str(value), "label": f'"{label}"'} | values)


def dimension(key: str, **values: str) -> Block:
    usual = {"key": f'"{key}"', "title": f'"The dimension {key}"', "lede": '"One sentence."'}
    return Block("dimension", "[[dimensions]]", usual | values)


def item(key: str, **values: str) -> Block:
    usual = {"key": f'"{key}"', "text": '"What is rated"', "construct": '"step 1: vision"'}
    return Block("item", "[[dimensions.items]]", usual | values)


def anchors(**values: str) -> Block:
    usual = {"0": '"Nothing to see"', "2": '"All of it"'}
    return Block("item's anchors", "[dimensions.items.anchors]", usual | values)


BLOCKS = (
    Block(
        "instrument",
        "",
        {
            "key": '"small-instrument"',
            "version": "3",
            "title": '"A small instrument"',
            "language": '"en"',
            "summary": '"""\nTwo sentences. On two\nlines."""',
            "good_for": '"For the tests."',
            "not_for": '"For the work."',
            "minutes": "20",
        },
    ),
    Block("source", "[[sources]]", {"name": '"A framework (Nobody, 2020)"', "what": '"Its two parts."'}),
    level(0, "Not yet", meaning='"Nobody has begun."'),
    level(1, "Partly", meaning='"Some of it is there."'),
    level(2, "Fully", meaning='"All of it is there."'),
    dimension("leadership"),
    item(
        "named-lead",
        help='"""\n  How to look\n  at it."""',
        weight="2",
        is_critical="true",
        is_reversed="true",
        may_pass="false",
        shows='"item:scale-vision-page"',
    ),
    anchors(**{"1": '"""\nSome\nof it"""'}),
    item("team"),
    anchors(),
    dimension("money"),
    item("budget"),
    anchors(),
)
FULL_ITEM, ITS_ANCHORS, PLAIN_ITEM = 6, 7, 8
KEYS = [(at, key) for at, block in enumerate(BLOCKS) for key in block.values]


def blocks_with(at: int, **values: str | None) -> list[Block]:
    """The sample with some values of one block changed, or dropped where None."""
    block = BLOCKS[at]
    kept = {key: value for key, value in (block.values | values).items() if value is not None}
    return [*BLOCKS[:at], Block(block.noun, block.heading, kept), *BLOCKS[at + 1 :]]


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InstrumentFileError) as caught:
        parse(text, name="x.toml")
    return [(problem.line, problem.message) for problem in caught.value.problems]


def parsed(blocks: Sequence[Block] = BLOCKS) -> InstrumentEntry:
    return parse(written(list(blocks)), name="x.toml")
