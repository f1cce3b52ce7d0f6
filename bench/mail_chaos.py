"""Killing what sends: senders, whole workers, the broker, single backends of the database, and its main process."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil
import redis

from bench.site import Site
from scaleup.embedded import ServerError

# Seconds between two faults of a kind, at random from a to b.
PAUSES = {
    "sender": (0.5, 2.0),
    "worker": (20.0, 30.0),
    "broker emptied": (3.0, 6.0),
    "broker": (20.0, 30.0),
    "backend": (12.0, 25.0),
    "database": (25.0, 40.0),
}
SENDERS_A_WORKER = 4
RING_EVERY = 0.4


@dataclass
class Senders:
    """Workers with so many senders in all, kept alive; a ring by the broker every moment, as beat does each minute."""

    site: Site
    count: int
    environment: dict[str, str]
    ring: Callable[[], object]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def working(self) -> Iterator["Senders"]:
        stop = threading.Event()
        self.workers = [self._started() for _ in range(-(-self.count // SENDERS_A_WORKER))]
        keeper = threading.Thread(target=self._keep, args=[stop], daemon=True)
        keeper.start()
        try:
            yield self
        finally:
            stop.set()
            keeper.join()
            for worker in self.workers:
                self.kill(worker)

    def pool(self) -> list[psutil.Process]:
        """The processes that send."""
        found = []
        for worker in self.workers:
            with suppress(psutil.NoSuchProcess):
                found += psutil.Process(worker.pid).children()
        return found

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """It and all its senders: it leads a session of its own."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "bench.sending_app:app", "worker"]
        command += ["--loglevel", "CRITICAL", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        size = {"WORKER_CONCURRENCY": str(min(self.count, SENDERS_A_WORKER))}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # hundreds of lines about what is killed
        return self.site.start(command, environment=self.environment | size, **quiet)

    def _keep(self, stop: threading.Event) -> None:
        while not stop.wait(RING_EVERY):
            for place, worker in enumerate(self.workers):
                if worker.poll() is not None:
                    self.kill(worker)
                    self.workers[place] = self._started()
            if self.site.broker and self.site.broker.poll() is not None:
                with suppress(ServerError):
                    self.site.start_broker()
            if not self.site.postgres.is_running():
                with suppress(ServerError):
                    self.site.postgres.start()
            self.ring()


class Chaos:
    """Kills until it is stopped; counts what it killed."""

    def __init__(self, senders: Senders, *, dice: random.Random, hurry: float = 1.0) -> None:
        self.senders, self.site, self.hurry = senders, senders.site, hurry
        self.did: Counter[str] = Counter()
        self._stop = threading.Event()
        acts = {
            "sender": self._kill_sender,
            "worker": self._kill_worker,
            "broker emptied": self._empty_broker,
            "broker": self._kill_broker,
            "backend": self._kill_backend,
            "database": self._kill_database,
        }
        self._threads = [
            threading.Thread(target=self._haunt, args=(kind, act, random.Random(dice.random())), daemon=True)
            for kind, act in acts.items()
        ]

    def __enter__(self) -> "Chaos":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _haunt(self, kind: str, act: Callable[[random.Random], bool], dice: random.Random) -> None:
        shortest, longest = PAUSES[kind]
        while not self._stop.wait(dice.uniform(shortest, longest) / self.hurry):
            with suppress(psutil.Error, OSError, redis.RedisError, ServerError):
                self.did[kind] += act(dice)

    def _kill_sender(self, dice: random.Random) -> bool:
        return _kill_one(self.senders.pool(), dice)

    def _kill_worker(self, dice: random.Random) -> bool:
        os.killpg(dice.choice(self.senders.workers).pid, signal.SIGKILL)
        return True

    def _empty_broker(self, _dice: random.Random) -> bool:
        with redis.Redis.from_url(self.site.data_dir.redis_url, socket_timeout=1) as client:
            client.flushall()
        return True

    def _kill_broker(self, _dice: random.Random) -> bool:
        if self.site.broker is None:
            return False
        self.site.broker.kill()
        return True

    def _kill_backend(self, dice: random.Random) -> bool:
        """The next that serves somebody; the database then ends all others too, and recovers."""
        while not self._stop.wait(0.1):
            main = self.site.postgres.process()
            serving = [one for one in main.children() if "scaleup scaleup" in " ".join(one.cmdline())] if main else []
            if _kill_one(serving, dice):
                return True
        return False

    def _kill_database(self, _dice: random.Random) -> bool:
        self.site.postgres.kill()
        return True


def _kill_one(victims: list[psutil.Process], dice: random.Random) -> bool:
    if victims:
        dice.choice(victims).kill()
    return bool(victims)
