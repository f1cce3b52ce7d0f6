"""Where an item stands, and which level comes next."""

import pytest

from assessments.domain.next_levels import place_of
from assessments.domain.questionnaires import Level

LEVELS = [Level(0, "Not yet", "Nothing.", "No plan"), Level(1, "Begun", "Some of it.", ""), Level(2, "Done", "", "All")]


@pytest.mark.parametrize(
    ("value", "is_reversed", "now", "following", "words"),
    [
        (0, False, 0, 1, "All"),  # level 1 has no words of its own
        (0.5, False, 0, 1, "All"),
        (1, False, 1, 2, "All"),
        (2, False, 2, None, ""),
        (2, True, 2, 1, "No plan"),
        (1.5, True, 2, 1, "No plan"),
        (1, True, 1, 0, "No plan"),
        (0, True, 0, None, ""),
    ],
)
def test_the_next_level_is_the_better_one(
    value: float, is_reversed: bool, now: int, following: int | None, words: str
) -> None:
    place = place_of(value, LEVELS, is_reversed=is_reversed)
    found = (place.now.value, place.following and place.following.value, place.what_to_reach)
    assert found == (now, following, words)
    assert place.is_between == (value % 1 != 0)


def test_a_level_without_words_has_those_of_the_scale() -> None:
    assert place_of(1, LEVELS, is_reversed=False).what_is_there == "Some of it."
    plain = [Level(0, "No", "", ""), Level(1, "Yes", "", "")]
    assert place_of(0, plain, is_reversed=False).what_to_reach == "Yes"


def test_a_level_says_whether_it_has_words_beside_its_label() -> None:
    levels = [Level(0, "No", "", ""), Level(1, "Begun", "", "A plan"), Level(2, "Yes", "", "")]
    found = [place_of(value, levels, is_reversed=False) for value in (0, 1, 2)]
    assert [(place.is_told, place.is_next_told) for place in found] == [(False, True), (True, False), (False, False)]


@pytest.mark.parametrize("value", [-1, 2.5])
def test_a_value_off_the_scale_is_an_error(value: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 2"):
        place_of(value, LEVELS, is_reversed=False)
