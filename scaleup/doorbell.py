"""Ringing for a worker: a hint that something waits in the tables, never the thing itself.

Whatever must happen is a row first. A ring that is lost only makes it late: a sweep finds the row.
So a ring never fails, and holds its caller for a fraction of a second at the very worst.
"""

import logging
from functools import partial
from typing import Any

from django.db import transaction

from scaleup.celery import app
from scaleup.circuit import Circuit

logger = logging.getLogger(__name__)
circuit = Circuit(rest=5)


def ring(task_name: str, *ids: int) -> None:
    """Have a worker run the task `task_name` with these ids once this transaction is committed.

    By name, so that a lower app can ring for a higher one it does not know.
    """
    transaction.on_commit(partial(ring_now, task_name, *ids), robust=True)


def ring_now(task_name: str, *ids: int, **options: Any) -> bool:
    """Ring at once; True if the broker took it. After a failure it is left in peace for a while."""
    if circuit.is_open:
        return False
    try:
        app.send_task(task_name, args=ids, retry=False, ignore_result=True, **options)
    except Exception as error:  # noqa: BLE001 the broker, its address, its client: none may break a save
        circuit.trip()
        logger.warning("The broker does not answer (%s); sweeps will do it.", type(error).__name__)
        return False
    return True
