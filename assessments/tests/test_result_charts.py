"""The dots of a result: as wide for every item of a page, so that levels stand below each other."""

import re

import pytest

from assessments import result_charts

LEVELS = range(4)


def drawn(counts: dict[int, int], crowd: int = 0) -> str:
    return result_charts.dots([(("team",), counts)], LEVELS, label="dots", crowd=crowd)


def width(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+)', svg)
    assert found
    return int(found[1])


@pytest.mark.parametrize(("crowd", "wide"), [(0, 72), (1, 72), (5, 72), (6, 108), (11, 144)])
def test_the_highest_pile_of_the_page_says_how_wide_a_level_is(crowd: int, wide: int) -> None:
    assert [width(drawn(counts, crowd)) for counts in ({}, {1: 1}, {0: 1, 3: crowd})] == [wide] * 3


def test_a_pile_is_never_wider_than_its_level() -> None:
    assert width(drawn({1: 6}, crowd=1)) == 108


@pytest.mark.parametrize(("crowd", "x"), [(1, 9), (6, 13.5)])
def test_a_pile_stands_in_the_middle_of_its_level(crowd: int, x: float) -> None:
    svg = drawn({0: 1}, crowd)
    assert f'd="M{x:g} ' in svg
    assert f'<text class="spread-level" x="{x:g}"' in svg


def test_a_second_column_begins_at_the_floor() -> None:
    found = re.search(r'class="spread-marks".*? d="([^"]+)"', drawn({0: 6}))
    assert found
    assert re.findall(r"M([\d.]+ [\d.]+)", found[1])[::5] == ["9 40.5", "18 40.5"]
