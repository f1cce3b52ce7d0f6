"""The path string: where every step of a program stands, in three characters a step.

`state said proven` for each step, a bar between the phases: `g99g97c88p52n10n00|n00…`.
The state letter is upper case when its decision needs a look; said and proven are tenths (0 to 9)
of the applicable items that are done, and that are verified. Plain Python: the look reads it too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

LETTERS = {
    "not_started": "n",
    "in_progress": "p",
    "submitted": "s",
    "go": "g",
    "conditions": "c",
    "hold": "h",
    "returned": "r",
}


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step as the path shows it: state as in StepState, said and proven as shares 0 to 1."""

    phase: str
    state: str
    said: float
    proven: float
    needs_look: bool = False


def encode(steps: Iterable[PathStep]) -> str:
    """The path string of steps in order."""
    phases = ("".join(map(_step, group)) for _, group in groupby(steps, key=lambda step: step.phase))
    return "|".join(phases)


def _step(step: PathStep) -> str:
    letter = LETTERS[step.state]
    return f"{letter.upper() if step.needs_look else letter}{_tenths(step.said)}{_tenths(step.proven)}"


def _tenths(share: float) -> int:
    """0 to 9: only nothing shows as 0, only everything as 9."""
    if share <= 0:
        return 0
    return 9 if share >= 1 else max(1, min(8, int(share * 9)))
