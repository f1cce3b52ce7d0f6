"""What is asked of the product: each page with its reader, and a client that saves one answer after another."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from bench.filling import DONOR, FACILITATOR, signed_in
from bench.load import Ask, Client, Reader
from programs.models import Answer, ItemAnswer, Listing
from programs.models.plans import OPEN_STATES
from scaleup.cache import circuit

LEADS = (5, 17, 29, 41)  # each has passed five steps and works on the sixth
CURRENT_STEP = 6
ROWS = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One thing to measure: a name, its clients, and how many queries it costs."""

    name: str
    clients: Sequence[Client]
    queries: int


def all_pages() -> list[Page]:
    """Pages with two readers each, then saving with one client and with four."""
    lead, facilitator, donor = map(signed_in, (LEADS[0], FACILITATOR, DONOR))
    program, portfolio = {"program_id": LEADS[0]}, {"portfolio_id": 1}
    step, table = program | {"number": CURRENT_STEP}, reverse("dashboards:portfolio", kwargs=portfolio)
    reading = [
        read("signed-in answer", "/bench/answer/", lead),
        read("empty page", "/bench/page/", lead),
        read("home", reverse("dashboards:home"), lead),
        read("step", reverse("programs:step", kwargs=step), lead),
        read("checklist", reverse("programs:checklist", kwargs=program), lead),
        read("portfolio", table, facilitator),
        read("portfolio, deep", f"{table}?sector=health&sort=-readiness&after={deep_cursor()}", facilitator),
        read("partners", reverse("dashboards:portfolio_partners", kwargs=portfolio), facilitator),
        read("organisations", reverse("dashboards:portfolio_organisations", kwargs=portfolio), facilitator),
        read("donor dashboard", reverse("dashboards:donor", kwargs=portfolio), donor),
    ]
    savers = [Saver(each) for each in LEADS]
    queries = queries_of(savers[0])
    return [*reading, Page("autosave, c=1", savers[:1], queries), Page("autosave, c=4", savers, queries)]


def read(name: str, path: str, headers: dict[str, str]) -> Page:
    reader = Reader(path, headers)
    return Page(name, [reader, reader], queries_of(reader))


def deep_cursor() -> str:
    """Where the last full page of the filtered and sorted table begins."""
    rows = Listing.objects.filter(portfolio=1, sector="health", is_archived=False).order_by("-readiness", "-pk")
    before = max(rows.count() - ROWS - 1, 0)
    readiness, pk = rows.values_list("readiness", "pk")[before]
    return f"{readiness}~{pk}"


class Saver:
    """Somebody who answers item after item of the own program, always something new."""

    def __init__(self, lead: int) -> None:
        self.headers = signed_in(lead) | {"Accept": "application/json"}
        items = ItemAnswer.objects.filter(plan__program=lead, plan__state__in=OPEN_STATES).order_by("pk")
        self.items = [[item.pk, item.answer, item.answer_version] for item in items]
        self.turn = 0

    def ask(self) -> Ask:
        pk, answer, version = self.items[self.turn % len(self.items)]
        value = Answer.UNDER_WAY if answer == Answer.DONE else Answer.DONE
        form = {"key": secrets.token_hex(16), "kind": "answer", "id": str(pk), "field": "answer"}
        return Ask(reverse("journal:save"), self.headers, form | {"value": value, "base": str(version)})

    def hear(self, body: bytes) -> None:
        told = json.loads(body)
        if told["result"] != "applied":
            raise AssertionError(f"Not applied, so not what is to be measured: {told}")
        self.items[self.turn % len(self.items)][1:] = told["value"], told["version"]
        self.turn += 1


def queries_of(client: Client) -> int:
    """Statements one request sends, with the session in the cache, without BEGIN and COMMIT."""
    for _ in range(2):  # the first fills caches
        circuit.reset()  # a busy machine may have been too slow for the cache a moment ago
        ask, count = client.ask(), _Counter()
        browser = Browser(SERVER_NAME="127.0.0.1", headers=ask.headers)
        browser.cookies.load(ask.headers["Cookie"])
        with connection.execute_wrapper(count):
            response = browser.get(ask.path) if ask.form is None else browser.post(ask.path, ask.form)
        if response.status_code != 200:
            raise AssertionError(f"{ask.path} answered {response.status_code}")
        client.hear(b"" if ask.form is None else response.content)
    return count.queries


class _Counter:
    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.queries += 1
        return execute(sql, params, many, context)
