"""The path string of a program, read and put into words.

It has three characters a step (state, said, proven) and a bar between the phases, for example
`g99g97c88p52n10n00|n00n00n00n00n00`. An upper-case state is a decision that needs a look; said
and proven are tenths of the items, 0 meaning none and 9 all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.utils.translation import get_language, gettext, ngettext, ngettext_lazy

from scaleup.ui.words import join_words, state_words

PHASE = r"(?:[npsgchrGC][0-9][0-9])+"
PATH = re.compile(rf"{PHASE}(?:\|{PHASE})*")
PASSED = frozenset("gc")
REMARKS = {
    "c": ngettext_lazy("step %(numbers)s with conditions", "steps %(numbers)s with conditions", "count"),
    "s": ngettext_lazy("step %(numbers)s submitted", "steps %(numbers)s submitted", "count"),
    "h": ngettext_lazy("step %(numbers)s on hold", "steps %(numbers)s on hold", "count"),
    "r": ngettext_lazy("step %(numbers)s returned", "steps %(numbers)s returned", "count"),
}
LOOK_AGAIN = ngettext_lazy(
    "the decision on step %(numbers)s needs a look", "the decisions on steps %(numbers)s need a look", "count"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: its number, state letter, and evidence as tenths."""

    number: int
    state: str
    said: int
    proven: int
    needs_look: bool
    phase: int
    is_first: bool

    @property
    def is_passed(self) -> bool:
        return self.state in PASSED


@lru_cache(maxsize=4096)
def parse(path: str) -> tuple[Step, ...]:
    """The steps of a path string. Raises ValueError when it is not one."""
    if not PATH.fullmatch(path):
        raise ValueError(f"Not a path string: {path!r}")
    steps: list[Step] = []
    for phase, part in enumerate(path.split("|"), start=1):
        for at in range(0, len(part), 3):
            letter, said, proven = tuple(part[at : at + 3])
            seen = Step(len(steps) + 1, letter.lower(), int(said), int(proven), letter.isupper(), phase, at == 0)
            steps.append(seen)
    return tuple(steps)


def sentence(path: str, current: int | None = None) -> str:
    """Where a program stands, in one sentence for those who hear the page."""
    return _sentence(path, current, get_language())


@lru_cache(maxsize=4096)
def _sentence(path: str, current: int | None, _language: str | None) -> str:
    steps = parse(path)
    now = next((step for step in steps if step.number == current), None)
    parts = [_passed(steps), *_remarks(steps, now)]
    if now:
        words = {"number": now.number, "state": state_words(now.state)}
        parts.append(gettext("now at step %(number)s (%(state)s)") % words)
    return ", ".join(parts)


def _passed(steps: tuple[Step, ...]) -> str:
    passed = [step.number for step in steps if step.is_passed]
    if not passed:
        return gettext("No step passed yet")
    if len(passed) == len(steps):
        return gettext("All %(count)s steps passed") % {"count": len(steps)}
    words = ngettext("Step %(numbers)s passed", "Steps %(numbers)s passed", len(passed))
    return words % {"numbers": _listed(passed)}


def _remarks(steps: tuple[Step, ...], now: Step | None) -> Iterator[str]:
    """What else is to be said of the steps before and after the current one."""
    for state, words in REMARKS.items():
        if numbers := [step.number for step in steps if step.state == state and step is not now]:
            yield words % {"count": len(numbers), "numbers": _listed(numbers)}
    if numbers := [step.number for step in steps if step.needs_look]:
        yield LOOK_AGAIN % {"count": len(numbers), "numbers": _listed(numbers)}


def _listed(numbers: list[int]) -> str:
    """Numbers in rising order as "1 to 3, 5 and 6"."""
    words: list[str] = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        if len(run) > 2:
            words.append(gettext("%(first)s to %(last)s") % {"first": run[0], "last": run[-1]})
        else:
            words += map(str, run)
    return join_words(words)
