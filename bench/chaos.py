"""Hurting a running site: kill -9 of its parts at random moments, and a broker that fails in three ways."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import redis

from bench.site import Site
from scaleup.children import Group

# Seconds between two kills of the same part, at random from a to b. The launcher starts each again.
PAUSES = {"web": (0.5, 2.5), "worker": (20.0, 30.0), "broker": (20.0, 30.0), "database": (12.0, 25.0)}
FLUSH_EVERY = 0.1


class Chaos:
    """Kills until it is stopped; counts what it killed."""

    def __init__(self, site: Site, *, dice: random.Random, parts: tuple[str, ...] = tuple(PAUSES)) -> None:
        self.site = site
        self.killed: Counter[str] = Counter()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._haunt, args=(part, random.Random(dice.random())), daemon=True)
            for part in parts
        ]

    def __enter__(self) -> "Chaos":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _haunt(self, part: str, dice: random.Random) -> None:
        while not self._stop.wait(dice.uniform(*PAUSES[part])):
            victims = self._victims(part)
            with suppress(psutil.NoSuchProcess):
                if victims:
                    dice.choice(victims).kill()
                    self.killed[part] += 1

    def _victims(self, part: str) -> list[psutil.Process]:
        """The processes of a part that may be killed: of the web its workers, else the main one."""
        if part == "database":
            process = self.site.postgres.process()
            return [process] if process else []
        main = leader(self.site, {"broker": "valkey"}.get(part, part))
        if main is None:
            return []
        with suppress(psutil.NoSuchProcess):
            return main.children() if part == "web" else [main]
        return []


def leader(site: Site, name: str) -> psutil.Process | None:
    """The main process of one of the launcher's parts, if it runs."""
    group = Group.read(site.data_dir.pids / name)
    return group.leading_process() if group else None


@contextmanager
def broker_stopped(site: Site) -> Iterator[None]:
    """Alive but silent: connections open, nothing answers."""
    broker = leader(site, "valkey")
    if broker is None:
        raise RuntimeError("There is no broker to stop.")
    broker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        broker.send_signal(signal.SIGCONT)


@contextmanager
def broker_emptied(site: Site) -> Iterator[None]:
    """Loses everything it holds, again and again."""

    def empty() -> None:
        with suppress(redis.RedisError), redis.Redis.from_url(site.data_dir.redis_url, socket_timeout=1) as client:
            client.flushall()

    with _again_and_again(empty):
        yield


@contextmanager
def broker_killed(site: Site) -> Iterator[None]:
    """Killed, and killed again whenever the launcher has started it."""

    def kill() -> None:
        with suppress(psutil.NoSuchProcess):
            if broker := leader(site, "valkey"):
                broker.kill()

    with _again_and_again(kill):
        yield


@contextmanager
def _again_and_again(act: Callable[[], None]) -> Iterator[None]:
    stop = threading.Event()

    def run() -> None:
        act()
        while not stop.wait(FLUSH_EVERY):
            act()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> float | None:
    """Seconds until it holds; None if it does not in that time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(Exception):  # the database may just be starting
            if condition():
                return time.monotonic() - began
        time.sleep(0.2)
    return None
