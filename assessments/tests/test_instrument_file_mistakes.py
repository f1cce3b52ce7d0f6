"""Every mistake in an instrument file is named in words, with its line."""

import pytest

from assessments.instrument_file import InstrumentFileError, parse
from assessments.tests.instrument_blocks import (
    BLOCKS,
    FULL_ITEM,
    ITS_ANCHORS,
    KEYS,
    PLAIN_ITEM,
    anchors,
    blocks_with,
    dimension,
    item,
    level,
    parsed,
    problems,
)
from programs.tests.guide_blocks import Block, line_of, written

MUST_BE = {
    "version": "a whole number",
    "minutes": "a whole number",
    "value": "a whole number",
    "weight": "a whole number",
    "is_critical": "true or false",
    "is_reversed": "true or false",
    "may_pass": "true or false",
}
TYPES = {
    "text": '"x"',
    "a whole number": "7",
    "a decimal number": "1.5",
    "true or false": "true",
    "a list": '["x"]',
    "a table": "{ x = 1 }",
    "a date or time": "2026-11-23",
}
OPTIONAL = {"meaning", "help", "weight", "is_critical", "is_reversed", "may_pass", "shows"}
QUESTIONS = [(at, key) for at, key in KEYS if not key.isdigit()]  # all but the anchors
TEXTS = [(at, key) for at, key in KEYS if key not in MUST_BE]
LIMITS = [
    (0, "title", 160),
    (0, "summary", 500),
    (0, "good_for", 400),
    (0, "not_for", 400),
    (1, "name", 200),
    (1, "what", 400),
    (2, "label", 40),
    (2, "meaning", 200),
    (5, "title", 160),
    (5, "lede", 240),
    (FULL_ITEM, "key", 60),
    (FULL_ITEM, "text", 200),
    (FULL_ITEM, "help", 400),
    (FULL_ITEM, "construct", 160),
    (ITS_ANCHORS, "1", 200),
]


# Every mistake, at every key


@pytest.mark.parametrize(("at", "key"), [(at, key) for at, key in QUESTIONS if key not in OPTIONAL])
def test_missing_key(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: None})
    message = f'the key "{key}" is missing from this {blocks[at].noun}'
    assert problems(written(blocks)) == [(line_of(blocks, at), message)]


@pytest.mark.parametrize(("at", "key"), QUESTIONS)
def test_misspelt_key(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: None, f"{key}x": BLOCKS[at].values[key]})
    noun = blocks[at].noun
    unknown = f'"{key}x" is not a key of this {noun}; did you mean "{key}"?'
    expected = [(line_of(blocks, at, f"{key}x"), unknown)]
    if key not in OPTIONAL:
        expected.append((line_of(blocks, at), f'the key "{key}" is missing from this {noun}'))
    assert problems(written(blocks)) == sorted(expected)


@pytest.mark.parametrize(("at", "key"), KEYS)
@pytest.mark.parametrize("is_now", TYPES)
def test_wrong_type(at: int, key: str, is_now: str) -> None:
    must_be = MUST_BE.get(key, "text")
    if must_be == is_now:
        return
    blocks = blocks_with(at, **{key: TYPES[is_now]})
    message = f'"{key}" must be {must_be}, not {is_now}'
    assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


@pytest.mark.parametrize(("at", "key"), TEXTS)
def test_empty_text(at: int, key: str) -> None:
    """Also where the key may be left out: an empty text says that something was meant."""
    blocks = blocks_with(at, **{key: '" "'})
    assert problems(written(blocks)) == [(line_of(blocks, at, key), f'"{key}" is empty')]


@pytest.mark.parametrize(("at", "key"), TEXTS)
def test_forbidden_character(at: int, key: str) -> None:
    blocks = blocks_with(at, **{key: '"a\u202eb"'})
    message = f'"{key}" holds U+202E (right-to-left override); delete it'
    assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


@pytest.mark.parametrize(("at", "key", "longest"), LIMITS)
def test_longest_text(at: int, key: str, longest: int) -> None:
    fits, too_long = (blocks_with(at, **{key: f'"{"x" * n}"'}) for n in (longest, longest + 1))
    assert parsed(fits).version == 3
    message = f'"{key}" has {longest + 1} characters; at most {longest} fit'
    assert problems(written(too_long)) == [(line_of(too_long, at, key), message)]


