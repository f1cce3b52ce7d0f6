"""Plugin: the run has a real PostgreSQL and a real Valkey of its own, unless the environment names some.

Loaded with `-p` so that the addresses stand in the environment before Django reads its settings.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from scaleup.datadir import DataDir
from scaleup.embedded import Postgres, ServerError, Valkey

PREFIX = f"scaleup-tests-{os.getuid()}-"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1 …; empty in the process that leads
WANTED = {"DATABASE_URL", "REDIS_URL"} - os.environ.keys() if not WORKER else set()

if not WORKER:
    os.environ["ENVIRONMENT"] = "test"
    os.environ["DATA_DIR"] = str(Path(tempfile.gettempdir()).resolve() / f"{PREFIX}{os.getpid()}")
    data_dir = DataDir(Path(os.environ["DATA_DIR"]))
    os.environ.setdefault("DATABASE_URL", data_dir.database_url)
    os.environ.setdefault("REDIS_URL", data_dir.redis_url)
elif os.environ["REDIS_URL"].startswith("unix://"):
    os.environ["REDIS_URL"] += f"?db={int(WORKER.removeprefix('gw')) + 1}"  # one room for each worker


class Servers:
    """Started before the first test, stopped after the last, whatever happened between."""

    def __init__(self, home: DataDir) -> None:
        self.home = home
        self.valkey: subprocess.Popen[bytes] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        remove_leftovers()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is cut short cleans up as well
        try:
            if "DATABASE_URL" in WANTED:
                Postgres(self.home, forgetful=True).start()
            if "REDIS_URL" in WANTED:
                self.valkey = Valkey(self.home).start()
        except ServerError as error:
            self.pytest_unconfigure()
            raise pytest.UsageError(str(error)) from error

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        if self.valkey is not None:
            self.valkey.kill()
            self.valkey.wait()
        stop_and_remove(self.home)


def pytest_configure(config: pytest.Config) -> None:
    if not WORKER and not config.option.collectonly:
        config.pluginmanager.register(Servers(data_dir), "scaleup-servers")


def remove_leftovers() -> None:
    """Stop what a run left behind that was killed before it could clean up."""
    for folder in Path(tempfile.gettempdir()).resolve().glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX)
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            for process in psutil.process_iter(["name", "cmdline"]):
                if process.info["name"] == "valkey-server" and str(folder) in " ".join(process.info["cmdline"] or []):
                    process.kill()
            stop_and_remove(DataDir(folder))


def stop_and_remove(home: DataDir) -> None:
    with suppress(ServerError):
        Postgres(home, forgetful=True).stop(mode="immediate")
    shutil.rmtree(home.root, ignore_errors=True)
