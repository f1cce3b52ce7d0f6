"""The sentences at the top: what moved, what waits."""

import pytest

from dashboards.domain import headline
from dashboards.domain.decisions import Moves
from dashboards.domain.figures import Figures


@pytest.mark.parametrize(
    ("moves", "stuck", "sentence"),
    [
        (Moves(passed=2, returned=1), 1, "Two programs passed a gate, one went back, one stands still"),
        (Moves(passed=1), 0, "One program passed a gate"),
        (Moves(returned=3, held=1), 0, "Three programs went back, one was put on hold"),
        (Moves(held=2), 4, "Two programs were put on hold, four stand still"),
        (Moves(passed=12), 0, "12 programs passed a gate"),
        (Moves(), 1, "One program stands still"),
        (Moves(), 0, "Nothing was decided since your last visit"),
    ],
)
def test_what_moved_is_one_sentence(moves: Moves, stuck: int, sentence: str) -> None:
    assert headline.what_moved(moves, stuck=stuck) == sentence


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        (0, "No program is listed here yet"),
        (1, "One program is on its way to scale"),
        (8, "Eight programs are on their way to scale"),
    ],
)
def test_the_first_visit_has_nothing_to_compare_with(programs: int, sentence: str) -> None:
    assert headline.at_first_sight(Figures(programs=programs)) == sentence


@pytest.mark.parametrize(
    ("waiting", "programs", "sentence"),
    [
        (0, 0, "No program is listed here yet"),
        (0, 3, "No program waits for a decision"),
        (1, 3, "One of three programs waits for a decision"),
        (4, 18, "Four of 18 programs wait for a decision"),
    ],
)
def test_who_waits_for_a_facilitator(waiting: int, programs: int, sentence: str) -> None:
    assert headline.who_waits(waiting, programs=programs) == sentence
