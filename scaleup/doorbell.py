"""Ringing for a worker: a hint that something waits in the tables, never the thing itself.

Whatever must happen is a row first. A ring that is lost only makes it late: a sweep finds the row.
So a ring never fails, and holds its caller for a fraction of a second at the very worst.

A ring is one push onto the list Celery's workers wait at. Web servers write it themselves: Celery
would cost them ten times the time and seven megabytes each, to write the same.
"""

import json
import logging
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from scaleup.circuit import Circuit

logger = logging.getLogger(__name__)
circuit = Circuit(rest=5)
PLAIN_TASK = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


def broker_at(url: str) -> Redis:
    """A client that gives up at once; it connects when it is first used."""
    return Redis.from_url(url, socket_connect_timeout=0.1, socket_timeout=0.2, retry=Retry(NoBackoff(), 0))


broker = broker_at(settings.REDIS_URL)


def ring(task_name: str, *ids: int) -> None:
    """Have a worker run the task `task_name` with these ids once this transaction is committed.

    By name, so that a lower app can ring for a higher one it does not know.
    """
    transaction.on_commit(partial(ring_now, task_name, *ids), robust=True)


def ring_now(task_name: str, *ids: int, expires: float | None = None) -> bool:
    """Ring at once; True if the broker took it. After a failure it is left in peace for a while.

    A worker that comes to it after `expires` seconds drops it.
    """
    if circuit.is_open:
        return False
    try:
        broker.lpush(settings.CELERY_TASK_DEFAULT_QUEUE, message(task_name, ids, expires=expires))
    except Exception as error:  # noqa: BLE001 the broker, its address, its client: none may break a save
        circuit.trip()
        logger.warning("The broker does not answer (%s); sweeps will do it.", type(error).__name__)
        return False
    return True


def message(task_name: str, ids: tuple[int, ...], *, expires: float | None = None) -> str:
    """A call of a task as Celery's workers read it: version 2 of its protocol, in the envelope for Redis."""
    ring_id = str(uuid4())
    until = (datetime.now(UTC) + timedelta(seconds=expires)).isoformat() if expires else None
    about = {"lang": "py", "task": task_name, "argsrepr": repr(ids), "kwargsrepr": "{}", "ignore_result": True}
    family = {"id": ring_id, "root_id": ring_id, "parent_id": None, "group": None}
    delivery = {"exchange": "", "routing_key": settings.CELERY_TASK_DEFAULT_QUEUE}
    return json.dumps(
        {
            "body": b64encode(json.dumps([ids, {}, PLAIN_TASK]).encode()).decode(),
            "content-type": "application/json",
            "content-encoding": "utf-8",
            "headers": {**about, **family, "expires": until},
            "properties": {
                "body_encoding": "base64",
                "correlation_id": ring_id,
                "delivery_info": delivery,
                "delivery_mode": 2,
                "delivery_tag": ring_id,
                "priority": 0,
            },
        }
    )
