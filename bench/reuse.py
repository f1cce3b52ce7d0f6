"""Whether connections to the database are used again: by pages, and by the worker's tasks."""

import time
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from bench.load import Reader, drive
from bench.site import Site
from scaleup import doorbell

TASK = "scaleup.tasks.answer_bell"  # one statement and nothing else
TASKS = 300
SECONDS_TO_DRAIN = 120


def measure(site: Site, *, seconds: float) -> dict[str, Any]:
    """Rates with and without reuse, and new connections a hundred requests or tasks."""
    found = {f"{name} request": _requests(site, reuse, seconds) for name, reuse in (("kept", "1"), ("new", "0"))}
    apps = {"kept": "scaleup", "new": "bench.celery_without_reuse:app"}
    found |= {f"{name} task": _tasks(site, app) for name, app in apps.items()}
    return found


def _requests(site: Site, reuse: str, seconds: float) -> dict[str, float]:
    """/livez asks the database one thing."""
    with site.product(REUSE_CONNECTIONS=reuse) as server:
        readers = [Reader("/livez", {}) for _ in range(2)]
        drive(server.port, readers, seconds=0.3)
        before = _connections_made()
        load = drive(server.port, readers, seconds=seconds)
    return _told(load.requests, load.rate, before)


def _tasks(site: Site, app: str) -> dict[str, float]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()  # rings of the saves that were measured before
    with site.working(app=app):
        _drain(20)
        before = _connections_made()
        rate = _drain(TASKS)
    return _told(TASKS, rate, before)


def _told(count: int, rate: float, before: int) -> dict[str, float]:
    made = _connections_made() - before
    return {"per_s": round(rate, 1), "connections_per_100": round(made * 100 / count, 1)}


def _drain(count: int) -> float:
    """Tasks a second, from the first ring until the broker holds none."""
    began = time.monotonic()
    for _ in range(count):
        if not doorbell.ring_now(TASK):
            raise RuntimeError("The broker took no ring.")
    while _waiting():
        if time.monotonic() - began > SECONDS_TO_DRAIN:
            raise RuntimeError("The worker did not finish its tasks.")
        time.sleep(0.005)
    return count / (time.monotonic() - began)


def _waiting() -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        return int(client.llen(settings.CELERY_TASK_DEFAULT_QUEUE)) + int(client.hlen("unacked"))


def _connections_made() -> int:
    """Ever, to this database, as PostgreSQL counts them; its figures are late by up to a second."""
    time.sleep(1.5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
