"""A real Celery worker beside the tests, on their database and broker: it can be halted, go on, or end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connection

from scaleup import doorbell
from scaleup.processes import command_of


class Worker:
    """One running worker with its pool."""

    def __init__(self) -> None:
        environment = {"DATABASE_URL": url_of_test_database(), "WORKER_CONCURRENCY": "1", "PYTHONWARNINGS": "ignore"}
        self.process = subprocess.Popen(
            command_of("worker"), cwd=settings.BASE_DIR, env=os.environ | environment, start_new_session=True
        )

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Worker"]:
        worker = cls()
        try:
            yield worker
        finally:
            worker.end()

    def halt(self) -> None:
        os.killpg(self.process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def go_on(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def url_of_test_database() -> str:
    url = urlsplit(os.environ["DATABASE_URL"])
    folder, _, _ = url.path.rpartition("/")
    return url._replace(path=f"{folder}/{connection.settings_dict['NAME']}").geturl()


def silence_bell() -> None:
    """Forget what earlier tests rang for, and that some of them had no broker."""
    doorbell.circuit.reset()
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(settings.CELERY_TASK_DEFAULT_QUEUE)
