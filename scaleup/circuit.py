"""A switch that spares callers a service which has just failed."""

import time
from collections.abc import Callable


class Circuit:
    """Closed: go ahead. After `trip()` it stays open for `rest` seconds: do not even try."""

    def __init__(self, *, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._clock = clock
        self._closed_again_at = float("-inf")

    @property
    def is_open(self) -> bool:
        return self._clock() < self._closed_again_at

    def trip(self) -> None:
        self._closed_again_at = self._clock() + self._rest

    def reset(self) -> None:
        self._closed_again_at = float("-inf")
