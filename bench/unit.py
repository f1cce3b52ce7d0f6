"""The unit H, and figures that count only while it stands still."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from bench import cpu
from bench.load import Reader, drive
from bench.site import Server, Site

AGREE = 0.10
ATTEMPTS = 5
SECONDS, ROUNDS = 1.0, 3
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Held(Generic[Found]):
    """Something measured, and H in ms just before and just after it."""

    found: Found
    before: float
    after: float

    @property
    def h(self) -> float:
        return (self.before + self.after) / 2

    @property
    def apart(self) -> float:
        return max(self.before, self.after) / min(self.before, self.after) - 1

    @property
    def counts(self) -> bool:
        return self.apart <= AGREE


class Unit:
    """The hello page, kept running beside what is measured; it costs nothing while nobody asks."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @classmethod
    @contextmanager
    def running(cls, site: Site) -> Iterator["Unit"]:
        with site.hello() as server:
            yield cls(server)

    def now(self) -> float:
        """CPU of one hello page in ms: the median of some rounds."""
        return median(self._round() for _ in range(ROUNDS))

    def _round(self) -> float:
        began = cpu.seconds_of(self.server.process)
        load = drive(self.server.port, [Reader("/", {}), Reader("/", {})], seconds=SECONDS)
        return (cpu.seconds_of(self.server.process) - began) * 1000 / load.requests

    def around(self, what: str, act: Callable[[], Found]) -> Held[Found]:
        """`act` between two H; done anew while they disagree, a few times at most."""
        for _attempt in range(ATTEMPTS):
            before = self.now()
            found = act()
            held = Held(found, before, self.now())
            if held.counts:
                break
            say(f"  {what}: H was {held.before:.3f} ms before and {held.after:.3f} ms after, so this does not count.")
        return held


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
