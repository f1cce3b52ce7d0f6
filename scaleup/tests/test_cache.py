"""A cache that is away is an empty cache: no error, no wait, and back by itself."""

import datetime
import logging
import signal
import time
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.cache import caches
from django.test import Client, RequestFactory

from accounts.models import User
from scaleup import cache
from scaleup.cache import QuietRedisCache
from scaleup.tests.conftest import MortalValkey

LONGEST = 0.3


def cache_at(url: str, **options: object) -> QuietRedisCache:
    quick = {"socket_connect_timeout": 0.1, "socket_timeout": 0.1}
    return QuietRedisCache(url, {"OPTIONS": quick | options})


def seconds_for_ten_reads(store: QuietRedisCache) -> float:
    cache.circuit.reset()
    start = time.monotonic()
    assert [store.get(f"key-{number}", "nothing") for number in range(10)] == ["nothing"] * 10
    return time.monotonic() - start


def test_it_keeps_plain_data_as_json(valkey: MortalValkey) -> None:
    store = cache_at(valkey.url)
    store.set_many({"number": 41, "text": "größer", "list": [1, None, {"a": True}]})
    assert store.incr("number") == 42
    assert store.get_many(["number", "text", "list"]) == {
        "number": 42,
        "text": "größer",
        "list": [1, None, {"a": True}],
    }
    store.set("day", datetime.date(2026, 11, 23))
    assert store.get("day") == "2026-11-23"
    with pytest.raises(TypeError):
        store.set("code", object())


def test_a_frozen_server_costs_one_short_wait_and_is_used_again_later(valkey: MortalValkey) -> None:
    store = cache_at(valkey.url)
    store.set("kept", "yes")
    valkey.send(signal.SIGSTOP)
    assert seconds_for_ten_reads(store) < LONGEST
    valkey.send(signal.SIGCONT)
    assert store.get("kept") is None  # still at rest
    cache.circuit.reset()
    assert store.get("kept") == "yes"


@pytest.mark.parametrize("fault", ["black_hole", "refused"])
def test_a_server_out_of_reach_costs_one_short_wait(fault: str, request: pytest.FixtureRequest) -> None:
    assert seconds_for_ten_reads(cache_at(request.getfixturevalue(fault))) < LONGEST


def test_a_restarted_server_is_used_at_once(valkey: MortalValkey) -> None:
    store = cache_at(valkey.url)
    store.set("key", 1)
    valkey.kill()
    valkey.start()
    store.set("key", 2)
    assert store.get("key") == 2


def test_every_method_answers_like_an_empty_cache(refused: str) -> None:
    store = cache_at(refused)
    assert store.add("key", 1) is True
    assert store.get("key", "default") == "default"
    assert store.set("key", 1) is None
    assert store.touch("key") is False
    assert store.delete("key") is False
    assert store.get_many(["key"]) == {}
    assert store.set_many({"key": 1}) == []
    assert store.delete_many(["key"]) is None
    assert store.clear() is False
    assert ("key" in store) is False
    with pytest.raises(ValueError, match="Nothing is counted"):
        store.incr("key")


def test_it_is_said_once_in_the_log(refused: str, caplog: pytest.LogCaptureFixture) -> None:
    store = cache_at(refused)
    with caplog.at_level(logging.WARNING, logger="scaleup.cache"):
        store.get("one")
        store.get("two")
    assert caplog.messages == ["The cache does not answer (ConnectionError); going on without it."]


def test_sessions_are_cached_for_a_minute_at_most() -> None:
    store = caches["sessions"]
    assert store.get_backend_timeout(14 * 24 * 3600) == 60
    assert store.get_backend_timeout(None) == 60
    assert store.get_backend_timeout(5) == 5
    assert caches["default"].get_backend_timeout(3600) == 3600


def test_people_stay_signed_in_without_a_cache(
    client: Client, make_user: Callable[..., User], refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = cache_at(refused)._cache
    monkeypatch.setattr(
        "scaleup.cache.QuietClient.get_client",
        lambda *_, **__: away._client(connection_pool=away._get_connection_pool(write=True)),
    )
    amina = make_user("amina")
    client.force_login(amina)
    request = RequestFactory().get("/")
    request.session = SessionStore(client.session.session_key)
    assert get_user(request) == amina
