"""What /livez and /healthz tell, and what they do not need to tell it."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scaleup import health
from scaleup.models import Heartbeat

pytestmark = pytest.mark.django_db


def all_beat() -> None:
    for name in Heartbeat.Name.values:
        Heartbeat.objects.beat(name)


def make_older(name: str, *, seconds: int) -> None:
    Heartbeat.objects.filter(name=name).update(beat_at=F("beat_at") - timedelta(seconds=seconds))


def test_all_is_well(client: Client) -> None:
    all_beat()
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"


def test_before_anything_has_started(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "broker": "not known while worker or beat are silent",
        "worker": "not heard of yet",
        "beat": "not heard of yet",
    }


def test_a_silent_worker(client: Client) -> None:
    all_beat()
    make_older("worker", seconds=42)
    make_older("broker", seconds=50)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "broker": "not known while worker or beat are silent",
        "worker": "silent for 42 s",
        "beat": "ok",
    }


def test_a_broker_that_carries_nothing(client: Client) -> None:
    all_beat()
    make_older("broker", seconds=31)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "silent for 31 s", "worker": "ok", "beat": "ok"}


def test_half_a_minute_is_still_alive(client: Client) -> None:
    all_beat()
    make_older("worker", seconds=29)
    assert client.get("/healthz").status_code == 200


def test_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OperationalError('connection to server at "db.internal", user "scaleup" failed')

    monkeypatch.setattr(health, "ages_of_heartbeats", fail)
    monkeypatch.setattr(health.connection, "cursor", fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    unknown = "not known without the database"
    assert response.json() == {"database": "does not answer", "broker": unknown, "worker": unknown, "beat": unknown}
    response = client.get("/livez")
    assert response.status_code == 503
    assert response.json() == {"web": "ok", "database": "does not answer"}


def test_a_balancer_needs_no_session_no_host_name_and_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.cookies["sessionid"] = "somebody"
    for path in ("/livez", "/healthz"):
        with django_assert_num_queries(1):
            response = client.get(path, headers={"host": "10.0.0.17:8000"})
        assert response.cookies == {}
        assert response.headers.get("Vary") is None
        assert response["X-App"] == "scaleup"


def test_only_reading(client: Client) -> None:
    for path in ("/livez", "/healthz"):
        response = client.post(path)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD"


def test_a_second_beat_moves_the_first() -> None:
    Heartbeat.objects.beat("worker", detail="first")
    make_older("worker", seconds=100)
    Heartbeat.objects.beat("worker", detail="second")
    row = Heartbeat.objects.get()
    assert row.detail == "second"
    assert health.ages_of_heartbeats()["worker"] < timedelta(seconds=5)
