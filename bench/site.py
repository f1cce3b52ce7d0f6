"""A ScaleUp of its own in a folder of its own: database, broker and whichever parts are asked for."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
import psycopg

from scaleup.datadir import DataDir
from scaleup.embedded import Postgres, Valkey
from scaleup.processes import COMMANDS, command_of

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"DATABASE_URL", "REDIS_URL", "ENVIRONMENT", "STORAGE", "EMAIL_URL", "WEB_CONCURRENCY", "WEB_THREADS"}
SECONDS_TO_START = 60
SECONDS_TO_LAUNCH = 180
SECONDS_TO_END = 40


class Site:
    """Everything that runs for one measurement. Nothing of it outlives `running`."""

    def __init__(self, root: Path) -> None:
        # A run that is cut short cleans up as well.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        self.data_dir = DataDir(root)
        self.postgres = Postgres(self.data_dir)
        self.valkey = Valkey(self.data_dir)
        self.broker: subprocess.Popen[bytes] | None = None
        self.processes: list[subprocess.Popen[bytes]] = []
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.environment = kept | {"DATA_DIR": str(root), "DEMO": "0", "PYTHONWARNINGS": "ignore"}

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Site"]:
        """A fresh one, prepared and empty; ended and removed afterwards, whatever happened."""
        site = cls(Path(tempfile.mkdtemp(prefix="scaleup-bench-")).resolve())
        try:
            site.postgres.start()
            site.start_broker()
            subprocess.run(command_of("release"), cwd=ROOT, env=site.environment, check=True)
            yield site
        finally:
            site.stop()

    @classmethod
    @contextmanager
    def launched(cls, port: int, *, healthy: Callable[[], bool]) -> Iterator["Site"]:
        """A fresh one as `make run` has it, looked after by the launcher; yields when all parts are well."""
        root = Path(tempfile.mkdtemp(prefix="scaleup-faults-")).resolve()
        site = cls(root)
        try:
            output = root / "launcher.log"  # hundreds of lines about what is killed on purpose
            with output.open("w") as log:
                command, environment = [sys.executable, "-m", "bench.launch"], {"PORT": str(port)}
                launcher = site.start(command, environment=environment, stdout=log, stderr=log)
            deadline = time.monotonic() + SECONDS_TO_LAUNCH
            while not healthy():
                if launcher.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"Not everything came up. The launcher said:\n{output.read_text()[-3000:]}")
                time.sleep(0.2)
            yield site
        finally:
            site.stop()

    def stop(self) -> None:
        for process in self.processes:
            end(process)
        if self.broker:
            end(self.broker)
        self.postgres.stop(mode="immediate")
        shutil.rmtree(self.data_dir.root, ignore_errors=True)

    def start_broker(self) -> None:
        self.broker = self.valkey.start()

    def use_here(self) -> None:
        """Let this very process work on the site's database, without the limit pages have."""
        for name in NOT_OURS:
            os.environ.pop(name, None)
        os.environ |= {"DATA_DIR": str(self.data_dir.root), "DEMO": "0", "STATEMENT_TIMEOUT": "0"}
        import bench.wsgi  # noqa: F401  sets Django up

    def connect(self) -> psycopg.Connection:
        """A connection of one's own beside Django's."""
        return psycopg.connect(self.postgres.url_of("scaleup"), autocommit=True, cursor_factory=psycopg.ClientCursor)

    def start(
        self, command: list[str], *, environment: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[bytes]:
        """One process more, ended together with the site."""
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )
        self.processes.append(process)
        return process

    @contextmanager
    def serving(self, command: list[str], *, path: str, **environment: str) -> Iterator["Server"]:
        """A web server on a port of its own, from its first answer until the block ends."""
        port = free_port()
        bind = f"127.0.0.1:{port}"
        process = self.start([word.format(bind=bind) for word in command], environment={"BIND": bind} | environment)
        try:
            wait_for_answer(port, path, process)
            yield Server(port, process)
        finally:
            end(process)
            self.processes.remove(process)

    @contextmanager
    def product(self, **environment: str) -> Iterator["Server"]:
        """The product as it is shipped, with one web worker unless told otherwise."""
        command = [*command_of("web")[:-1], "bench.wsgi"]
        with self.serving(command, path="/livez", **{"WEB_CONCURRENCY": "1"} | environment) as server:
            yield server

    @contextmanager
    def hello(self) -> Iterator["Server"]:
        """The bare page H is taken from: gunicorn's plainest worker and nothing else."""
        command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--worker-class", "sync"]
        command += ["--bind", "{bind}", "--log-level", "warning", "bench.hello"]
        with self.serving(command, path="/") as server:
            yield server

    @contextmanager
    def working(self, *, app: str = "scaleup") -> Iterator[subprocess.Popen[bytes]]:
        """A Celery worker."""
        words = COMMANDS["worker"].replace("--app scaleup", f"--app {app}").split()
        process = self.start([sys.executable, *words[1:]])
        try:
            yield process
        finally:
            end(process)
            self.processes.remove(process)


class Server:
    """A running web server: where it listens, and the process it began with."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = psutil.Process(process.pid)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started."""
    if process.poll() is not None:
        return
    started = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    for child in started:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The web server did not start; the lines above say why.")
        time.sleep(0.1)


def answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
