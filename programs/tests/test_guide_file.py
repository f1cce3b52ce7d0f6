"""Guide files: what is read, its fingerprint, and files that cannot be read at all."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.guide_file import (
    CONTENT,
    LONGEST_FILE,
    GuideFileError,
    LessonEntry,
    PhaseEntry,
    TermEntry,
    main,
    parse_guide,
    read_guide,
)
from programs.tests.guide_blocks import BLOCKS, GUIDE, KEYS, Block, blocks_with, line_of, parsed, problems, written
from programs.toml_table import Problem

BUILT_IN = (CONTENT / "eleven_steps.v1.toml").read_text()


# What is read


def test_sample_is_read() -> None:
    guide = parsed()
    assert (guide.key, guide.version, guide.title) == ("small-guide", 3, "A small guide")
    assert (guide.language, guide.summary) == ("en", "For the tests.")
    assert guide.phases == (PhaseEntry("before", "Before"), PhaseEntry("during", "During"))
    assert guide.terms == (TermEntry("site", "A place."), TermEntry("pilot", "A first try."))
    vision, funding = guide.steps
    assert (vision.key, vision.number, vision.phase) == ("vision", 1, "before")
    assert vision.why == "Two sentences. On two lines."
    assert vision.exit_list == ("one thing", "two things", "three")
    assert funding.lessons == (LessonEntry("A lesson.", "A book"),) * 2
    assert [(i.number, i.position, i.key) for i in guide.items] == [
        ("1.1", 1, "target"),
        ("1.2", 2, "person"),
        ("2.1", 1, "budget"),
    ]
    assert [(i.is_critical, i.is_yearly) for i in vision.items] == [(True, True), (False, True)]
    assert vision.items[0].help == "How to do it well."


def test_yearly_may_be_left_out() -> None:
    assert parsed(blocks_with(7, yearly=None)).items[0].is_yearly is False


def test_built_in_guide_is_valid() -> None:
    assert parse_guide(BUILT_IN, name="x.toml").title == "The eleven steps"


def test_example_of_the_documentation_is_valid() -> None:
    page = (CONTENT.parents[1] / "docs" / "guide-files.md").read_text()
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert [item.number for item in parse_guide(example[1], name="guide-files.md").items] == ["1.1", "2.1"]


# The fingerprint


def test_fingerprint_is_of_the_content() -> None:
    """Pinned: if it changes for the same content, published guides would seem to have changed."""
    expected = "567d3c05964070fc71389458a1598da6c1b1e9e5f157896b1a19f14d8e67164d"
    assert parsed().fingerprint == expected


def test_fingerprint_does_not_see_layout() -> None:
    other = written().replace("Two sentences. On two\nlines.", "Two  sentences.\n On two lines.")
    other = "# a comment\n\n" + other.replace("\n", "\r\n").replace("[[steps]]", "[[ steps ]] # x")
    assert other != written()
    assert parse_guide(other, name="y.toml").fingerprint == parsed().fingerprint


def test_fingerprint_of_a_flag_left_out_is_that_of_false() -> None:
    left_out, false = blocks_with(7, yearly=None), blocks_with(7, yearly="false")
    assert parsed(left_out).fingerprint == parsed(false).fingerprint


def test_fingerprint_sees_every_value() -> None:
    """All but numbers of steps and phases, which no valid file can change alone."""
    others = {"weight": "3", "version": "4", "exit_list": '["x", "y", "z"]'}
    others |= {"critical": "false", "yearly": "false"}
    fingerprints = [parsed().fingerprint]
    for at, key in KEYS:
        value = others.get(key, '"de"')
        fixed = key in {"number", "phase"} or (BLOCKS[at].noun, key) == ("phase", "key")
        if not fixed and value != BLOCKS[at].values[key]:
            fingerprints.append(parsed(blocks_with(at, **{key: value})).fingerprint)
    assert len(fingerprints) == 50
    assert len(set(fingerprints)) == 50


# Broken TOML


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('x = "open', "column 10: the text on this line has no closing quotation mark"),
        ("x = 'open", "the text that begins here has no closing quotation marks"),
        ("x = open", "column 5: the value is missing, or it is text without quotation marks"),
        ("x =", "column 4: the value is missing, or it is text without quotation marks"),
        ('x "y"', "column 3: an equals sign must follow the key; or a text above is not closed"),
        (
            'x = "a "b" c"',
            "column 9: the value should end here; look for a quotation mark in the text",
        ),
        ("[[x]", "column 4: the closing bracket of this heading is missing"),
        ('x = "a\\b\\c"', "column 11: write a backslash in a text as two backslashes"),
        ("x = [1 2]", "column 8: a comma or the closing bracket ] of a list is missing"),
        ("= 1", "column 1: this is neither a heading nor a key with a value"),
        ("x = 'a\x01'", "column 7: a control character stands here; delete it"),
        ("# a\x01", "column 4: a control character stands here; delete it"),
        (
            "[phases]\n[phases]",
            "column 8: this heading stands twice; tables of a list need double brackets [[ ]]",
        ),
    ],
)
def test_broken_toml_in_words(row: str, message: str) -> None:
    line = 6 + row.count("\n")
    text = "\n".join([written([GUIDE]), row, "# the end"])
    assert problems(text) == [(line, message)]


def test_text_open_to_the_end() -> None:
    text = written([GUIDE, Block("phase", "[[phases]]", {"key": '"""before'}), BLOCKS[2]])
    assert problems(text) == [(8, "the text that begins here has no closing quotation marks")]


