"""How worker and beat show that they are alive: each leaves a row every few seconds."""

import logging
import threading
from datetime import UTC, datetime
from typing import Any

from celery.beat import ScheduleEntry, Scheduler
from celery.signals import beat_init, celeryd_init, worker_ready, worker_shutting_down
from django.db import Error, connection

from scaleup import doorbell
from scaleup.checks import refuse_unsafe_start
from scaleup.models import Heartbeat

logger = logging.getLogger(__name__)
SECONDS_BETWEEN = 5
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def beat_safely(name: str) -> None:
    """Leave a sign of life. A database that is away is healthz' news, not a reason to die."""
    try:
        Heartbeat.objects.beat(name)
    except Error as error:
        logger.warning("No heartbeat of the %s: %s", name, type(error).__name__)
    finally:
        connection.close()  # kept open it would outlive a restart of the database, broken


class WorkerHeart(threading.Thread):
    """Beats beside the worker's own loop, which may be waiting for a broker."""

    def __init__(self) -> None:
        super().__init__(name="heart", daemon=True)
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            beat_safely(Heartbeat.Name.WORKER)
            self._stopped.wait(SECONDS_BETWEEN)

    def stop(self) -> None:
        self._stopped.set()


class BeatingScheduler(Scheduler):
    """Celery's scheduler without a file of its own: at its start everything is due.

    All it rings for are sweeps, which may run too often but not too seldom.
    """

    producer = None  # rings go through the doorbell, which waits for nobody

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = LONG_AGO

    def tick(self, *args: Any, **kwargs: Any) -> float:
        beat_safely(Heartbeat.Name.BEAT)
        return super().tick(*args, **kwargs)

    def apply_entry(self, entry: ScheduleEntry, producer: None = None) -> None:
        doorbell.ring_now(entry.task, *entry.args or (), **entry.options)


heart = WorkerHeart()


@celeryd_init.connect
@beat_init.connect
def refuse_if_unsafe(**_: Any) -> None:
    refuse_unsafe_start()


@worker_ready.connect
def start_heart(**_: Any) -> None:
    heart.start()


@worker_shutting_down.connect
def stop_heart(**_: Any) -> None:
    heart.stop()
