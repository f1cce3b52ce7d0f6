"""Ratings as dots: one for each rater, over the level they gave."""

import pytest

from assessments import dots


@pytest.mark.parametrize(
    ("count", "box", "drawn"),
    [(1, "0 0 12 12", 1), (4, "0 0 48 12", 4), (5, "0 0 48 24", 5), (8, "0 0 48 24", 8), (50, "0 0 48 156", 50)],
)
def test_a_cell_has_a_dot_for_every_rater(count: int, box: str, drawn: int) -> None:
    cell = dots.cell(count)
    assert f'viewBox="{box}"' in cell
    assert cell.count("h0") == drawn
    assert 'aria-hidden="true"' in cell


def test_nobody_is_no_dot() -> None:
    assert dots.cell(0) == ""


def test_a_strip_piles_dots_over_their_level() -> None:
    strip = dots.strip({1: 2, 3: 1}, range(4), label="level 1: 2; level 3: 1")
    assert 'd="M21 38.5h0M21 33.5h0M49 38.5h0"' in strip
    assert 'aria-label="level 1: 2; level 3: 1"' in strip


def test_a_crowd_is_drawn_as_bars_and_the_longest_fills_the_strip() -> None:
    strip = dots.strip({0: 5, 2: 20}, range(3), label="many")
    assert 'd="M7 41v-10.0M35 41v-40.0"' in strip
    assert "h0" not in strip


def test_an_empty_strip_has_its_floor_alone() -> None:
    strip = dots.strip({}, range(3), label="no ratings")
    assert 'd=""' in strip
    assert "43h8" in strip


def test_a_label_is_no_markup() -> None:
    assert "<b>" not in dots.strip({}, range(2), label='"><b>')
