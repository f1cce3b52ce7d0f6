"""Reminders under fire: what the judge of `make faults ARGS=mails` calls lost, doubled and excused."""

from typing import Any

import pytest

from bench import mail_faults

WHOLE: dict[str, Any] = {"is_whole": True, "done_after_fire_s": 1.0}
BROKEN = WHOLE | {"is_whole": False}


@pytest.mark.parametrize(
    ("moments", "settled_at", "expected"),
    [
        ([10.0, 22.0], 22.1, True),  # its sender died, and the next could write it down
        ([10.0, 11.2], None, True),  # the answer was lost, twice
        ([10.0, 22.0, 34.0], 34.1, True),
        ([10.0, 10.3], 10.4, False),  # two had it at once
        ([10.0, 22.0], 10.1, False),  # it was known to be sent
        ([10.0, 22.0, 34.0], 22.1, False),
    ],
)
def test_what_came_twice_is_excused_by_the_window_alone(
    moments: list[float], settled_at: float | None, expected: bool
) -> None:
    assert mail_faults.is_in_window(moments, settled_at) is expected


@pytest.mark.parametrize(
    ("product", "unclaimed", "early", "count"),
    [
        (WHOLE, BROKEN, BROKEN, 0),
        (BROKEN, BROKEN, BROKEN, 1),
        (WHOLE | {"done_after_fire_s": None}, BROKEN, BROKEN, 1),
        (WHOLE, WHOLE, BROKEN, 1),
        (WHOLE, BROKEN, WHOLE, 1),
    ],
)
def test_complaints(product: dict[str, Any], unclaimed: dict[str, Any], early: dict[str, Any], count: int) -> None:
    assert len(mail_faults.complaints_about({"product": product, "unclaimed": unclaimed, "early": early})) == count
