"""Every mistake in a guide file is named in words, with its line."""

import pytest

from programs.guide_file import GuideFileError, parse_guide
from programs.tests.guide_blocks import (
    BLOCKS,
    GUIDE,
    KEYS,
    LESSON,
    Block,
    blocks_with,
    item,
    line_of,
    parsed,
    problems,
    step,
    written,
)

MUST_BE = {
    "number": "a whole number",
    "version": "a whole number",
    "weight": "a whole number",
    "critical": "true or false",
    "yearly": "true or false",
    "exit_list": "a list",
}
TEXTS = [(at, key) for at, key in KEYS if key not in MUST_BE]
LIMITS = [
    (0, "title", 80),
    (0, "summary", 500),
    (1, "title", 80),
    (3, "term", 40),
    (3, "meaning", 240),
    (5, "title", 80),
    (5, "short_title", 16),
    (5, "lede", 160),
    (5, "why", 700),
    (6, "text", 320),
    (6, "source", 80),
    (7, "key", 60),
    (7, "text", 140),
    (7, "evidence", 160),
    (7, "help", 300),
]


# Every mistake, at every key


@pytest.mark.parametrize(("at", "key"), [k for k in KEYS if k[1] != "yearly"])
def test_missing_key(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: None})
    message = f'the key "{key}" is missing from this {blocks[at].noun}'
    assert problems(written(blocks)) == [(line_of(blocks, at), message)]


@pytest.mark.parametrize(("at", "key"), KEYS)
def test_misspelt_key(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: None, f"{key}x": BLOCKS[at].values[key]})
    noun = blocks[at].noun
    unknown = f'"{key}x" is not a key of this {noun}; did you mean "{key}"?'
    missing = f'the key "{key}" is missing from this {noun}'
    expected = [(line_of(blocks, at, f"{key}x"), unknown)]
    if key != "yearly":
        expected.insert(0, (line_of(blocks, at), missing))
    assert problems(written(blocks)) == sorted(expected)


@pytest.mark.parametrize(("at", "key"), KEYS)
@pytest.mark.parametrize(
    ("value", "is_now"),
    [
        ('"x"', "text"),
        ("7", "a whole number"),
        ("1.5", "a decimal number"),
        ("true", "true or false"),
        ('["x", "y", "z"]', "a list"),
        ("{ x = 1 }", "a table"),
        ("2026-11-23", "a date or time"),
    ],
)
def test_wrong_type(at: int, key: str, value: str, is_now: str) -> None:
    must_be = MUST_BE.get(key, "text")
    if must_be == is_now:
        return
    blocks = blocks_with(at, **{key: value})
    message = f'"{key}" must be {must_be}, not {is_now}'
    assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


@pytest.mark.parametrize(("at", "key"), KEYS)
def test_key_written_twice(at: int, key: str) -> None:
    """The line is where the second value begins, also when it runs over several lines."""
    block = BLOCKS[at]
    again = Block(block.noun, "# again", {key: block.values[key]})
    blocks = [*BLOCKS[: at + 1], again, *BLOCKS[at + 1 :]]
    line = line_of(blocks, at + 1, key)
    assert problems(written(blocks)) == [(line, "this key is already set above")]


@pytest.mark.parametrize(("at", "key"), TEXTS)
def test_empty_text(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: '" "'})
    assert problems(written(blocks)) == [(line_of(blocks, at, key), f'"{key}" is empty')]


@pytest.mark.parametrize(("at", "key"), TEXTS)
@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\\u0000", "U+0000 (a control character)"),
        ("\\u007F", "U+007F (a control character)"),
        ("\u202e", "U+202E (right-to-left override)"),
        ("\u2067", "U+2067 (right-to-left isolate)"),
        ("\ufffd", "U+FFFD (replacement character)"),
    ],
)
def test_forbidden_character(at: int, key: str, character: str, name: str) -> None:
    blocks = blocks_with(at, **{key: f'"a{character}b"'})
    message = f'"{key}" holds {name}; delete it'
    assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