@pytest.mark.parametrize(
    ("at", "key", "lowest", "highest"),
    [(0, "version", 1, 9999), (0, "minutes", 1, 600), (FULL_ITEM, "weight", 1, 5)],
)
def test_number_out_of_range(at: int, key: str, lowest: int, highest: int) -> None:
    for number in (lowest, highest):
        assert parsed(blocks_with(at, **{key: str(number)})).key == "small-instrument"
    for number in (lowest - 1, highest + 1, -1):
        blocks = blocks_with(at, **{key: str(number)})
        message = f'"{key}" is {number}; it must be {lowest} to {highest}'
        assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


@pytest.mark.parametrize("at", [0, 5, FULL_ITEM])
@pytest.mark.parametrize("slug", ["Target", "2", "two words", "a--b", "a_b", "é"])
def test_key_that_is_no_slug(at: int, slug: str) -> None:
    blocks = blocks_with(at, key=f'"{slug}"')
    rule = "use small letters, digits and hyphens, and begin with a letter"
    assert problems(written(blocks)) == [(line_of(blocks, at, "key"), f'"key" is "{slug}"; {rule}')]


@pytest.mark.parametrize("shown", ["budget", "item:", "item:Budget", "item: budget", "step:budget", "item:a:b"])
def test_what_an_item_shows(shown: str) -> None:
    blocks = blocks_with(FULL_ITEM, shows=f'"{shown}"')
    rule = 'write item: and the key of an item of the guide, such as "item:scale-vision-page"'
    message = f'"shows" is "{shown}"; {rule}'
    assert problems(written(blocks)) == [(line_of(blocks, FULL_ITEM, "shows"), message)]


# The scale


def scaled(levels: list[Block]) -> list[Block]:
    """One item, with anchors for 0 and 2, on this scale."""
    return [*BLOCKS[:2], *levels, BLOCKS[5], *BLOCKS[PLAIN_ITEM : PLAIN_ITEM + 2]]


@pytest.mark.parametrize(("lowest", "count"), [(0, 2), (0, 11), (1, 11), (3, 4)])
def test_scales_that_fit(lowest: int, count: int) -> None:
    values = range(lowest, lowest + count)
    blocks = scaled([level(value, f"Level {value}") for value in values])
    blocks[-1] = Block("", "[dimensions.items.anchors]", {str(end): '"x"' for end in (values[0], values[-1])})
    assert [each.value for each in parsed(blocks).scale] == list(values)


@pytest.mark.parametrize(("count", "entries"), [(1, "1 entry"), (12, "12 entries")])
def test_too_few_or_many_levels(count: int, entries: str) -> None:
    """Anchors are told apart from it: here they fit the levels there are."""
    blocks = scaled([level(value, f"Level {value}") for value in range(count)])
    blocks[-1] = Block("", "[dimensions.items.anchors]", {"0": '"x"', str(count - 1): '"x"'})
    message = f'"scale" has {entries}; it needs 2 to 11'
    assert problems(written(blocks)) == [(line_of(blocks, 2), message)]


@pytest.mark.parametrize("value", [-1, 12])
def test_value_that_no_scale_has(value: int) -> None:
    blocks = blocks_with(4, value=str(value))
    message = f'"value" is {value}; it must be 0 to 11'
    assert problems(written(blocks)) == [(line_of(blocks, 4, "value"), message)]


@pytest.mark.parametrize("value", [0, 1, 3])
def test_values_rise_by_one(value: int) -> None:
    """Anchors are not asked about a scale that is itself wrong."""
    blocks = blocks_with(4, value=str(value))
    message = f'"value" is {value}; after 1 it must be 2'
    assert problems(written(blocks)) == [(line_of(blocks, 4, "value"), message)]


def test_lowest_value_missing() -> None:
    """What the scale goes from is not guessed."""
    blocks = scaled([level(0, "Not yet"), level(0, "Partly"), level(1, "Fully")])
    del blocks[2].values["value"]
    message = 'the key "value" is missing from this level'
    assert problems(written(blocks)) == [(line_of(blocks, 2), message)]