def test_number_of_thousands_of_digits() -> None:
    said = problems(f"version = {'9' * 5000}")
    assert said == [(1, "a number in this file has too many digits")]


def test_lists_too_deep() -> None:
    assert problems(f"a = {'[' * 5000}") == [(1, "lists or tables lie too deep inside each other")]


def test_file_too_large() -> None:
    said = f"the file has {LONGEST_FILE + 1} characters; at most {LONGEST_FILE} are read"
    assert problems("#" * (LONGEST_FILE + 1)) == [(1, said)]


def test_empty_file() -> None:
    assert [line for line, _ in problems("")] == [1] * 8


# Files


def test_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "small.v3.toml"
    path.write_text(written(), encoding="utf-8-sig")
    assert read_guide(path) == parsed()


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "small.v3.toml"
    path.write_bytes(written(blocks_with(0, title='"Où"')).encode("latin-1"))
    with pytest.raises(GuideFileError) as caught:
        read_guide(path, name="small")
    said = "small, line 3: a character is not UTF-8; save the file as UTF-8"
    assert str(caught.value) == said


def test_checking_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    good, bad, absent = (tmp_path / name for name in ("good.toml", "bad.toml", "absent.toml"))
    good.write_text(written())
    bad.write_text(written(blocks_with(7, weight="5")))
    assert main([str(good)]) == 0
    assert main([str(bad), str(good), str(absent)]) == 1
    out, err = capsys.readouterr()
    line = line_of(blocks_with(7, weight="5"), 7, "weight")
    fine = f"{good}: A small guide, version 3, 2 steps, 3 items: fine\n"
    assert out == fine * 2
    assert err == (
        f"{bad}, line {line}: \"weight\" is 5; it must be 1 to 3\n[Errno 2] No such file or directory: '{absent}'\n"
    )


# Any damage


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_key_of_the_built_in_guide_misspelt(data: st.DataObject) -> None:
    rows = BUILT_IN.splitlines()
    keyed = [at for at, row in enumerate(rows) if re.match(r"(?!yearly)\w+ = ", row)]
    at = data.draw(st.sampled_from(keyed))
    heading = next((up for up in range(at, 0, -1) if rows[up].startswith("[[")), 0)
    rows[at] = re.sub(r"^\w+", lambda key: f"{key[0]}_x", rows[at])
    assert [line for line, _ in problems("\n".join(rows))] == [heading + 1, at + 1]


@given(seed=st.integers(min_value=0), size=st.integers(min_value=1, max_value=12))
@settings(max_examples=300, deadline=None)
def test_damaged_file_is_read_or_refused_with_a_line(seed: int, size: int) -> None:
    """No damage ends in anything but a guide or a GuideFileError with lines of the file."""
    text, draw = written(), random.Random(seed)
    for _ in range(size):
        start = draw.randrange(len(text))
        piece = draw.choice(["", '"', '"""', "'", "[", "]]", "=", "\n", "#", "\\", "\x00", ",", "0"])
        text = text[:start] + piece + text[start + draw.choice([0, 1, 9]) :]
    last = text.count("\n") + 1
    assert [problem for problem in _mistakes(text) if not 1 <= problem.line <= last] == []


def _mistakes(text: str) -> list[Problem]:
    try:
        parse_guide(text, name="x.toml")
    except GuideFileError as error:
        return list(error.problems)
    return []
