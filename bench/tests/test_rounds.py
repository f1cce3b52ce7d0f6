"""The bulk of rounds: the product and NumPy find the same, and a difference would be seen."""

import numpy as np
import pytest

from assessments.domain.scoring import score_round
from bench import rounds

SOME = 12


def test_both_ways_find_the_same() -> None:
    found = rounds.measure(SOME)
    assert {name: part["checksum"] for name, part in found.items() if name != "in all"} == dict.fromkeys(
        ("with alpha", "without alpha", "NumPy"), rounds.by_numpy(rounds.draw(SOME)).checksum
    )
    assert (found["in all"]["rounds"], found["in all"]["disagreeing"]) == (SOME, 0)


def test_one_round_by_hand() -> None:
    # All 2, and 1 + 5 − 2 = 4 where reversed: (2·2 + 2 + 2 + 3·2 + 4) / 8 = 2.25, in eight dimensions and overall
    twos = np.full_like(rounds.draw(1), 2)
    assert rounds.by_numpy(twos).checksum == rounds.by_product(twos, score_round).checksum == 9 * 2_250_000


@pytest.mark.parametrize("place", [(0, 0, 0), (3, 7, 4)])
def test_one_other_item_is_seen(place: tuple[int, int, int]) -> None:
    ratings = rounds.draw(4)
    other = ratings.copy()
    other[place] = np.where(np.median(ratings[place]) > rounds.LOW, rounds.LOW, rounds.HIGH)
    assert rounds.by_product(other, score_round).checksum != rounds.by_numpy(ratings).checksum


def test_every_round_is_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BATCH", 5)
    ratings = rounds.draw(SOME)
    found = list(rounds.batches(ratings, rounds.questionnaire()))
    assert [len(batch) for batch in found] == [5, 5, 2]
    assert list(found[2][1]["d7-i4"].values()) == ratings[11, 7, 4].tolist()
