"""Rounds under load: fifty raters saving at once over HTTP, alone and with the reveal in their midst; and the lock."""

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import count, product
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings

from assessments.domain import rating as rating_domain
from assessments.domain import result_keeping, rounds
from assessments.domain.rating import LOCKED, RatingKind
from assessments.models import Assessment, Instrument, Rater, Rating, RatingChange, RoundResult
from assessments.tests.rating_cases import by_link
from assessments.tests.round_cases import ITEMS, make_round, rate, rating
from assessments.tests.test_rating_races import saves
from journal.models import Mutation, Outcome
from journal.saving import Result
from journal.tests.haste import at_once
from programs.models import Guide, Program

pytestmark = pytest.mark.django_db(transaction=True)
RATERS, TURNS = 50, 8  # every item is answered twice
BEFORE_THE_REVEAL = 150  # saves
PATIENCE, BREATH = 30, 0.1  # seconds
SHARE = " FOR SHARE OF round, rater"
REVEALED = "The ratings were revealed meanwhile and stay as they are. Say it in the discussion."


@pytest.fixture(autouse=True)
def content(guide: Guide, instrument: Instrument) -> None:
    """What emptied tables need again."""


@dataclass(frozen=True)
class Answer:
    """What a rater's device was told of one save, and when it was sent."""

    key: str
    rater: int
    item: str
    value: int
    status: int
    told: dict[str, Any]
    sent_at: float

    @property
    def is_in(self) -> bool:
        return (self.status, self.told["result"]) in {(200, "applied"), (200, "repeat")}


