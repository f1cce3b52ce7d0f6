"""The cache: Redis or Valkey while it answers at once, otherwise as if nothing were cached."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.core.serializers.json import DjangoJSONEncoder
from redis.exceptions import RedisError

from scaleup.circuit import Circuit

logger = logging.getLogger(__name__)
# One for the process: every thread has cache objects of its own, the server is the same for all.
circuit = Circuit(rest=5)


class JsonSerializer:
    """Plain data only: whoever can write into the cache must not be able to run code in here."""

    def dumps(self, value: Any) -> int | bytes:
        # Whole numbers stay bare, so that the server can count with them.
        return value if type(value) is int else json.dumps(value, cls=DjangoJSONEncoder).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def _quietly(name: str, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """The client's method `name`, or what `otherwise` says while the server is away."""
    ask = getattr(RedisCacheClient, name)

    @wraps(ask)
    def answer(client: RedisCacheClient, *args: Any) -> Any:
        if circuit.is_open:
            return otherwise(*args)
        try:
            return ask(client, *args)
        except (RedisError, OSError) as error:
            circuit.trip()
            logger.warning("The cache does not answer (%s); going on without it.", type(error).__name__)
            return otherwise(*args)

    return answer


def _not_counted(key: str, delta: int) -> int:
    raise ValueError("Nothing is counted under this key.")  # what a cache without the key raises


class QuietClient(RedisCacheClient):
    """Django's client, which answers like an empty cache while the server is away."""

    add = _quietly("add", lambda key, value, timeout: True)
    get = _quietly("get", lambda key, default: default)
    set = _quietly("set", lambda key, value, timeout: None)
    touch = _quietly("touch", lambda key, timeout: False)
    delete = _quietly("delete", lambda key: False)
    get_many = _quietly("get_many", lambda keys: {})
    has_key = _quietly("has_key", lambda key: False)
    incr = _quietly("incr", _not_counted)
    set_many = _quietly("set_many", lambda data, timeout: None)
    delete_many = _quietly("delete_many", lambda keys: None)
    clear = _quietly("clear", lambda: False)


class QuietRedisCache(RedisCache):
    """Django's Redis cache on the quiet client. `LONGEST` in its options caps every timeout, in seconds."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self._longest: int | None = options.pop("LONGEST", None)
        super().__init__(server, params | {"OPTIONS": {"serializer": JsonSerializer} | options})
        self._class = QuietClient

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int | None:
        seconds: int | None = super().get_backend_timeout(timeout)  # type: ignore[assignment]
        if self._longest is None:
            return seconds
        return self._longest if seconds is None else min(seconds, self._longest)