@pytest.mark.parametrize(("at", "key", "longest"), LIMITS)
def test_longest_text(at: int, key: str, longest: int) -> None:
    fits, too_long = (blocks_with(at, **{key: f'"{"x" * n}"'}) for n in (longest, longest + 1))
    assert parsed(fits).key == "small-guide"
    message = f'"{key}" has {longest + 1} characters; at most {longest} fit'
    assert problems(written(too_long)) == [(line_of(too_long, at, key), message)]


@pytest.mark.parametrize(("at", "key", "lowest", "highest"), [(0, "version", 1, 9999), (7, "weight", 1, 3)])
def test_number_out_of_range(at: int, key: str, lowest: int, highest: int) -> None:
    for number in (lowest, highest):
        assert parsed(blocks_with(at, **{key: str(number)})).key == "small-guide"
    for number in (lowest - 1, highest + 1, -1):
        blocks = blocks_with(at, **{key: str(number)})
        message = f'"{key}" is {number}; it must be {lowest} to {highest}'
        assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


# Mistakes of one kind of value


@pytest.mark.parametrize("slug", ["Target", "2", "1-target", "two words", "a--b", "a_b", "-a", "é"])
def test_key_that_is_no_slug(slug: str) -> None:
    blocks = blocks_with(7, key=f'"{slug}"')
    rule = "use small letters, digits and hyphens, and begin with a letter"
    assert problems(written(blocks)) == [(line_of(blocks, 7, "key"), f'"key" is "{slug}"; {rule}')]


@pytest.mark.parametrize("code", ["fr", "pt-br", "zh-Hant", "prs"])
def test_language_code(code: str) -> None:
    assert parsed(blocks_with(0, language=f'"{code}"')).language == code


@pytest.mark.parametrize("code", ["English", "e", "en_GB", "EN"])
def test_language_that_is_no_code(code: str) -> None:
    rule = 'write a language code such as "en" or "pt-br"'
    blocks = blocks_with(0, language=f'"{code}"')
    assert problems(written(blocks)) == [(4, f'"language" is "{code}"; {rule}')]


def test_short_title_of_two_words() -> None:
    blocks = blocks_with(5, short_title='"The Vision"')
    line = line_of(blocks, 5, "short_title")
    assert problems(written(blocks)) == [(line, '"short_title" must be one word')]


def test_unknown_phase() -> None:
    blocks = blocks_with(5, phase='"befor"')
    message = '"phase" is "befor"; it must be "before" or "during"'
    assert problems(written(blocks)) == [(line_of(blocks, 5, "phase"), message)]


@pytest.mark.parametrize("lines", [0, 2, 7])
def test_exit_list_of_wrong_length(lines: int) -> None:
    blocks = blocks_with(5, exit_list=str(["x"] * lines))
    message = f'"exit_list" has {lines} entries; it needs 3 to 6'
    assert problems(written(blocks)) == [(line_of(blocks, 5, "exit_list"), message)]


def test_entries_of_the_exit_list_have_lines_of_their_own() -> None:
    blocks = blocks_with(5, exit_list=f'[\n"{"x" * 121}",\n7,\n"",\n"fine"\n]')
    line = line_of(blocks, 5, "exit_list")
    assert problems(written(blocks)) == [
        (line + 1, 'entry 1 of "exit_list" has 121 characters; at most 120 fit'),
        (line + 2, 'entry 2 of "exit_list" must be text, not a whole number'),
        (line + 3, 'entry 3 of "exit_list" is empty'),
    ]


# Mistakes between the parts


def test_step_without_items() -> None:
    blocks = list(BLOCKS[:12])
    message = "this step has no items; put each under its own [[steps.items]]"
    assert problems(written(blocks)) == [(line_of(blocks, 9), message)]


def test_items_that_are_no_tables() -> None:
    blocks = [*BLOCKS[:12]]
    blocks[9] = step("funding", number="2", phase='"during"', items='["budget"]')
    message = '"items" must be tables, each under its own heading [[steps.items]]'
    assert problems(written(blocks)) == [(line_of(blocks, 9, "items"), message)]


def test_misspelt_heading() -> None:
    blocks = [*BLOCKS[:12], Block("item", "[[steps.item]]", BLOCKS[12].values)]
    assert problems(written(blocks)) == [
        (line_of(blocks, 9), "this step has no items; put each under its own [[steps.items]]"),
        (line_of(blocks, 12), '"item" is not a key of this step; did you mean "items"?'),
    ]


