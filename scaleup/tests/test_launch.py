"""`manage.py launch` as a newcomer meets it: started, hurt in every part, stopped, started again."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from scaleup.children import Group
from scaleup.datadir import DataDir
from scaleup.embedded import Postgres

SECONDS_TO_START, SECONDS_TO_RECOVER, SECONDS_TO_STOP = 120, 60, 30  # on a busy machine
ALL_WELL = {"database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}


class Launch:
    """One run of the launcher, its output line by line."""

    def __init__(self, data_dir: DataDir, port: int) -> None:
        self.data_dir, self.port = data_dir, port
        self.output = data_dir.root.with_name(f"{data_dir.root.name}-{port}.txt")
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "launch"],
                cwd=settings.BASE_DIR,
                env=keep | {"DATA_DIR": str(data_dir.root), "PORT": str(port), "DEMO": "0"},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def lines(self) -> list[str]:
        return self.output.read_text().splitlines()

    def wait_for_line(self, beginning: str) -> str:
        deadline = time.monotonic() + SECONDS_TO_START
        while not (found := [line for line in self.lines if line.startswith(beginning)]):
            assert time.monotonic() < deadline, self.output.read_text()
            assert self.process.poll() is None, self.output.read_text()
            time.sleep(0.05)
        return found[0]

    def health(self) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return json.loads(connection.getresponse().read())
        except OSError:
            return {}
        finally:
            connection.close()

    def group(self, name: str) -> Group:
        return Group.read(self.data_dir.pids / name)

    def wait_for(self, condition: Callable[[], bool]) -> float:
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < SECONDS_TO_RECOVER, self.health()
            time.sleep(0.1)
        return time.monotonic() - start

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS_TO_STOP)


@pytest.fixture
def launch(home: Path) -> Iterator[Callable[..., Launch]]:
    started: list[Launch] = []

    def start(folder: str = "data", port: int | None = None) -> Launch:
        started.append(Launch(DataDir(home / folder), port or free_port()))
        return started[-1]

    yield start
    for run in started:
        if run.process.poll() is None:
            run.end()
    Postgres(DataDir(home / "data")).stop(mode="immediate")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running_on(data_dir: DataDir) -> list[str]:
    """Command lines of what works on this data folder, launcher and servers alike."""
    found = []
    for process in psutil.process_iter():
        try:
            words, variables = process.cmdline(), process.environ()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if variables.get("DATA_DIR") == str(data_dir.root) or any(str(data_dir.root) in word for word in words):
            found.append(" ".join(words))
    return found


def test_every_part_comes_back_and_ctrl_c_ends_them_all(launch: Callable[..., Launch]) -> None:
    run = launch()
    assert run.wait_for_line("Ready") == f"Ready at http://127.0.0.1:{run.port}/"
    assert run.health() == ALL_WELL
    link = run.wait_for_line("Set up the first organisation")
    assert re.search(rf" http://127\.0\.0\.1:{run.port}/\S+/$", link)

    second, neighbour = launch(port=free_port()), launch(folder="other", port=run.port)
    assert second.process.wait(SECONDS_TO_START) == neighbour.process.wait(SECONDS_TO_START) == 1
    (refusal,), (other_refusal,) = second.lines, neighbour.lines
    place = f"ScaleUp already runs on the data in {run.data_dir.root}, at http://127.0.0.1:{run.port}/."
    assert refusal.startswith(f"{place} Stop it first")
    place = f"Port {run.port} cannot be used (Address already in use)."
    assert other_refusal == f"{place} Choose another: make run PORT={run.port % 65535 + 1}"

    for name in ("worker", "web", "beat", "valkey"):
        before = run.group(name)
        os.kill(before.leader, signal.SIGKILL)
        run.wait_for(
            lambda name=name, before=before: run.group(name) not in {None, before} and run.health() == ALL_WELL
        )
        assert before.members() == []
    Postgres(run.data_dir).process().kill()
    run.wait_for(lambda: Postgres(run.data_dir).is_running() and run.health() == ALL_WELL)

    assert run.end() == 0
    assert running_on(run.data_dir) == []


def test_a_start_after_a_hard_kill_ends_the_orphans_and_keeps_the_data(launch: Callable[..., Launch]) -> None:
    run = launch()
    run.wait_for_line("Ready")
    with psycopg.connect(Postgres(run.data_dir).url_of("scaleup")) as connection:
        connection.execute("CREATE TABLE kept (text text)")
    orphans = {name: run.group(name) for name in ("web", "worker", "beat", "valkey")}
    run.process.kill()
    run.process.wait()
    assert all(group.leading_process() for group in orphans.values())

    again = launch(port=run.port)
    start = time.monotonic()
    again.wait_for_line("Ready")
    assert time.monotonic() - start < SECONDS_TO_START
    assert re.fullmatch(r"Ended \d+ processes of an earlier run that was cut short\.", again.lines[0])
    assert all(group.members() == [] for group in orphans.values())
    with psycopg.connect(Postgres(run.data_dir).url_of("scaleup")) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)

    assert again.end(signal.SIGTERM) == 0
    assert running_on(run.data_dir) == []
