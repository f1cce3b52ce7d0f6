"""The ambition as a sentence, and reach beside it."""

from datetime import date

import pytest

from programs import ambition
from programs.models import Program, ReachFigure

WHOLE = {
    "ambition_actor": "the Ministry of Health",
    "ambition_change": "are visited within two days of birth",
    "ambition_whom": "newborns",
    "ambition_count": 40_000,
    "ambition_place": "nine districts",
    "ambition_by": date(2029, 12, 31),
}
BEGIN = "By December 2029, 40,000 newborns in nine districts are visited within two days of birth"


@pytest.mark.parametrize(
    ("direction", "sentence"),
    [
        ("up", f"{BEGIN}, led by the Ministry of Health."),
        ("out", f"{BEGIN}, led by the Ministry of Health: out to a new setting."),
        ("both", f"{BEGIN}, led by the Ministry of Health: up, and out to new settings."),
    ],
)
def test_whole_ambition_is_one_sentence(direction: str, sentence: str) -> None:
    program = Program(direction=direction, **WHOLE)
    assert (ambition.sentence(program), ambition.is_whole(program)) == (sentence, True)


@pytest.mark.parametrize(
    ("missing", "question"),
    [
        ("ambition_actor", "(who?)"),
        ("ambition_change", "(what changes?)"),
        ("ambition_whom", "(for whom?)"),
        ("ambition_count", "(how many?)"),
        ("ambition_place", "(where?)"),
        ("ambition_by", "(by when?)"),
    ],
)
def test_what_is_not_said_stands_as_a_question(missing: str, question: str) -> None:
    program = Program(direction="up", **{name: value for name, value in WHOLE.items() if name != missing})
    assert question in ambition.sentence(program)
    assert ambition.is_whole(program) is False


def test_no_ambition_is_said_to_be_missing() -> None:
    assert ambition.sentence(Program()) == "The ambition is not written yet."


@pytest.mark.parametrize(("count", "wanted", "percent"), [(12_400, 40_000, 31), (50_000, 40_000, 125), (7, None, None)])
def test_reach_is_a_share_of_the_ambition(count: int, wanted: int | None, percent: int | None) -> None:
    figure = ReachFigure(count=count, as_of=date(2026, 9, 30), how_counted="registers")
    reach = ambition.reach_of(Program(ambition_count=wanted), figure)
    assert (reach.count, reach.percent) == (count, percent)


def test_no_figure_is_no_reach() -> None:
    assert ambition.reach_of(Program(), None) is None
