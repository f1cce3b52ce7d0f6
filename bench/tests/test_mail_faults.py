"""Reminders under fire: a small fire that all survive, and what would be found if they did not."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bench import mail_faults
from bench.site import ROOT

SMALL = "--reminders 200 --each 2 --senders 2 --seconds 6 --control-seconds 5 --hurry 3 --seed 41"
WHOLE: dict[str, Any] = {"is_whole": True, "done_after_fire_s": 1.0}
BROKEN = WHOLE | {"is_whole": False}


def test_a_small_fire_loses_and_doubles_nothing_but_the_careless_do() -> None:
    command = [sys.executable, "-m", "bench.mail_faults", *SMALL.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=420)
    found = json.loads(done.stdout[done.stdout.index("{\n") : done.stdout.rindex("}") + 1])  # among lines of the log
    product = found["product"]
    assert (done.returncode, product["reminders"], product["untold"], product["told_twice"]) == (0, 200, 0, 0)
    assert (product["mails"], product["lost"], product["given_up"], product["doubled"]) == (100, 0, 0, 0)
    assert product["faults"]["sender"] > 0
    assert (found["unclaimed"]["doubled"] > 0, found["early"]["lost"] > 0) == (True, True)


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
