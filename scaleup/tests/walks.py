"""Walks every address as every actor, and notes what came of it and which canaries came along."""

import hashlib
import logging
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import mailing
from scaleup.tests.actors import World, may_know
from scaleup.tests.places import INSTRUMENT, Place, canaries
from scaleup.tests.places_of_rounds import ROUND_AT
from scaleup.tests.routes import Route, expected

SIGN_IN = "/account/sign-in/"
KINDS = ("organisation", "portfolio", "program")
OUTCOMES = {401: "sign in", 403: "forbidden", 404: "not found", 405: "no such method"}
# Rows a request may write without being asked to: who visited what, and sessions.
NOT_COUNTED = {"dashboards_visit", "django_session", "usersessions_usersession"}


@dataclass(frozen=True, slots=True)
class Step:
    """One request: where to, and what must come of it."""

    actor: str
    route: Route
    place: str
    method: str
    kind: str = ""

    def __str__(self) -> str:
        about = f" {self.kind}" if self.kind else ""
        return f"{self.actor}: {self.method} {self.route.name}{about} at {self.place}"

    @property
    def expected(self) -> str:
        return expected(self.route, self.method, actor=self.actor, place=self.place, kind=self.kind)


@dataclass
class Seen:
    """What came of it."""

    step: Step
    outcome: str
    canaries: set[str]
    refusal: str  # a digest of all that was answered, when it was refused

    @property
    def is_wrong(self) -> bool:
        return self.outcome != self.step.expected

    @property
    def leaked(self) -> set[str]:
        """Canaries the actor may not know of."""
        known = may_know(self.step.actor)
        return {canary for canary in self.canaries if circle_of(canary) not in known}

    def __str__(self) -> str:
        return f"{self.step} → {self.outcome}, not {self.step.expected}"


class Listener(logging.Handler):
    """Hears every log line, also those of loggers that tell nobody else."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @contextmanager
    def listening(self) -> Iterator["Listener"]:
        loggers = [logging.getLogger(), logging.getLogger("django"), logging.getLogger("scaleup")]
        for logger in loggers:
            logger.addHandler(self)
        yield self
        for logger in loggers:
            logger.removeHandler(self)


@dataclass
class Walk:
    """All requests of one actor. What was allowed is undone; what was refused must have changed nothing."""

    world: World
    actor: str
    seen: list[Seen] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)  # tables
    planted: set[str] = field(default_factory=set)  # every canary there is to find

    def along(self, routes: Iterable[Route]) -> "Walk":
        browser, before, self.planted = self.world.browser(self.actor), fingerprints(), planted()
        with Listener().listening() as listener:
            for step in steps(self.actor, routes):
                self.seen.append(self._take(step, browser, listener))
        self.changed = {table for table, _ in before.items() ^ fingerprints().items()} - NOT_COUNTED
        return self

    @property
    def found(self) -> set[str]:
        """All canaries the actor came across."""
        return set().union(*(seen.canaries for seen in self.seen))

    def _take(self, step: Step, browser: Client, listener: Listener) -> Seen:
        place, cookies = self.world.places[step.place], browser.cookies.copy()
        listener.lines.clear()
        mail.outbox.clear()
        with transaction.atomic():
            response = request(browser, step, place)
            if step.method == "POST" and step.kind:
                mailing.send_waiting()
            if step.method == "POST" and response.status_code < 400:
                transaction.set_rollback(True)
        browser.cookies = cookies
        outcome = outcome_of(response)
        refusal = digest(response) if outcome in {"forbidden", "not found"} else ""
        return Seen(step, outcome, canaries(everything_said(response, listener.lines)), refusal)


def steps(actor: str, routes: Iterable[Route]) -> Iterator[Step]:
    for route in routes:
        kinds = KINDS if route.about == "inviting" else ("",)
        for place, kind in product(route.places(actor), kinds):
            for method in route.methods(place):
                yield Step(actor, route, place, method, kind)


def request(browser: Client, step: Step, place: Place) -> HttpResponse:
    url = address(step, place)
    return browser.get(url) if step.method == "GET" else browser.post(url, typed(place, step))


def address(step: Step, place: Place) -> str:
    """The address with the numbers of the place; keys in it are wrong ones."""
    keys = {"token": "wrong", "entrance": "team", "session_id": 1, "person_id": 1, "uidb36": "1", "key": "wrong"}
    if step.route.about == "inviting":
        numbers: dict[str, Any] = {"kind": step.kind, "object_id": place.ids[f"{step.kind}_id"]}
        numbers["invitation_id"] = place.ids["invitations"][step.kind]
        return reverse(step.route.name, kwargs={name: numbers[name] for name in step.route.params})
    if step.route.about in {"open", "key", "signed in"}:
        numbers = keys | {"invitation_id": place.ids["invitations"]["program"]}
        return reverse(step.route.name, kwargs={name: numbers[name] for name in step.route.params})
    at = ROUND_AT.get(step.route.name, "")
    if step.route.about == "rater" and step.actor == "rater":
        at = f"signed in {at}".strip()
    return reverse(step.route.name, kwargs=place.numbers(step.route.params, at=at))


def typed(place: Place, step: Step) -> dict[str, Any]:
    """Good answers to every form there is; each form takes what it asks for."""
    today = timezone.localdate()
    form = {
        "nonce": secrets.token_hex(16),
        "name": "Typed name",
        "email": "typed@example.org",
        "text": "Typed text"
        if step.route.name != "assessments:instrument_import"
        else INSTRUMENT.replace("WORD", "typed"),
        "title": "Typed title",
        "note": "Typed note",
        "reasons": "Typed reasons",
        "how_counted": "Typed count",
        "count": "9",
        "as_of": today - timedelta(days=1),
        "dated_on": today,
        "decided_on": today,
        "promised_on": today + timedelta(days=7),
        "kind": "note",
        "outcome": "hold",
        "look_again_on": today + timedelta(days=9),
        "reviewer": place.people["reviewer"].pk,
        "portfolio": place.ids["portfolio_id"],
        "program": place.ids["program_id"],
        "role": {"organisation": "member", "portfolio": "donor"}.get(step.kind, "viewer"),
        "verb": "home",
        "act": "verify",
        "resolve": "yes",
        "wanted": "archive",
        "is_admin": "1",
        "base_note": "0",
        "item": "vision",
        "minutes": "5",
        "finished": "yes",
        "due_on": today + timedelta(days=7),
        "owner": place.people["lead"].pk,
        "facilitator": place.people["reviewer"].pk,
        "names": "never",
        "target": "67",
        "role_group": "team",
        "lines": "Typed name; team",
        "when": "week",
        "reason": "Typed reason",
        "until_on": today + timedelta(days=30),
    }
    return form | (saved(place) if step.route.name == "journal:save" else {})


def saved(place: Place) -> dict[str, Any]:
    """One field of an item, as the page's script sends it."""
    answer = {"kind": "answer", "id": place.ids["answer_id"], "field": "note", "value": "Typed", "base": "0"}
    return answer | {"key": secrets.token_hex(16)}