def test_too_many_entries() -> None:
    blocks = [*BLOCKS[:12], *(item(f"budget-{number}") for number in range(31))]
    message = '"items" has 31 entries; it needs 1 to 30'
    assert problems(written(blocks)) == [(line_of(blocks, 12), message)]


def test_two_items_of_a_step_with_one_key() -> None:
    blocks = blocks_with(8, key='"target"')
    first = line_of(blocks, 7, "key")
    message = f'step "vision" has two items with the key "target" (line {first})'
    assert problems(written(blocks)) == [(line_of(blocks, 8, "key"), message)]


def test_items_of_two_steps_with_one_key() -> None:
    blocks = blocks_with(12, key='"target"')
    first = line_of(blocks, 7, "key")
    message = f'step "vision" has an item with the key "target" (line {first})'
    assert problems(written(blocks)) == [(line_of(blocks, 12, "key"), message)]


@pytest.mark.parametrize("key", ["key", "title", "short_title"])
def test_two_steps_with_one_name(key: str) -> None:
    value = BLOCKS[5].values[key]
    blocks = blocks_with(9, **{key: value})
    message = f"another step has the {key} {value} (line {line_of(blocks, 5, key)})"
    assert problems(written(blocks)) == [(line_of(blocks, 9, key), message)]


def test_term_explained_twice() -> None:
    blocks = blocks_with(4, term='"Site"')
    first = line_of(blocks, 3, "term")
    message = f'the term "Site" is already explained in line {first}'
    assert problems(written(blocks)) == [(line_of(blocks, 4, "term"), message)]


@pytest.mark.parametrize("number", [1, 3])
def test_numbers_follow_the_order_of_the_file(number: int) -> None:
    blocks = blocks_with(9, number=str(number))
    message = f'"number" is {number}; counted from the top this is step 2'
    assert problems(written(blocks)) == [(line_of(blocks, 9, "number"), message)]


def test_phases_stand_in_order() -> None:
    blocks = [BLOCKS[0], BLOCKS[2], BLOCKS[1], *BLOCKS[3:]]
    assert problems(written(blocks)) == [
        (line_of(blocks, 1, "key"), 'phase 1 must have the key "before"'),
        (line_of(blocks, 2, "key"), 'phase 2 must have the key "during"'),
    ]


def test_one_phase_alone() -> None:
    blocks = [*BLOCKS[:2], *BLOCKS[3:]]
    message = '"phases" has 1 entry; it needs 2'
    assert problems(written(blocks)) == [(line_of(blocks, 1), message)]


def test_phase_without_a_step() -> None:
    blocks = blocks_with(9, phase='"before"')
    message = 'no step has the phase "during"'
    assert problems(written(blocks)) == [(line_of(blocks, 5), message)]


def test_step_back_to_the_first_phase() -> None:
    third = [step("late", number="3"), LESSON, item("late")]
    blocks = [*BLOCKS, *third]
    message = 'a step of the phase "before" must stand before those of "during"'
    assert problems(written(blocks)) == [(line_of(blocks, len(BLOCKS), "phase"), message)]


def test_all_mistakes_are_told_at_once() -> None:
    blocks = blocks_with(7, weight="5", critical='"yes"', evidence=None, text='""')
    blocks[5] = step("vision", number="4")
    blocks[0] = Block("guide", "", GUIDE.values | {"author": '"me"'})
    with pytest.raises(GuideFileError) as caught:
        parse_guide(written(blocks), name="programs/content/x.toml")
    assert str(caught.value).splitlines() == [
        f"programs/content/x.toml, line {line}: {message}"
        for line, message in [
            (6, '"author" is not a key of this guide'),
            (line_of(blocks, 5, "number"), '"number" is 4; counted from the top this is step 1'),
            (line_of(blocks, 7), 'the key "evidence" is missing from this item'),
            (line_of(blocks, 7, "text"), '"text" is empty'),
            (line_of(blocks, 7, "weight"), '"weight" is 5; it must be 1 to 3'),
            (line_of(blocks, 7, "critical"), '"critical" must be true or false, not text'),
        ]
    ]
