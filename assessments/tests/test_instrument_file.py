"""Instrument files: what is read and written, the fingerprint, and the files of the product."""

import random
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.instrument_file import (
    LONGEST_FILE,
    Anchor,
    InstrumentEntry,
    InstrumentFileError,
    ItemEntry,
    ScaleLevel,
    SourceEntry,
    builtin,
    export,
    main,
    parse,
    read,
)
from assessments.tests.instrument_blocks import BLOCKS, FULL_ITEM, KEYS, PLAIN_ITEM, blocks_with, item, parsed, problems
from programs.guide_file import CONTENT as GUIDES
from programs.guide_file import read_guide
from programs.tests.guide_blocks import line_of, written
from programs.toml_table import Problem

DOCS = Path(__file__).parents[2] / "docs"


# What is read


def test_sample_is_read() -> None:
    instrument = parsed()
    assert (instrument.key, instrument.version, instrument.title) == ("small-instrument", 3, "A small instrument")
    assert (instrument.language, instrument.minutes) == ("en", 20)
    assert instrument.summary == "Two sentences. On two lines."
    assert (instrument.good_for, instrument.not_for) == ("For the tests.", "For the work.")
    assert instrument.sources == (SourceEntry("A framework (Nobody, 2020)", "Its two parts."),)
    assert instrument.scale == (
        ScaleLevel(0, "Not yet", "Nobody has begun."),
        ScaleLevel(1, "Partly", "Some of it is there."),
        ScaleLevel(2, "Fully", "All of it is there."),
    )
    leadership, money = instrument.dimensions
    assert (leadership.key, leadership.title, leadership.lede) == (
        "leadership",
        "The dimension leadership",
        "One sentence.",
    )
    assert [item.key for item in leadership.items] == ["named-lead", "team"]
    assert [item.key for item in money.items] == ["budget"]
    assert instrument.items == (*leadership.items, *money.items)


def test_item_with_everything() -> None:
    assert parsed().items[0] == ItemEntry(
        key="named-lead",
        text="What is rated",
        help="How to look at it.",
        construct="step 1: vision",
        weight=2,
        is_critical=True,
        is_reversed=True,
        may_pass=False,
        shows="item:scale-vision-page",
        anchors=(Anchor(0, "Nothing to see"), Anchor(1, "Some of it"), Anchor(2, "All of it")),
    )


def test_what_may_be_left_out() -> None:
    assert parsed().items[1] == ItemEntry(
        key="team",
        text="What is rated",
        help="",
        construct="step 1: vision",
        weight=1,
        is_critical=False,
        is_reversed=False,
        may_pass=True,
        shows="",
        anchors=(Anchor(0, "Nothing to see"), Anchor(2, "All of it")),
    )
    assert parsed(blocks_with(2, meaning=None)).scale[0] == ScaleLevel(0, "Not yet", "")


def test_anchors_on_one_row() -> None:
    """A table may also be written as TOML's inline table, in any order."""
    on_one_row = item("team", anchors='{ 2 = "All of it", 0 = "Nothing to see" }')
    assert parsed([*BLOCKS[:PLAIN_ITEM], on_one_row, *BLOCKS[PLAIN_ITEM + 2 :]]) == parsed()


def test_example_of_the_documentation_is_valid() -> None:
    page = (DOCS / "instrument-files.md").read_text()
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert [item.key for item in parse(example[1], name="x.toml").items] == ["owner", "pest-losses"]


# What is written

EXPORTED = r'''key = "small-instrument"
version = 3
title = "A small instrument"
language = "en"
summary = "Two sentences. On two lines."
good_for = "For the tests."
not_for = "For the work."
minutes = 20

[[sources]]
name = "A framework (Nobody, 2020)"
what = "Its two parts."

[[scale]]
value = 0
label = "Not yet"
meaning = "Nobody has begun."

[[scale]]
value = 1
label = "Fully"
meaning = "All of it is there."

[[dimensions]]
key = "leadership"
title = "The dimension leadership"
lede = "One sentence."

[[dimensions.items]]
key = "named-lead"
text = "What is rated"
help = "How to look at it."
construct = "step 1: vision"
weight = 2
is_critical = true
is_reversed = true
may_pass = false
shows = "item:scale-vision-page"

[dimensions.items.anchors]
0 = "None"
1 = """
A \"list\" of names of names of names of names of names of names of names of names of names of names
of names of names C:\\lists"""
'''


