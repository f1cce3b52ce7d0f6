"""Processes are kept alive and ended with all they started; nobody else's is ever touched."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scaleup import children
from scaleup.children import Child, Group, end_all, end_left_behind

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    f"import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path('DEAF').touch(); {SLEEP}"
)
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{SLEEP}']).wait()"

Start = Callable[[str], Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a script as a child, which is gone after the test."""
    started: list[Child] = []

    def begin(script: str) -> Child:
        child = Child("part", [sys.executable, "-c", script], tmp_path)
        child.start()
        started.append(child)
        return child

    yield begin
    for child in started:
        child.process.kill()
        child.process.wait()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_members(group: Group, count: int) -> None:
    wait_until(lambda: len(group.members()) == count)


def test_a_number_that_was_given_to_somebody_else_is_never_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True) as stranger:
        born = psutil.Process(stranger.pid).create_time()
        Group(stranger.pid, born - 3600).write(tmp_path / "web")
        assert end_left_behind(tmp_path) == 0
        assert stranger.poll() is None
        assert list(tmp_path.iterdir()) == []
        stranger.kill()


def test_what_an_earlier_run_left_is_ended_with_all_it_started(start: Start, tmp_path: Path) -> None:
    child = start(PARENT)
    wait_for_members(child.group, 2)
    group = child.group
    assert end_left_behind(tmp_path) == 2
    assert group.members() == []


def test_orphans_of_a_killed_leader_are_found(start: Start, tmp_path: Path) -> None:
    child = start(PARENT)
    wait_for_members(child.group, 2)
    child.process.kill()
    child.process.wait()
    assert len(child.group.members()) == 1
    group = child.group
    assert end_left_behind(tmp_path) == 1
    assert group.members() == []


def test_who_does_not_listen_is_killed(start: Start, tmp_path: Path) -> None:
    deaf = tmp_path / "deaf"
    child = start(STUBBORN.replace("DEAF", str(deaf)))
    wait_until(deaf.exists)
    began = time.monotonic()
    end_all([child.group], grace=0.3)
    assert 0.3 <= time.monotonic() - began < 10
    assert child.group.members() == []


def test_a_spoilt_pid_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "web").write_text("not a number")
    (tmp_path / "beat").write_text("")
    assert end_left_behind(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_it_comes_back_after_longer_and_longer_pauses(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(children.time, "monotonic", lambda: now[0])
    child = start("raise SystemExit(3)")
    pauses = []
    for _ in range(8):
        child.process.wait()
        assert child.keep_alive() == f"The part process ended (3); it starts again in {child.pause:g} s."
        pauses.append(child.pause)
        first = child.process
        now[0] += child.pause - 0.01
        assert child.keep_alive() is None
        assert child.process is first
        now[0] += 0.02
        assert child.keep_alive() is None
        assert child.process is not first
    child.process.wait()
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    now[0] += 61
    child.keep_alive()
    assert child.pause == 0.5
