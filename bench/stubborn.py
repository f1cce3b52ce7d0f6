"""Clients that save through thick and thin: the same key again until it is answered, and a journal of it."""

import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from bench.load import FORM

PAUSE = 0.2
PATIENCE = 90.0  # seconds after the end in which the last save must be answered
FINAL = frozenset({200, 400, 401, 403, 404, 409, 422})


@dataclass(slots=True)
class Journal:
    """What one client was told. Times in seconds, each of one answered request."""

    applied: dict[str, int] = field(default_factory=dict)  # key: item
    refused: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    retries: int = 0
    times: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Stubborn:
    """One person with one browser, who goes on to the next item when this one is saved."""

    headers: dict[str, str]
    items: list[list[Any]]  # [id, version, value]
    path: str
    turn: int = 0
    journal: Journal = field(default_factory=Journal)

    def run(self, port: int, *, until: float) -> Journal:
        while time.monotonic() < until:
            item = self.items[self.turn % len(self.items)]
            self.turn += 1
            self._save(port, item, until=until + PATIENCE)
        return self.journal

    def _save(self, port: int, item: list[int], *, until: float) -> None:
        value = "later" if item[2] == "done" else "done"  # always a change, so that the log must have it
        key = secrets.token_hex(16)
        form = {"key": key, "kind": "answer", "id": str(item[0]), "field": "answer"}
        told = self._insist(port, form | {"value": value, "base": str(item[1])}, until=until)
        if told is None:
            self.journal.unanswered.append(key)
        elif told.get("result") in ("applied", "repeat"):
            self.journal.applied[key] = item[0]
            item[1:] = told["version"], value
        else:
            self.journal.refused.append(f"{item[0]}: {told}")

    def _insist(self, port: int, form: dict[str, str], *, until: float) -> dict | None:
        while time.monotonic() < until:
            began = time.monotonic()
            status, body = post(port, self.path, self.headers, form)
            if status in FINAL:
                self.journal.times.append(time.monotonic() - began)
                return json.loads(body) if body.startswith(b"{") else {"result": f"status {status}"}
            self.journal.retries += 1
            time.sleep(PAUSE)
        return None


def post(port: int, path: str, headers: dict[str, str], form: dict[str, str]) -> tuple[int, bytes]:
    """Status and body; status 0 when there was no whole answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("POST", path, body=urlencode(form), headers=headers | FORM)
        response = connection.getresponse()
        body = response.read()
        return (response.status if response.getheader("X-App") == "scaleup" else 0), body
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()


def run_all(port: int, clients: Sequence[Stubborn], *, seconds: float) -> list[Journal]:
    """All at once; each ends when its last save is answered."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(lambda client: client.run(port, until=until), clients))