def test_export_reads_as_people_write() -> None:
    small = [*BLOCKS[:3], BLOCKS[4], *BLOCKS[5:8]]
    small[3] = replace(small[3], values=small[3].values | {"value": "1"})
    long = r'"A \"list\" NAMES C:\\lists"'.replace("NAMES", " ".join(["of names"] * 12))
    small[6] = replace(small[6], values={"0": '"None"', "1": long})
    assert export(parsed(small)) == EXPORTED


def test_export_leaves_defaults_out() -> None:
    rows = export(parsed([*BLOCKS[:6], *BLOCKS[8:10]])).split("\n")
    heading = rows.index("[[dimensions.items]]")
    assert rows[heading + 1 : -4] == ['key = "team"', 'text = "What is rated"', 'construct = "step 1: vision"', ""]


@pytest.mark.parametrize("word", ["x" * 150, "x-" * 75])
def test_export_breaks_no_word(word: str) -> None:
    instrument = parsed(blocks_with(PLAIN_ITEM, text=f'"A {word}"'))
    assert parse(export(instrument), name="x.toml") == instrument


# Words of every script, and texts of them that may need more than one row. No sign is among them that
# reading would take for a space or refuse.
LETTERS = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd", include_characters="\u200d")
SIGNS = st.text(LETTERS, min_size=1, max_size=15).map(lambda text: unicodedata.normalize("NFC", text))
TOML_SIGNS = st.sampled_from(['"', '"""', "\\", "'''", "#", "[", "x\\", "x" * 40])
TEXTS = st.lists(st.one_of(SIGNS, TOML_SIGNS), min_size=1, max_size=4).map(" ".join)
TEXTS_OR_NONE = st.one_of(st.just(""), TEXTS)


@st.composite
def instruments(draw: st.DrawFn) -> InstrumentEntry:
    """The sample with other texts, another scale and other options."""
    sample, lowest = parsed(), draw(st.integers(0, 1))
    values = range(lowest, lowest + draw(st.integers(2, 3)))
    scale = tuple(ScaleLevel(value, f"{value} {draw(SIGNS)}"[:40].strip(), draw(TEXTS_OR_NONE)) for value in values)
    dimensions = tuple(
        replace(each, items=tuple(draw(items(key=item.key, values=values)) for item in each.items))
        for each in sample.dimensions
    )
    return replace(sample, summary=draw(TEXTS), scale=scale, dimensions=dimensions)


def items(*, key: str, values: range) -> st.SearchStrategy[ItemEntry]:
    ends = {values[0]: TEXTS, values[-1]: TEXTS}
    anchors = st.fixed_dictionaries(ends, optional=dict.fromkeys(values[1:-1], TEXTS))
    return st.builds(
        ItemEntry,
        key=st.just(key),
        text=TEXTS,
        help=TEXTS_OR_NONE,
        construct=SIGNS,
        weight=st.integers(1, 5),
        is_critical=st.booleans(),
        is_reversed=st.booleans(),
        may_pass=st.booleans(),
        shows=st.sampled_from(["", "item:budget"]),
        anchors=anchors.map(lambda texts: tuple(Anchor(value, texts[value]) for value in sorted(texts))),
    )


@given(instruments())
@settings(max_examples=100)
def test_what_is_written_reads_back_as_the_same(instrument: InstrumentEntry) -> None:
    again = parse(export(instrument), name="x.toml")
    assert again == instrument
    assert again.fingerprint == instrument.fingerprint


# The fingerprint


def test_fingerprint_is_of_the_content() -> None:
    """Pinned: if it changes for the same content, published instruments would seem to have changed."""
    assert parsed().fingerprint == "3da148e4a8bdb8d14ced5e8db809dc803a440f48d0c50ea2d4adfa5562d09b93"


def test_fingerprint_does_not_see_layout() -> None:
    other = written(BLOCKS).replace("Two sentences. On two\nlines.", "Two  sentences.\n On two lines.")
    other = "# a comment\n\n" + other.replace("\n", "\r\n").replace("[[scale]]", "[[ scale ]] # x")
    assert parse(other, name="y.toml").fingerprint == parsed().fingerprint


def test_fingerprint_of_a_key_left_out_is_that_of_its_default() -> None:
    defaults = {"weight": "1", "is_critical": "false", "is_reversed": "false", "may_pass": "true"}
    assert parsed(blocks_with(PLAIN_ITEM, **defaults)).fingerprint == parsed().fingerprint


