"""What is told to have changed between two versions of an instrument."""

import pytest

from assessments.instrument_differences import ChangedItem, Differences, differences
from assessments.tests.instrument_blocks import (
    BLOCKS,
    ITS_ANCHORS,
    PLAIN_ITEM,
    anchors,
    blocks_with,
    item,
    parsed,
)

OLD = parsed()
NOTHING = Differences(new=(), changed=(), gone=(), is_scale_changed=False)


def test_same_items_in_a_new_version() -> None:
    again = parsed(blocks_with(0, version="4", title='"A better title"', summary='"Said otherwise."'))
    assert differences(OLD, again) == NOTHING


def test_another_order_is_no_difference() -> None:
    swapped = [*BLOCKS[:6], *BLOCKS[8:10], *BLOCKS[6:8], *BLOCKS[10:]]
    assert differences(OLD, parsed(swapped)) == NOTHING


def test_items_come_and_go() -> None:
    new = parsed([*BLOCKS[:PLAIN_ITEM], item("deputy"), anchors(), item("chair"), anchors(), *BLOCKS[PLAIN_ITEM + 2 :]])
    found = differences(OLD, new)
    assert [entry.key for entry in found.new] == ["deputy", "chair"]
    assert [entry.key for entry in found.gone] == ["team"]
    assert found.changed == ()


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"text": '"Otherwise"'}, ("text",)),
        ({"help": '"Look here."'}, ("help",)),
        ({"construct": '"step 2"', "weight": "3"}, ("construct", "weight")),
        ({"is_critical": "true", "is_reversed": "true"}, ("is_critical", "is_reversed")),
        ({"may_pass": "false", "shows": '"item:budget"'}, ("may_pass", "shows")),
    ],
)
def test_changed_item_names_its_parts(values: dict[str, str], parts: tuple[str, ...]) -> None:
    new = parsed(blocks_with(PLAIN_ITEM, **values))
    assert differences(OLD, new).changed == (ChangedItem(OLD.items[1], new.items[1], parts),)


def test_changed_anchors() -> None:
    new = parsed(blocks_with(ITS_ANCHORS, **{"1": None}))
    assert differences(OLD, new).changed == (ChangedItem(OLD.items[0], new.items[0], ("anchors",)),)


def test_item_in_another_dimension() -> None:
    new = parsed([*BLOCKS[:PLAIN_ITEM], *BLOCKS[10:], item("team", weight="2"), anchors()])
    assert differences(OLD, new) == Differences(
        new=(),
        changed=(ChangedItem(OLD.items[1], new.items[2], ("weight", "dimension")),),
        gone=(),
        is_scale_changed=False,
    )


def test_another_scale_is_told_once() -> None:
    new = parsed(blocks_with(3, label='"In part"'))
    assert differences(OLD, new) == Differences(new=(), changed=(), gone=(), is_scale_changed=True)
