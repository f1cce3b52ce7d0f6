"""`make run`: servers, database, web, worker and beat, started in order and ended in order."""

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never

from scaleup.children import Child, end_all, end_left_behind
from scaleup.datadir import DataDir
from scaleup.embedded import Postgres, ServerError, Valkey
from scaleup.processes import command_of

PARTS = ("web", "worker", "beat")
SECONDS_TO_END = 8
SECONDS_BETWEEN_LOOKS = 0.25
PATIENCE = 60
# On one's own machine, in a container of one's own, root is fine: the broker speaks JSON alone.
QUIET_ABOUT_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker:UserWarning"}


class LaunchError(Exception):
    """ScaleUp cannot start here; the message is a sentence for whoever typed the command."""


class Stopped(BaseException):
    """Somebody asked the launcher to stop."""


class Launcher:
    """Runs everything on this machine until it is told to stop."""

    def __init__(self, data_dir: DataDir, *, port: int, say: Callable[[str], None]) -> None:
        self.data_dir = data_dir
        self.port = port
        self.say = say
        self.postgres = None if "DATABASE_URL" in os.environ else Postgres(data_dir)
        self.children: list[Child] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def run(self, *, when_ready: Callable[[], None]) -> None:
        """Start all parts, tell when they are ready, keep them alive. Returns when told to stop."""
        with only_launcher(self.data_dir, address=self.address), stopping_on_signals():
            try:
                self._start()
                self._wait_until_healthy()
                self.say(f"Ready at {self.address}")
                when_ready()
                while True:
                    self._look_after_parts()
            except Stopped:
                self.say("Stopping.")
            finally:
                ignore_signals()
                self._stop()

    def _start(self) -> None:
        if count := end_left_behind(self.data_dir.pids):
            self.say(f"Ended {count} processes of an earlier run that was cut short.")
        refuse_taken_port(self.port)
        make_private_folders(self.data_dir)
        if self.postgres:
            self.say("Starting the database.")
            self.postgres.start()
        self._start_valkey()
        self.say("Preparing the database.")
        prepare()
        environment = {"BIND": f"127.0.0.1:{self.port}"} | QUIET_ABOUT_ROOT
        for name in PARTS:
            self._start_child(Child(name, command_of(name), self.data_dir.pids, environment))

    def _start_valkey(self) -> None:
        if "REDIS_URL" not in os.environ:
            valkey = Valkey(self.data_dir)
            self._start_child(Child("valkey", valkey.command(), self.data_dir.pids, options=valkey.process_options))

    def _start_child(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def _wait_until_healthy(self) -> None:
        complaint_at = time.monotonic() + PATIENCE
        while (missing := what_is_missing(self.port)) is not None:
            self._look_after_parts()
            if time.monotonic() > complaint_at:
                self.say(f"Still waiting: {missing}")
                complaint_at += PATIENCE

    def _look_after_parts(self) -> None:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        for child in self.children:
            if news := child.keep_alive():
                self.say(news)
        if self.postgres and not self.postgres.is_running():
            self.say("The database ended; it starts again.")
            try:
                self.postgres.start()
            except ServerError as error:
                self.say(str(error))
                time.sleep(2)

    def _stop(self) -> None:
        """First those who use the servers, then the servers."""
        groups = {child.name: group for child in self.children if (group := child.group)}
        end_all([group for name, group in groups.items() if name != "valkey"], grace=SECONDS_TO_END)
        end_all([group for name, group in groups.items() if name == "valkey"], grace=2)
        for child in self.children:
            (child.pid_folder / child.name).unlink(missing_ok=True)
        if self.postgres:
            self.postgres.stop()


@contextmanager
def only_launcher(data_dir: DataDir, *, address: str) -> Iterator[None]:
    """Hold the data folder for this launcher. The lock ends with the process, however that ends."""
    data_dir.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data_dir.root / "launcher.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "this machine"
            raise LaunchError(
                f"ScaleUp already runs on the data in {data_dir.root}, at {where}."
                " Stop it first, or choose another folder: make run DATA_DIR=.data2 PORT=8001"
            ) from None
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, the end of the terminal and a polite kill into Stopped."""

    def stop(number: int, frame: object) -> Never:
        ignore_signals()
        raise Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """Once is enough: a second Ctrl-C must not leave half of the parts running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            text = f"Port {port} cannot be used ({error.strerror}). Choose another: make run PORT={port % 65535 + 1}"
            raise LaunchError(text) from None


def make_private_folders(data_dir: DataDir) -> None:
    for folder in (data_dir.files, data_dir.mail, data_dir.pids):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def prepare() -> None:
    """Migrations, content, demo data and static files, in a process of their own."""
    with subprocess.Popen(command_of("release"), stdin=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            code = process.wait()
        except Stopped:
            process.terminate()
            raise
    if code != 0:
        raise LaunchError("The database could not be prepared; the lines above say why.")


def what_is_missing(port: int) -> str | None:
    """What /healthz complains about; None when everything is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        parts = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        return "the web server does not answer yet."
    finally:
        connection.close()
    if response.status == http.HTTPStatus.OK:
        return None
    return ", ".join(f"{name}: {state}" for name, state in parts.items() if state != "ok") + "."