def outcome_of(response: HttpResponse) -> str:
    status = response.status_code
    if status == 302 and response["Location"].startswith(SIGN_IN):
        return "sign in"
    return OUTCOMES.get(status, "in" if status < 500 else f"fault {status}")


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def everything_said(response: HttpResponse, lines: list[str]) -> str:
    """Body, headers, cookies, mails and log lines as one text."""
    mails = [f"{message.to} {message.subject} {message.body} {message.alternatives}" for message in mail.outbox]
    parts = [body(response).decode(errors="replace"), str(response.headers), response.cookies.output(), *mails, *lines]
    return "\n".join(parts)


def digest(response: HttpResponse) -> str:
    """Status, headers and body without what differs in every answer: two alike tell nothing apart."""
    said = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", body(response))
    told = sorted((name, value) for name, value in response.headers.items())
    return hashlib.sha256(repr((response.status_code, told)).encode() + said).hexdigest()


def fingerprints(tables: Iterable[str] | None = None) -> dict[str, str]:
    """One hash for every table, or for these, of all its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor) if tables is None else tables:
            cursor.execute(f'SELECT md5(string_agg(row::text, chr(10) ORDER BY row::text)) FROM "{table}" AS row')
            found[table] = cursor.fetchone()[0]
    return found


def circle_of(canary: str) -> str:
    """Whose it is and how secret: `oak-private`."""
    return "-".join(canary.split("-")[1:3])


def planted() -> set[str]:
    """Every canary that stands in a table."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row WHERE row::text LIKE %s', ["%canary-%"])
            found = found.union(*(canaries(row) for (row,) in cursor))
    return found


def told_apart(seen: Iterable[Seen]) -> list[str]:
    """Addresses whose "not found" is not the same everywhere, so that it tells what is there."""
    answers: dict[tuple[str, str, str, str], Counter[str]] = {}
    for one in seen:
        if one.outcome == "not found":
            about = (one.step.actor, one.step.method, one.step.route.name, one.step.kind)
            answers.setdefault(about, Counter())[one.refusal] += 1
    return [" ".join(about) for about, refusals in answers.items() if len(refusals) > 1]
