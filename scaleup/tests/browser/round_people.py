"""The people of a round: how each of them rates in a browser, and what all others can read while ratings are sealed."""

import csv
import io
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from playwright.sync_api import expect

from assessments.models import Assessment, InstrumentDimension, Rater
from assessments.tests.round_cases import ITEMS
from scaleup.tests.browser.test_journey_pages import AXE, READ, RULES
from scaleup.tests.browser.visitors import expect_saved
from scaleup.tests.routes import TABLES, Route, routes_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Said = Mapping[str, int | str]  # a level or "unable", by the key of the item
MINUTE = 60_000
PATIENCE = 60  # seconds; the machine may have other things to do
LOOK = 3_000  # milliseconds between two looks of a live part
FILES = {"assessments:results_csv": [f"?table={name}" for name in ("dimensions", "items", "ratings")]}
VIEWS = {"assessments:results": ["", "?view=print"], "assessments:round_sheet": ["?rater=all", "?rater=none"]}
TOLD_OF = {"program_id", "portfolio_id", "round_id", "rater_id", "dimension", "item"}
REFUSED = ("401", "403", "404", "405")
NEW_EACH_TIME = re.compile(r'name="(csrfmiddlewaretoken|nonce)" value="[^"]*"|/join/[^/"]+')


@dataclass
class Person:
    """A rater with scripts: what is said saves itself."""

    name: str
    said: Said
    page: "Page"
    comment: str = ""

    def begin(self) -> None:
        self.page.get_by_role("link", name="Begin: Leading").click()
        self.page.wait_for_selector("auto-save:defined", state="attached")

    def answer(self, item: str, value: int | str | None = None) -> None:
        self.choose(self.page.locator(f"#answer-{item}__{self.said[item] if value is None else value}"))

    def choose(self, radio: "Locator") -> None:
        radio.check()

    def write(self, item: str) -> None:
        """The comment, in the fold below an item."""
        comment = self.page.locator(f"#comment-{item}")
        if not comment.is_visible():
            self.page.locator(f"article#item__{item}").get_by_text("Comment or evidence").click()
        comment.fill(self.comment)
        comment.blur()

    def go_on(self) -> None:
        """To the other dimension, once all of this one is saved."""
        expect_saved(self.page)
        self.page.get_by_role("link", name="Next: Doing").click()
        self.page.wait_for_selector("auto-save:defined", state="attached")

    def finish(self) -> None:
        expect_saved(self.page)
        self.page.get_by_role("link", name="Check your ratings").click()
        self.page.get_by_role("button", name="I am finished").click()
        expect(self.page.get_by_text("You said that you are finished.")).to_be_visible()


class OnPhone(Person):
    """With a finger, on the words of a level."""

    def choose(self, radio: "Locator") -> None:
        self.page.locator(f"label[for={radio.get_attribute('id')}]").tap()


class WithoutScripts(Person):
    """Nothing is saved until the button is pressed."""

    def begin(self) -> None:
        self.page.get_by_role("link", name="Begin: Leading").click()

    def go_on(self) -> None:
        self.page.get_by_role("button", name="Save and go on").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("2 Doing")

    def finish(self) -> None:
        self.page.get_by_role("button", name="Save and go on").click()
        self.page.get_by_role("button", name="I am finished").click()
        expect(self.page.get_by_text("You said that you are finished.")).to_be_visible()


class OnTheRoad(Person):
    """Has no connection while the first dimension is rated, and a minute passes."""

    def begin(self) -> None:
        super().begin()
        self.page.context.set_offline(True)

    def go_on(self) -> None:
        status = self.page.locator("save-status")
        expect(status).to_contain_text("Not saved: there is no connection to ScaleUp.")
        self.page.clock.run_for(MINUTE)
        expect(status).to_have_attribute("data-state", "unsaved")
        self.page.context.set_offline(False)
        super().go_on()


class OnPaper(Person):
    """A sheet, typed in by the keyer: `page` is theirs."""

    def begin(self) -> None:
        self.page.get_by_role("link", name="Type in paper sheets").click()
        self.page.get_by_role("link", name="Next sheet").click()
        self.page.wait_for_selector("fast-keys:defined", state="attached")

    def answer(self, item: str, value: int | str | None = None) -> None:
        said = self.said[item] if value is None else value
        self.press(item, "x" if said == "unable" else str(said))

    def write(self, item: str) -> None:
        self.press(item, "c")
        self.page.keyboard.type(self.comment)
        self.page.keyboard.press("Tab")

    def press(self, item: str, key: str) -> None:
        """In its box, which is selected when it is entered."""
        self.page.locator(f"#answer-{item}").focus()
        self.page.keyboard.press(key)

    def go_on(self) -> None:
        expect_saved(self.page)  # a sheet is one page

    def finish(self) -> None:
        self.page.get_by_role("button", name="Save and compare").click()
        self.page.get_by_role("button", name="It is all as on the sheet: done").click()
        expect(self.page.get_by_text(re.compile(r"Sheet \w+ is done"))).to_be_visible()


