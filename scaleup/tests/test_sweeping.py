"""Sweeps: batch after batch, for as long as a minute allows, and what fails holds up nothing else."""

import logging

import pytest

from scaleup import sweeping


class Work:
    """Ids that wait to be done; `broken` ones fail."""

    def __init__(self, *waiting: int, broken: tuple[int, ...] = ()) -> None:
        self.waiting, self.broken = list(waiting), broken
        self.asked: list[list[int]] = []

    def find(self, limit: int) -> list[int]:
        return self.waiting[:limit]

    def do(self, ids: list[int]) -> int:
        self.asked.append(ids)
        if set(ids) & set(self.broken):
            raise ValueError("broken on purpose")
        self.waiting = [one for one in self.waiting if one not in ids]
        return len(ids)

    def sweep(self) -> None:
        sweeping.sweep(self.find, self.do, what="jobs", batch=2)


def test_batch_after_batch_until_nothing_waits() -> None:
    work = Work(1, 2, 3)
    work.sweep()
    assert work.asked == [[1, 2], [3]]


def test_what_fails_is_named_and_holds_up_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(1, 2, 3, broken=(1,))
    with caplog.at_level(logging.ERROR, logger=sweeping.__name__):
        work.sweep()
    assert work.waiting == [1]
    assert "jobs: 1 cannot be computed" in caplog.messages


def test_it_ends_when_nothing_can_be_done(caplog: pytest.LogCaptureFixture) -> None:
    work = Work(1, broken=(1,))
    with caplog.at_level(logging.CRITICAL, logger=sweeping.__name__):
        work.sweep()
    assert work.asked == [[1], [1]]


def test_it_ends_when_the_minute_is_nearly_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 0, sweeping.SECONDS - 1, sweeping.SECONDS, 0])
    monkeypatch.setattr(sweeping.time, "monotonic", lambda: next(clock))
    work = Work(*range(9))
    work.sweep()
    assert work.asked == [[0, 1], [2, 3]]