@dataclass
class Device:
    """One rater's device: a connection kept open, the session of their link, and what it was told."""

    server: str
    rater: Rater
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = {row.item.key: row.pk for row in self.rater.ratings.select_related("item")}
        session = by_link(self.rater).cookies[settings.SESSION_COOKIE_NAME].value
        self.http = HTTPConnection(urlsplit(self.server).netloc, timeout=60)
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        token = self.ask("GET", "/session/")[1]["csrf"]
        self.headers["Cookie"] += f"; {settings.CSRF_COOKIE_NAME}={token}"
        self.headers |= {"X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded"}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, dict[str, Any]]:
        self.http.request(method, path, body, self.headers)
        response = self.http.getresponse()
        return response.status, json.loads(response.read())

    def save(self, item: str, value: int, *, base: int, key: str = "") -> None:
        key, sent_at = key or secrets.token_hex(16), time.monotonic()
        wish = {"key": key, "kind": "rating", "id": self.rows[item], "field": "answer", "value": value, "base": base}
        status, told = self.ask("POST", "/save/", urlencode(wish))
        self.answers.append(Answer(key, self.rater.pk, item, value, status, told, sent_at))

    def rate_all(self) -> None:
        """Every item twice, with another value each time."""
        for base, item in product(range(TURNS // len(ITEMS)), ITEMS):
            self.save(item, value_of(self.rater, item, base), base=base)

    def rate_until_refused(self, on_answer: Callable[[], None], is_time: threading.Event) -> None:
        """On and on, with a breath after each answer once the reveal is asked for, until one is refused."""
        until = time.monotonic() + PATIENCE
        for base, item in ((base, item) for base in count() for item in ITEMS):
            self.save(item, value_of(self.rater, item, base), base=base)
            on_answer()
            if not self.answers[-1].is_in or time.monotonic() > until:
                return
            if is_time.is_set():
                time.sleep(BREATH)


def value_of(rater: Rater, item: str, turn: int) -> int:
    return (rater.pk + ITEMS.index(item)) % 2 + 2 * (turn % 2)


@pytest.fixture
def found(program: Program) -> Assessment:
    return make_round(program, raters=[(f"Rater {number}", "team") for number in range(RATERS)])


@pytest.fixture
def devices(found: Assessment, live_server: Any) -> Iterator[list[Device]]:
    devices = [Device(live_server.url, rater) for rater in found.raters.order_by("pk")]
    yield devices
    for device in devices:
        device.http.close()


def assert_each_is_kept_once(answers: list[Answer]) -> None:
    """What was acknowledged stands in the tables once under its key; what was not, nowhere. The last value counts."""
    kept = Counter(answer.key for answer in answers if answer.is_in)
    assert set(kept.values()) <= {1}
    assert Counter(Mutation.objects.filter(kind="rating").values_list("key", flat=True)) == kept
    assert Counter(RatingChange.objects.values_list("key", flat=True)) == kept
    last = {(answer.rater, answer.item): answer.value for answer in answers if answer.is_in}
    rows = Rating.objects.exclude(value=None).values_list("rater", "item__key", "value")
    assert {(rater, item): value for rater, item, value in rows} == last


def test_fifty_raters_at_once_lose_nothing_and_clash_with_nobody(devices: list[Device]) -> None:
    results = at_once(*(device.rate_all for device in devices))

    answers = [answer for device in devices for answer in device.answers]
    assert results == [None] * RATERS
    assert Counter((answer.status, answer.told["result"]) for answer in answers) == {(200, "applied"): RATERS * TURNS}
    assert_each_is_kept_once(answers)
    assert not Mutation.objects.exclude(outcome=Outcome.APPLIED).exists()


def test_fifty_raters_and_a_reveal_in_their_midst(found: Assessment, devices: list[Device]) -> None:
    acknowledged, is_time = threading.Semaphore(0), threading.Event()

    def reveal() -> float:
        for _ in range(BEFORE_THE_REVEAL):
            acknowledged.acquire(timeout=PATIENCE)
        is_time.set()
        rounds.reveal(found, by=found.facilitator)
        over_at = time.monotonic()
        result_keeping.keep([found.pk])  # the worker's part, while saves still come in
        return over_at

    def go_on(device: Device) -> None:
        device.rate_until_refused(acknowledged.release, is_time)

    *results, over_at = at_once(*(partial(go_on, device) for device in devices), reveal)

    answers = [answer for device in devices for answer in device.answers]
    assert results == [None] * RATERS
    assert isinstance(over_at, float)
    refused = [answer for answer in answers if not answer.is_in]
    assert len(answers) - len(refused) >= BEFORE_THE_REVEAL
    assert len(refused) == RATERS  # nobody rates on
    assert {(one.status, one.told["result"], one.told["message"]) for one in refused} == {(422, "refused", REVEALED)}
    assert [answer for answer in answers if answer.is_in and answer.sent_at > over_at] == []
    assert_each_is_kept_once(answers)
    assert counted(found) == in_table(found)


def counted(found: Assessment) -> dict[str, tuple[int, float | None]]:
    """By item: how many ratings the kept result rests on, and their median."""
    data = RoundResult.objects.get(assessment=found, basis="raters").data
    return {item["key"]: (item["spread"]["n"], item["spread"]["median"]) for item in data["items"]}


def in_table(found: Assessment) -> dict[str, tuple[int, float | None]]:
    values: dict[str, list[int]] = {key: [] for key in ITEMS}
    for key, value in Rating.objects.filter(rater__assessment=found).values_list("item__key", "value"):
        values[key] += [] if value is None else [value]
    return {key: (len(mine), middle(sorted(mine))) for key, mine in values.items()}


def middle(ordered: list[int]) -> float | None:
    half = len(ordered) // 2
    return (ordered[half] + ordered[~half]) / 2 if ordered else None


@pytest.mark.parametrize("is_locked", [True, False], ids=["as it is", "without the lock"])
def test_only_the_lock_keeps_a_save_whole_that_meets_the_reveal(
    program: Program, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """A save that was checked, then stands still while the ratings are revealed. Without the lock it is half in."""
    if not is_locked:
        assert SHARE in LOCKED
        monkeypatch.setattr(rating_domain, "LOCKED", LOCKED.replace(SHARE, ""))
    found = make_round(program)
    ana, ly = found.raters.order_by("pk")
    rate(ly, "vision", 1)
    save, is_checked, is_revealed = saves(ana, "vision", "3"), threading.Event(), threading.Event()
    write = RatingKind.write

    def write_late(*what: Any) -> None:
        is_checked.set()
        is_revealed.wait(0.5)
        write(*what)

    def reveal() -> None:
        is_checked.wait(10)
        rounds.reveal(found, by=found.facilitator)
        result_keeping.keep([found.pk])
        is_revealed.set()

    monkeypatch.setattr(RatingKind, "write", write_late)
    saved, revealed = at_once(save, reveal)

    assert (isinstance(saved, Result), revealed) == (True, None)
    assert rating(ana, "vision").value == 3
    assert in_table(found)["vision"] == (2, 2.0)
    assert counted(found)["vision"] == ((2, 2.0) if is_locked else (1, 1.0))