def session_of(page: "Page") -> Client:
    """The same session as in this browser: reads a hundred pages a second."""
    client = Client()
    for cookie in page.context.cookies():
        if cookie["name"] == settings.SESSION_COOKIE_NAME:
            client.cookies[cookie["name"]] = cookie["value"]
    return client


@dataclass
class Sight:
    """What some people can read of a round at any address, each in their own session.

    Ratings are sealed if nothing of this changes when a rater says something else: not a word, not a count.
    """

    found: Assessment
    readers: Mapping[str, Client]
    read: dict[tuple[str, str], str] = field(default_factory=dict)

    def look(self) -> set[tuple[str, str]]:
        """Reads everything, later again where they were let in; who would see another thing than before, and where."""
        places = list(product(self.readers, sorted(set(addresses_about(self.found)))))
        with _quietly():
            now = {
                (who, path): _text(self.readers[who], path)
                for who, path in places
                if not self.read.get((who, path), "").startswith(REFUSED)
            }
        differing = {place for place, text in now.items() if self.read.get(place, text) != text}
        self.read |= now
        return differing

    def open_to(self, who: str) -> set[str]:
        """The addresses somebody was let in at."""
        return {path for (reader, path), text in self.read.items() if reader == who and text.startswith("200 ")}

    def words_seen(self, words: Iterable[str]) -> set[tuple[str, str]]:
        """Who can read which of these words."""
        return {(who, word) for word in words for (who, _path), text in self.read.items() if word in text}


def addresses_about(found: Assessment) -> Iterator[str]:
    """Every address that takes nothing but numbers of this round, its program and portfolio, raters and questions."""
    known: dict[str, list[Any]] = {
        "program_id": [found.program_id],
        "portfolio_id": list(found.program.listings.values_list("portfolio", flat=True)),
        "round_id": [found.pk],
        "rater_id": list(Rater.objects.filter(assessment=found).values_list("pk", flat=True)),
        "dimension": list(
            InstrumentDimension.objects.filter(instrument=found.instrument_id).values_list("key", flat=True)
        ),
        "item": list(ITEMS),
    }
    for route in routes_of(get_resolver().url_patterns):
        if route.params and set(route.params) <= TOLD_OF and _can_be_read(route):
            yield from _filled(route, known)
    yield reverse("dashboards:home")


def _can_be_read(route: Route) -> bool:
    """Not those that only take what is posted; what no table lists is tried."""
    return not route.about or bool(TABLES[route.about][route.name][0])


def _filled(route: Route, known: Mapping[str, list[Any]]) -> Iterator[str]:
    for values in product(*(known[name] for name in route.params)):
        path = reverse(route.name, kwargs=dict(zip(route.params, values, strict=True)))
        yield from (path + more for more in (FILES | VIEWS).get(route.name, [""]))


@contextmanager
def _quietly() -> Iterator[None]:
    """Hundreds of refusals, each as a line of the log, take most of the time."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def _text(client: Client, path: str) -> str:
    """What came first, and all that is read in the end: of who is led elsewhere the page they are led to."""
    response = client.get(path, follow=True)
    led = response.redirect_chain
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{led[0][1] if led else response.status_code} {NEW_EACH_TIME.sub('', body.decode(errors='replace'))}"


@dataclass
class Eyes:
    """Reads pages with axe on the way, each in the look it has; where there are no scripts axe cannot run either."""

    found: list[str] = field(default_factory=list)
    without_scripts: list["Page"] = field(default_factory=list)

    def read(self, *pages: "Page") -> None:
        for page in (page for page in pages if page not in self.without_scripts):
            page.wait_for_load_state()  # before its style sheet has come, everything is too small
            page.evaluate(AXE)
            for fault in page.evaluate(READ, ["ltr", RULES])["violations"]:
                self.found.append(f"{page.url}: {fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}")


def at(name: str, found: Assessment, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[found.program_id, found.pk, *more])


def wait_until(is_so: Callable[[], bool], *, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def dimensions_on(page: "Page") -> dict[str, str]:
    """What the table beside the bars says of each dimension."""
    rows = page.locator(".bars tbody tr").all()
    return {name_of(row): row.locator("td.number").first.inner_text().replace("\xa0", " ").strip() for row in rows}


def name_of(row: "Locator") -> str:
    return row.locator("th").inner_text().split("\n")[0].strip()


def look(page: "Page") -> None:
    """Time passes until the page asks by itself what is new."""
    with page.expect_response("**/live/**"):
        page.clock.run_for(LOOK)


def table(session: Client, found: Assessment, name: str) -> list[dict[str, str]]:
    response = session.get(at("results_csv", found), {"table": name})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