def test_highest_level_first() -> None:
    blocks = [*BLOCKS[:2], BLOCKS[4], BLOCKS[3], BLOCKS[2], *BLOCKS[5:]]
    assert problems(written(blocks)) == [
        (line_of(blocks, 3, "value"), '"value" is 1; after 2 it must be 3'),
        (line_of(blocks, 4, "value"), '"value" is 0; after 1 it must be 2'),
    ]


def test_two_levels_with_one_label() -> None:
    blocks = blocks_with(4, label='"not yet"')
    message = f'another level has the label "not yet" (line {line_of(blocks, 2, "label")})'
    assert problems(written(blocks)) == [(line_of(blocks, 4, "label"), message)]


# Anchors


@pytest.mark.parametrize(("key", "end"), [("0", "lowest"), ("2", "highest")])
def test_anchor_missing_at_an_end(key: str, end: str) -> None:
    blocks = blocks_with(ITS_ANCHORS, **{key: None})
    message = f"the anchor for {key}, the {end} value, is missing"
    assert problems(written(blocks)) == [(line_of(blocks, ITS_ANCHORS), message)]


def test_anchor_at_no_value_of_the_scale() -> None:
    blocks = blocks_with(ITS_ANCHORS, **{"3": '"More than all"'})
    message = "the scale has no value 3; it goes from 0 to 2"
    assert problems(written(blocks)) == [(line_of(blocks, ITS_ANCHORS, "3"), message)]


@pytest.mark.parametrize("key", ["low", "01", "-1", "100"])
def test_anchor_at_no_number(key: str) -> None:
    at = PLAIN_ITEM + 1
    blocks = blocks_with(at, **{key: '"Some"'})
    rule = "put values of the scale here, and keys of the item above this heading"
    message = f'"{key}" is not a key of this item\'s anchors; {rule}'
    assert problems(written(blocks)) == [(line_of(blocks, at, key), message)]


def test_key_of_the_item_below_its_anchors() -> None:
    """In TOML it belongs to the anchors; the author thinks of the item."""
    blocks = blocks_with(ITS_ANCHORS, weight="2")
    rule = "put values of the scale here, and keys of the item above this heading"
    message = f'"weight" is not a key of this item\'s anchors; {rule}'
    assert problems(written(blocks)) == [(line_of(blocks, ITS_ANCHORS, "weight"), message)]


def test_item_without_anchors() -> None:
    blocks = [*BLOCKS[:ITS_ANCHORS], *BLOCKS[PLAIN_ITEM:]]
    message = "this item has no anchors; put them under [dimensions.items.anchors]"
    assert problems(written(blocks)) == [(line_of(blocks, FULL_ITEM), message)]


def test_heading_of_anchors_with_nothing_below() -> None:
    blocks = list(BLOCKS)
    blocks[ITS_ANCHORS] = Block("item's anchors", "[dimensions.items.anchors]", {})
    message = "this item has no anchors; put them under [dimensions.items.anchors]"
    assert problems(written(blocks)) == [(line_of(blocks, ITS_ANCHORS), message)]


@pytest.mark.parametrize("value", ['"None, some, all"', '["None", "Some", "All"]'])
def test_anchors_that_are_no_table(value: str) -> None:
    blocks = [*BLOCKS[:PLAIN_ITEM], item("team", anchors=value), *BLOCKS[PLAIN_ITEM + 2 :]]
    message = '"anchors" must be a table under the heading [dimensions.items.anchors]'
    assert problems(written(blocks)) == [(line_of(blocks, PLAIN_ITEM, "anchors"), message)]


def test_anchors_under_a_heading_of_lists() -> None:
    blocks = list(BLOCKS)
    blocks[ITS_ANCHORS] = Block("item's anchors", "[[dimensions.items.anchors]]", BLOCKS[ITS_ANCHORS].values)
    message = '"anchors" must be a table under the heading [dimensions.items.anchors]'
    assert problems(written(blocks)) == [(line_of(blocks, ITS_ANCHORS), message)]


# Mistakes between the parts


