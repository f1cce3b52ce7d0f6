"""A stand-in for the product in the tests of its scripts: a page, the /save/ protocol, and faults on demand."""

import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

STATIC = Path(__file__).resolve().parents[3] / "static"
OURS = {"X-App": "scaleup"}
PORTAL = "<!doctype html><title>Hotel</title><p>Welcome to the hotel. Accept our terms."


@dataclass
class Reply:
    """One answer on its way."""

    status: int
    body: str
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=lambda: dict(OURS))


@dataclass
class Value:
    """One saved field."""

    value: str = ""
    version: int = 0
    by: str = ""
    session: str = ""


class SaveServer:
    """What the scripts need of the product. Tests set who is signed in, what is saved and what goes wrong."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.fields: dict[str, Value] = {}
        self.answers: dict[str, tuple[dict[str, str], Reply]] = {}
        self.posts: list[dict[str, str]] = []  # every save that arrived
        self.asked: list[tuple[str, dict[str, str]]] = []  # every GET that is not a script, with its headers
        self.faults: Iterator[str] = iter(())
        self.numbers = itertools.count(1)
        self.gate = threading.Event()  # what a "slow" save waits for
        self.sign_in(7)

    def __enter__(self) -> "SaveServer":
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"product": self}))
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.gate.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def sign_in(self, user: int | None) -> None:
        """Another session and, as Django does, another CSRF token."""
        self.user = user
        self.session = f"session {next(self.numbers)} of {user}"
        self.token = f"token of {self.session}"

    def write(self, name: str, value: str, *, by: str = "Amina Diallo") -> None:
        """Somebody saves a field from elsewhere."""
        old = self.fields.get(name, Value())
        self.fields[name] = Value(value, old.version + 1, by, "elsewhere")

    def value_of(self, name: str) -> str:
        return self.fields.get(name, Value()).value

    @property
    def keys(self) -> list[str]:
        return [post["key"] for post in self.posts]

    def save(self, post: dict[str, str], token: str) -> Reply:
        """The protocol of docs/saving.md, without its database."""
        if token != self.token:
            return Reply(HTTPStatus.FORBIDDEN, "<p>Please send it once more", "text/html")
        if self.user is None:
            return answer(HTTPStatus.UNAUTHORIZED, result="signed_out")
        if post["user"] != str(self.user):
            return answer(HTTPStatus.UNAUTHORIZED, result="other_user")
        earlier, reply = self.answers.get(post["key"], (post, None))
        if reply is not None:
            same = earlier["value"] == post["value"] and earlier["field"] == post["field"]
            return repeated(reply) if same else refused(HTTPStatus.UNPROCESSABLE_ENTITY, "This key was used before.")
        return self._save(post)

    def _save(self, post: dict[str, str]) -> Reply:
        if post["value"].startswith("bad"):
            return refused(HTTPStatus.UNPROCESSABLE_ENTITY, "This value is wrong.")
        if post["value"].startswith("forbidden"):
            return refused(HTTPStatus.FORBIDDEN, "You may only read here.")
        name, old = post["field"], self.fields.get(post["field"], Value())
        told = {"field": name, "message": "Saved at 10:42"}
        if old.value == post["value"]:
            reply = answer(HTTPStatus.OK, **told, result="same", version=old.version, value=old.value)
        elif int(post["base"]) == old.version or old.session == self.session:
            self.fields[name] = new = Value(post["value"], old.version + 1, "me", self.session)
            reply = answer(HTTPStatus.OK, **told, result="applied", version=new.version, value=new.value)
        else:
            told["message"] = f"{old.by} changed this first. Both versions are kept: choose one."
            theirs = {"value": old.value, "display": old.value, "by": old.by, "when": "23 Nov 2026, 10:40"}
            reply = answer(HTTPStatus.CONFLICT, **told, result="conflict", version=old.version, theirs=theirs)
        self.answers[post["key"]] = post, reply
        return reply


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the stand-in, well or badly."""

    product: SaveServer

    def do_GET(self) -> None:
        product, path = self.product, self.path.partition("?")[0]
        if path.startswith("/js/"):
            self._send(Reply(HTTPStatus.OK, (STATIC / path[1:]).read_text(), "text/javascript"))
            return
        product.asked.append((path, dict(self.headers)))
        if path == "/session/":
            self._send(answer(HTTPStatus.OK, user=product.user, csrf=product.token))
        else:
            self._send(product.pages.get(path) or Reply(HTTPStatus.NOT_FOUND, "", "text/html"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        post = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        if self.path != "/save/":
            self.product.posts.append(post | {"path": self.path})
            self._send(Reply(HTTPStatus.OK, "<title>Sent</title><p>Plain form received", "text/html"))
            return
        self.product.posts.append(post)
        token = self.headers.get("X-CSRFToken", "")
        self._reply(next(self.product.faults, ""), lambda: self.product.save(post, token))

    def _reply(self, fault: str, work: Any) -> None:
        """Answers, unless a fault comes before the work (drop, portal, a status) or after it (lost, truncated).

        "slow", alone or before another fault, waits for the gate first.
        """
        if fault.startswith("slow"):
            self.product.gate.wait(20)
            fault = fault.removeprefix("slow").strip()
        if fault == "drop":
            return
        if fault == "portal":
            self._send(Reply(HTTPStatus.OK, PORTAL, "text/html", {}))
        elif fault == "redirect":
            self._send(Reply(HTTPStatus.FOUND, "", "text/html", {"Location": "/portal/"}))
        elif fault == "proxy":
            self._send(Reply(HTTPStatus.BAD_GATEWAY, "<h1>502 Bad Gateway", "text/html", {}))
        elif fault.isdigit():
            self._send(Reply(int(fault), "<h1>Something is broken", "text/html"))
        elif not fault:
            self._send(work())
        else:
            self._send(work(), cut=fault)

    def _send(self, reply: Reply, *, cut: str = "") -> None:
        body = reply.body.encode()
        if cut == "lost":
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": f"{reply.kind}; charset=utf-8", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut == "truncated" else body)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


def answer(status: int, **content: object) -> Reply:
    return Reply(status, json.dumps(content))


def refused(status: int, message: str) -> Reply:
    return answer(status, result="refused", message=message)


def repeated(reply: Reply) -> Reply:
    """What a key is told again: a conflict stays one."""
    if reply.status == HTTPStatus.CONFLICT:
        return reply
    return answer(reply.status, **json.loads(reply.body) | {"result": "repeat"})
