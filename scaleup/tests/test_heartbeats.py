"""Worker and beat leave signs of life; at its start beat rings for every sweep."""

from queue import SimpleQueue

import pytest
from django.conf import settings
from django.db import OperationalError

from scaleup import doorbell, heartbeats
from scaleup.celery import app
from scaleup.heartbeats import BeatingScheduler, WorkerHeart, beat_safely
from scaleup.models import Heartbeat
from scaleup.tasks import answer_bell

SWEEPS = {
    "assessments.tasks.sweep_summaries": 60,
    "assessments.tasks.sweep_rounds": 60,
    "partners.tasks.sweep_roles": 60,
    "partners.tasks.sweep_annexes": 60,
    "funding.tasks.sweep_funding": 60,
    "dashboards.tasks.sweep_rollups": 60,
    "dashboards.tasks.verify_rollups": 86_400,
    "assessments.tasks.sweep_expiry": 86_400,
    "programs.tasks.sweep_stray_files": 86_400,
    "reminders.tasks.sweep_due": 60,
    "reminders.tasks.sweep_news": 60,
    "reminders.tasks.sweep_digests": 300,
    "accounts.tasks.send_pending_mail": 60,
    "scaleup.tasks.answer_bell": 10,
}


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What was rung for, with how long the ring is worth something."""
    rings: list[tuple[str, float]] = []
    monkeypatch.setattr(doorbell, "ring_now", lambda task, *ids, expires: rings.append((task, expires)))
    return rings


def tick_until_idle(scheduler: BeatingScheduler) -> None:
    while scheduler.tick() == 0:
        pass


@pytest.mark.django_db(transaction=True)
def test_at_its_start_beat_rings_for_every_sweep_once(rung: list[tuple[str, float]]) -> None:
    scheduler = BeatingScheduler(app)
    tick_until_idle(scheduler)
    assert dict(rung) == {task: min(every, 3600) for task, every in SWEEPS.items()}
    assert len(rung) == len(SWEEPS)
    tick_until_idle(scheduler)
    assert len(rung) == len(SWEEPS)
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["beat"]


def test_the_schedule_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled == SWEEPS
    assert scheduled.keys() - app.tasks.keys() == set()


@pytest.mark.django_db(transaction=True)
def test_the_workers_heart_beats_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(heartbeats, "SECONDS_BETWEEN", 0.01)
    monkeypatch.setattr(heartbeats, "beat_safely", beats.put)
    heart = WorkerHeart()
    heart.start()
    assert [beats.get(timeout=20) for _ in range(4)] == ["worker"] * 4
    heart.stop()
    heart.join(20)
    assert not heart.is_alive()


def test_a_database_that_is_away_does_not_stop_the_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OperationalError

    monkeypatch.setattr(Heartbeat.objects, "beat", fail)
    beat_safely("worker")


@pytest.mark.django_db
def test_answering_the_bell_is_the_brokers_sign_of_life() -> None:
    answer_bell()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["broker"]
