"""Sweeping after the bell: finding in the tables what nobody rang for, batch after batch, and doing it."""

import logging
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)
SECONDS = 45  # a sweep that is rung for each minute ends before the next one begins

Find = Callable[[int], list[int]]
Do = Callable[[list[int]], int]


def sweep(find: Find, do: Do, *, what: str, batch: int) -> None:
    """Does what `find` gives, batch after batch, until nothing is left that can be done or a minute is nearly over.

    `find(limit)` gives ids, those that wait longest first; `do(ids)` gives how many of them are done.
    """
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        waiting = find(batch)
        if not waiting or not _each_if_need_be(do, waiting, what=what):
            return


def _each_if_need_be(do: Do, ids: list[int], *, what: str) -> int:
    """All at once; if one of them cannot be done, singly, so that it does not hold up the others."""
    try:
        return do(ids)
    except Exception:
        logger.exception("a batch of %d %s failed; trying them singly", len(ids), what)
    done = 0
    for one in ids:
        try:
            done += do([one])
        except Exception:
            logger.exception("%s: %d cannot be computed", what, one)
    return done
