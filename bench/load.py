"""The load: a few clients that each send one request after the other, in a closed loop."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from typing import Protocol
from urllib.parse import urlencode

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    path: str
    headers: dict[str, str]
    form: dict[str, str] | None = None


class Client(Protocol):
    """Somebody who knows what to ask next."""

    def ask(self) -> Ask: ...

    def hear(self, body: bytes) -> None: ...


class UnexpectedAnswer(Exception):
    """A page answered something else than 200: figures of it would say nothing."""


class Reader:
    """Asks for the same page again and again."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        self._ask = Ask(path, headers)

    def ask(self) -> Ask:
        return self._ask

    def hear(self, body: bytes) -> None:
        """Nothing to remember."""


@dataclass(frozen=True, slots=True)
class Load:
    """What some seconds of load gave. Times in ms."""

    requests: int
    seconds: float
    p50: float
    p95: float
    bytes: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def drive(port: int, clients: Sequence[Client], *, seconds: float, at_least: int = 1) -> Load:
    """All clients at once, for that long and that many requests each; the first wrong answer ends it all."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        runs = list(pool.map(lambda client: _run(port, client, until=began + seconds, at_least=at_least), clients))
    took = time.monotonic() - began
    times = sorted(each for times, _ in runs for each in times)
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 20
    return Load(len(times), took, p50=cuts[9], p95=cuts[18], bytes=runs[0][1])


def _run(port: int, client: Client, *, until: float, at_least: int) -> tuple[list[float], int]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    times, size = [], 0
    while time.monotonic() < until or len(times) < at_least:
        ask = client.ask()
        began = time.perf_counter()
        status, body = send(connection, ask)
        times.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise UnexpectedAnswer(f"{ask.path} answered {status}: {body[:300]!r}")
        client.hear(body)
        size = len(body)
    connection.close()
    return times, size


def send(connection: HTTPConnection, ask: Ask) -> tuple[int, bytes]:
    """One request on a connection that is opened again if the server has closed it."""
    if ask.form is None:
        connection.request("GET", ask.path, headers=ask.headers)
    else:
        connection.request("POST", ask.path, body=urlencode(ask.form), headers=ask.headers | FORM)
    response = connection.getresponse()
    return response.status, response.read()