def test_fingerprint_sees_every_value() -> None:
    """All but the values of the scale, which no valid file can change alone."""
    others = {"version": "4", "minutes": "45", "weight": "3", "shows": '"item:budget"'}
    others |= {"is_critical": "false", "is_reversed": "false", "may_pass": "true"}
    changed = [(at, key) for at, key in KEYS if key != "value"]
    fingerprints = {parsed(blocks_with(at, **{key: others.get(key, '"de"')})).fingerprint for at, key in changed}
    assert len(fingerprints | {parsed().fingerprint}) == len(changed) + 1


def test_fingerprint_sees_the_order() -> None:
    swapped = [*BLOCKS[:6], *BLOCKS[8:10], *BLOCKS[6:8], *BLOCKS[10:]]
    assert parsed(swapped).fingerprint != parsed().fingerprint


# Files


def test_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "small.v3.toml"
    path.write_text(written(BLOCKS), encoding="utf-8-sig")
    assert read(path) == parsed()


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "small.v3.toml"
    path.write_bytes(written(blocks_with(0, title='"Où"')).encode("latin-1"))
    with pytest.raises(InstrumentFileError) as caught:
        read(path, name="small")
    assert str(caught.value) == "small, line 3: a character is not UTF-8; save the file as UTF-8"


def test_file_too_large() -> None:
    said = f"the file has {LONGEST_FILE + 1} characters; at most {LONGEST_FILE} are read"
    assert problems("#" * (LONGEST_FILE + 1)) == [(1, said)]


def test_broken_toml_in_words() -> None:
    text = written(blocks_with(FULL_ITEM, text='"open'))
    line = line_of(BLOCKS, FULL_ITEM, "text")
    assert problems(text) == [(line, "column 13: the text on this line has no closing quotation mark")]


def test_empty_file() -> None:
    assert [line for line, _ in problems("")] == [1] * 11


def test_checking_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    good, bad, absent = (tmp_path / name for name in ("good.toml", "bad.toml", "absent.toml"))
    good.write_text(written(BLOCKS))
    bad.write_text(written(blocks_with(FULL_ITEM, weight="6")))
    assert main([str(good)]) == 0
    assert main([str(bad), str(good), str(absent)]) == 1
    out, err = capsys.readouterr()
    line = line_of(BLOCKS, FULL_ITEM, "weight")
    assert out == f"{good}: A small instrument, version 3, 2 dimensions, 3 items, 3 levels: fine\n" * 2
    assert err == (
        f"{bad}, line {line}: \"weight\" is 6; it must be 1 to 5\n[Errno 2] No such file or directory: '{absent}'\n"
    )


# The files of the product


def test_the_four_instruments() -> None:
    assert sorted({read(path).key for path in builtin()}) == [
        "implementation-capacity",
        "normalisation",
        "scale-up-readiness",
        "sustainability",
    ]


@pytest.mark.parametrize("path", builtin(), ids=lambda path: path.name)
def test_built_in_instrument(path: Path) -> None:
    instrument = read(path)
    assert path.name == f"{instrument.key.replace('-', '_')}.v{instrument.version}.toml"
    assert parse(export(instrument), name="x.toml") == instrument


def test_what_items_show_is_in_the_guide() -> None:
    guides = [read_guide(path) for path in GUIDES.glob("eleven_steps.v*.toml")]
    known = {f"item:{item.key}" for item in max(guides, key=lambda guide: guide.version).items}
    shown = {item.shows for path in builtin() for item in read(path).items if item.shows}
    assert len(shown) > 0
    assert shown - known == set()


# Any damage


@given(seed=st.integers(min_value=0), size=st.integers(min_value=1, max_value=12))
@settings(max_examples=200)
def test_damaged_file_is_read_or_refused_with_a_line(seed: int, size: int) -> None:
    """No damage ends in anything but an instrument or an InstrumentFileError with lines of the file."""
    text, draw = written(BLOCKS), random.Random(seed)
    for _ in range(size):
        start = draw.randrange(len(text))
        piece = draw.choice(["", '"', '"""', "'", "[", "]]", "=", "\n", "#", "\\", "\x00", ",", "0", "."])
        text = text[:start] + piece + text[start + draw.choice([0, 1, 9]) :]
    last = text.count("\n") + 1
    assert [problem for problem in _mistakes(text) if not 1 <= problem.line <= last] == []


def _mistakes(text: str) -> list[Problem]:
    try:
        parse(text, name="x.toml")
    except InstrumentFileError as error:
        return list(error.problems)
    return []