@pytest.mark.parametrize(
    ("part", "blocks"),
    [("sources", [BLOCKS[0], *BLOCKS[2:]]), ("scale", [*BLOCKS[:2], *BLOCKS[5:]]), ("dimensions", BLOCKS[:5])],
)
def test_part_left_out(part: str, blocks: list[Block]) -> None:
    message = f"this instrument has no {part}; put each under its own [[{part}]]"
    assert problems(written(blocks)) == [(1, message)]


def test_dimension_without_items() -> None:
    blocks = list(BLOCKS[:11])
    message = "this dimension has no items; put each under its own [[dimensions.items]]"
    assert problems(written(blocks)) == [(line_of(blocks, 10), message)]


def test_most_items_and_dimensions() -> None:
    items = [block for number in range(40) for block in (item(f"i-{number}"), anchors())]
    others = [block for number in range(19) for block in (dimension(f"d-{number}"), item(f"only-{number}"), anchors())]
    assert len(parsed([*BLOCKS[:6], *items, *others]).items) == 59


def test_too_many_items() -> None:
    blocks = [*BLOCKS[:6], *(block for number in range(41) for block in (item(f"i-{number}"), anchors()))]
    message = '"items" has 41 entries; it needs 1 to 40'
    assert problems(written(blocks)) == [(line_of(blocks, 6), message)]


def test_too_many_dimensions() -> None:
    blocks = [*BLOCKS[:5]]
    for number in range(21):
        blocks += [dimension(f"d-{number}"), item(f"i-{number}"), anchors()]
    message = '"dimensions" has 21 entries; it needs 1 to 20'
    assert problems(written(blocks)) == [(line_of(blocks, 5), message)]


@pytest.mark.parametrize("key", ["key", "title"])
def test_two_dimensions_with_one_name(key: str) -> None:
    value = BLOCKS[5].values[key]
    blocks = blocks_with(10, **{key: value})
    message = f"another dimension has the {key} {value} (line {line_of(blocks, 5, key)})"
    assert problems(written(blocks)) == [(line_of(blocks, 10, key), message)]


def test_two_items_of_a_dimension_with_one_key() -> None:
    blocks = blocks_with(PLAIN_ITEM, key='"named-lead"')
    first = line_of(blocks, FULL_ITEM, "key")
    message = f'dimension "leadership" has two items with the key "named-lead" (line {first})'
    assert problems(written(blocks)) == [(line_of(blocks, PLAIN_ITEM, "key"), message)]


def test_items_of_two_dimensions_with_one_key() -> None:
    blocks = blocks_with(11, key='"named-lead"')
    first = line_of(blocks, FULL_ITEM, "key")
    message = f'dimension "leadership" has an item with the key "named-lead" (line {first})'
    assert problems(written(blocks)) == [(line_of(blocks, 11, "key"), message)]


def test_all_mistakes_are_told_at_once() -> None:
    blocks = blocks_with(FULL_ITEM, weight="6", may_pass='"no"', construct=None, text='""')
    blocks[0] = Block("instrument", "", BLOCKS[0].values | {"author": '"me"'})
    blocks[4] = level(2, "Fully", meaning='""')
    blocks[ITS_ANCHORS] = anchors(**{"2": '""', "3": "7"})
    with pytest.raises(InstrumentFileError) as caught:
        parse(written(blocks), name="mine.toml")
    assert str(caught.value).splitlines() == [
        f"mine.toml, line {line}: {message}"
        for line, message in [
            (line_of(blocks, 0, "author"), '"author" is not a key of this instrument'),
            (line_of(blocks, 4, "meaning"), '"meaning" is empty'),
            (line_of(blocks, FULL_ITEM), 'the key "construct" is missing from this item'),
            (line_of(blocks, FULL_ITEM, "text"), '"text" is empty'),
            (line_of(blocks, FULL_ITEM, "weight"), '"weight" is 6; it must be 1 to 5'),
            (line_of(blocks, FULL_ITEM, "may_pass"), '"may_pass" must be true or false, not text'),
            (line_of(blocks, ITS_ANCHORS, "2"), '"2" is empty'),
            (line_of(blocks, ITS_ANCHORS, "3"), '"3" must be text, not a whole number'),
            (line_of(blocks, ITS_ANCHORS, "3"), "the scale has no value 3; it goes from 0 to 2"),
        ]
    ]
