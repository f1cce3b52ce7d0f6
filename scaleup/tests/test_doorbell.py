"""A ring reaches the broker when it can, and never holds or breaks its caller when it cannot."""

import json
import signal
import time
from collections.abc import Callable

import pytest
import redis
from celery.worker.request import Request
from django.conf import settings
from django.db import transaction

from scaleup import doorbell
from scaleup.celery import app
from scaleup.tests.conftest import MortalValkey

LONGEST = 0.3  # seconds a save may be held, on a busy machine
TASK = "assessments.tasks.summarise"
BellAt = Callable[[str], None]


@pytest.fixture
def bell_at(monkeypatch: pytest.MonkeyPatch) -> BellAt:
    """Points the bell at another broker."""

    def point(url: str) -> None:
        monkeypatch.setattr(doorbell, "broker", doorbell.broker_at(url))

    return point


def messages(url: str) -> list[tuple[str, str]]:
    """Task and ids of all that waits at the broker, oldest first."""
    with redis.Redis.from_url(url) as client:
        waiting = [json.loads(each)["headers"] for each in client.lrange("scaleup", 0, -1)]
    return [(each["task"], each["argsrepr"]) for each in reversed(waiting)]


def ring_and_time_it(*, rested: bool = True) -> tuple[bool, float]:
    if rested:
        doorbell.circuit.reset()
    start = time.monotonic()
    return doorbell.ring_now(TASK, 7), time.monotonic() - start


def test_a_ring_waits_for_the_commit(valkey: MortalValkey, bell_at: BellAt, transactional_db: None) -> None:
    bell_at(valkey.url)
    with transaction.atomic():
        doorbell.ring(TASK, 7)
        doorbell.ring(TASK, 8)
        assert messages(valkey.url) == []
    assert messages(valkey.url) == [(TASK, "(7,)"), (TASK, "(8,)")]


@pytest.mark.parametrize(("expires", "is_too_late"), [(None, False), (60, False), (-1, True)])
def test_a_worker_reads_a_ring_as_the_call_of_its_task(
    valkey: MortalValkey, bell_at: BellAt, expires: int | None, is_too_late: bool
) -> None:
    bell_at(valkey.url)
    assert doorbell.ring_now(TASK, 7, 8, expires=expires)
    app.loader.import_default_modules()
    with app.connection_for_read(valkey.url.replace("unix://", "redis+socket://")) as connection:
        heard = connection.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE).get(timeout=5)
        request = Request(heard, app=app)
        assert (request.name, request.args, request.kwargs) == (TASK, [7, 8], {})
        assert request.task.name == TASK
        assert bool(request.maybe_expire()) == is_too_late
        heard.ack()
    assert messages(valkey.url) == []


def test_what_is_rolled_back_rings_for_nobody(valkey: MortalValkey, bell_at: BellAt, transactional_db: None) -> None:
    bell_at(valkey.url)
    with transaction.atomic():
        doorbell.ring(TASK, 7)
        transaction.set_rollback(True)
    assert messages(valkey.url) == []


def test_a_frozen_broker_holds_nobody(valkey: MortalValkey, bell_at: BellAt) -> None:
    bell_at(valkey.url)
    assert ring_and_time_it()[0]
    valkey.send(signal.SIGSTOP)
    for _ in range(3):
        rang, seconds = ring_and_time_it()
        assert not rang
        assert seconds < LONGEST
    rang, seconds = ring_and_time_it(rested=False)
    assert not rang
    assert seconds < 0.01
    valkey.send(signal.SIGCONT)
    assert ring_and_time_it()[0]


def test_a_killed_broker_holds_nobody_and_hears_the_bell_once_it_is_back(valkey: MortalValkey, bell_at: BellAt) -> None:
    bell_at(valkey.url)
    assert ring_and_time_it()[0]
    valkey.kill()
    rang, seconds = ring_and_time_it()
    assert not rang
    assert seconds < LONGEST
    valkey.start()
    assert ring_and_time_it()[0]
    assert messages(valkey.url) == [(TASK, "(7,)")]  # the one from before died with the broker


@pytest.mark.parametrize("fault", ["black_hole", "refused"])
def test_a_broker_out_of_reach_holds_nobody(fault: str, request: pytest.FixtureRequest, bell_at: BellAt) -> None:
    bell_at(request.getfixturevalue(fault))
    rang, seconds = ring_and_time_it()
    assert not rang
    assert seconds < LONGEST


def test_a_full_broker_breaks_nothing(valkey: MortalValkey, bell_at: BellAt) -> None:
    bell_at(valkey.url)
    with redis.Redis.from_url(valkey.url) as client:
        client.config_set("maxmemory", "1mb")
        for number in range(100):
            try:
                client.set(f"filler-{number}", b"x" * 100_000)
            except redis.ResponseError:
                break
        rang, seconds = ring_and_time_it()
    assert not rang
    assert seconds < LONGEST


def test_after_a_failure_the_bell_rests_and_then_tries_again(
    valkey: MortalValkey, bell_at: BellAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(doorbell, "circuit", doorbell.Circuit(rest=5, clock=lambda: now[0]))
    bell_at("redis://127.0.0.1:1/0")
    assert not doorbell.ring_now(TASK, 7)
    bell_at(valkey.url)
    now[0] = 4.9
    assert not doorbell.ring_now(TASK, 7)
    now[0] = 5.0
    assert doorbell.ring_now(TASK, 7)
