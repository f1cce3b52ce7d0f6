"""What a process and all it started have used: processor time and memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB. `resident` counts pages shared between processes in each of them, `proportional` once."""

    resident: float
    proportional: float


def seconds_of(root: psutil.Process) -> float:
    """Processor seconds, user and system, of a process, its living descendants and its ended children.

    The kernel counts in ticks of 10 ms: measure over seconds.
    """
    own = root.cpu_times()
    living = sum(times.user + times.system for times in map(_times, root.children(recursive=True)) if times)
    return float(own.user + own.system + own.children_user + own.children_system + living)


def memory_of(root: psutil.Process) -> Memory:
    found = [process.memory_full_info() for process in _tree(root)]
    return Memory(sum(each.rss for each in found) / 1e6, sum(each.pss for each in found) / 1e6)


def peak_memory() -> int:
    """The most memory this process ever held, in bytes. Not getrusage's: that one remembers the parent's."""
    [line] = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _tree(root: psutil.Process) -> Iterator[psutil.Process]:
    yield root
    yield from root.children(recursive=True)


def _times(process: psutil.Process) -> "psutil._common.pcputimes | None":
    try:
        return process.cpu_times()
    except psutil.NoSuchProcess:  # it ended between the list and the look; its parent has counted it
        return None
