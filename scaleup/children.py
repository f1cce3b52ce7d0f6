"""Processes the launcher started: kept alive, ended with all they started, found again after a crash."""

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HEALTHY_AFTER = 60.0  # seconds of life after which an end counts as the first again
CLOCK_TOLERANCE = 2.0  # seconds by which the same process' start may be told differently


@dataclass(frozen=True, slots=True)
class Group:
    """A process and all it started. Numbers are used again, so it is known by its start as well."""

    leader: int
    began: float

    @classmethod
    def read(cls, pid_file: Path) -> "Group | None":
        try:
            leader, began = pid_file.read_text().split()
            return cls(int(leader), float(began))
        except (OSError, ValueError):
            return None

    def write(self, pid_file: Path) -> None:
        pid_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        pid_file.write_text(f"{self.leader} {self.began}\n")

    def leading_process(self) -> psutil.Process | None:
        """The process itself, if it still runs; never another one with the same number."""
        try:
            process = psutil.Process(self.leader)
            same = abs(process.create_time() - self.began) < CLOCK_TOLERANCE
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def members(self) -> list[psutil.Process]:
        """All that run, the orphans of a leader that is gone included."""
        if self.leading_process() is None and psutil.pid_exists(self.leader):
            return []  # the number leads somebody else's group by now, so ours is empty
        return [process for process in psutil.process_iter() if self._has(process)]

    def _has(self, process: psutil.Process) -> bool:
        try:
            return os.getpgid(process.pid) == self.leader and process.status() != psutil.STATUS_ZOMBIE
        except (ProcessLookupError, psutil.NoSuchProcess):
            return False


def end_all(groups: Iterable[Group], *, grace: float) -> None:
    """Ask the leaders to end, which end their own; kill what is left after `grace` seconds."""
    groups = list(groups)
    leaders = [leader for group in groups if (leader := group.leading_process())]
    for leader in leaders:
        _quietly(leader.terminate)
    psutil.wait_procs(leaders, timeout=grace)
    stubborn = [process for group in groups for process in group.members()]
    for process in stubborn:
        _quietly(process.kill)
    psutil.wait_procs(stubborn, timeout=5)


def end_left_behind(pid_folder: Path) -> int:
    """End what an earlier launcher left running when it was killed; how many processes that were."""
    groups = [group for file in pid_folder.glob("*") if (group := Group.read(file))]
    running = sum(len(group.members()) for group in groups)
    end_all(groups, grace=3)
    for file in pid_folder.glob("*"):
        file.unlink()
    return running


@dataclass
class Child:
    """A process that is started again whenever it ends, after longer and longer pauses."""

    name: str
    command: list[str]
    pid_folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    pause: float = FIRST_PAUSE
    began: float = 0.0
    ended: float | None = None

    @property
    def group(self) -> Group | None:
        return Group.read(self.pid_folder / self.name)

    def start(self) -> None:
        # In a session of its own: Ctrl-C reaches the launcher alone, which ends all parts in order.
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **self.options,
        )
        self.began, self.ended = time.monotonic(), None
        born = psutil.Process(self.process.pid).create_time()
        Group(self.process.pid, born).write(self.pid_folder / self.name)

    def keep_alive(self) -> str | None:
        """Start it again if it ended and has paused long enough; a sentence when it has just ended."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        now = time.monotonic()
        if self.ended is None:
            self.ended = now
            self.pause = FIRST_PAUSE if now - self.began > HEALTHY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            return f"The {self.name} process ended ({code}); it starts again in {self.pause:g} s."
        if now - self.ended >= self.pause:
            if group := self.group:
                end_all([group], grace=0)  # what it had started itself
            self.start()
        return None


def _quietly(act: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        act()
