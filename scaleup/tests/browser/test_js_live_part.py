"""<live-part>: a part of a page follows the server while somebody looks, and stops when it is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import OURS, PORTAL, Reply, SaveServer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

PART = '<live-part src="/live/" interval="2"{more}><p id="figure">46</p></live-part><button id="own">Own</button>'

# Counts the answers, and the failures to get one, that the part has done with: it has the whole body at once,
# and what it does with that is done before the next message comes.
COUNT_ANSWERS = """(() => {
  const fetchIt = window.fetch;
  const { port1, port2 } = new MessageChannel();
  window.answers = 0;
  port1.onmessage = () => { window.answers += 1; };
  window.fetch = async (...request) => {
    try {
      const answer = await fetchIt(...request);
      const body = await answer.text();
      answer.text = async () => body;
      return answer;
    } finally {
      port2.postMessage("");
    }
  };
})()"""


def fragment(text: str, *, tag: str = "one", done: bool = False) -> Reply:
    headers = OURS | {"ETag": f'W/"{tag}"'} | ({"X-Live": "done"} if done else {})
    return Reply(200, text, "text/html", headers)


def asked(product: SaveServer) -> list[str]:
    """The tags the part already had, one for each time it asked."""
    return [headers.get("If-None-Match", "") for path, headers in product.asked if path == "/live/"]


@pytest.fixture
def follow(context: "BrowserContext", serve: Callable[..., str]) -> Callable[..., "Page"]:
    """Opens a page with the part on it."""

    def start(more: str = "") -> "Page":
        page = context.new_page()
        page.add_init_script(COUNT_ANSWERS)
        page.clock.install(time=0)
        page.clock.pause_at(1)
        page.goto(serve("/readiness/", PART.format(more=more), "live-part"))
        return page

    return start


@contextmanager
def one_answer(page: "Page") -> Iterator[None]:
    """Waits until the part has done with one more answer."""
    earlier = page.evaluate("window.answers")
    yield
    page.wait_for_function("earlier => window.answers > earlier", arg=earlier)


def pass_time(page: "Page", seconds: int) -> None:
    """One round of asking."""
    with one_answer(page):
        page.clock.run_for(seconds * 1_000)


def test_it_swaps_what_changed_and_asks_with_the_tag_it_has(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    product.pages["/live/"] = fragment('<p id="figure">47</p>')
    page = follow()
    expect(page.locator("#figure")).to_have_text("46")
    pass_time(page, 2)
    expect(page.locator("#figure")).to_have_text("47")
    page.evaluate("document.getElementById('figure').marked = true")
    product.pages["/live/"] = Reply(304, "", "text/html")
    pass_time(page, 2)

    assert asked(product) == ["", 'W/"one"']
    assert page.evaluate("document.getElementById('figure').marked") is True


def test_it_stops_when_the_server_says_so_and_starts_with_a_save(
    product: SaveServer, follow: Callable[..., "Page"]
) -> None:
    product.pages["/live/"] = fragment("<p>done</p>", done=True)
    page = follow(' refresh-on="saved"')
    pass_time(page, 2)
    page.clock.run_for(60_000)
    assert len(asked(product)) == 1

    product.pages["/live/"] = fragment("<p>being computed</p>", tag="two")
    with one_answer(page):
        page.evaluate("document.getElementById('own').dispatchEvent(new CustomEvent('saved', { bubbles: true }))")
    expect(page.locator("live-part")).to_have_text("being computed")
    product.pages["/live/"] = fragment("<p>52</p>", tag="three", done=True)
    pass_time(page, 2)
    expect(page.locator("live-part")).to_have_text("52")
    page.clock.run_for(60_000)
    assert len(asked(product)) == 3


def test_a_part_that_is_done_looks_again_when_it_is_looked_at(
    product: SaveServer, follow: Callable[..., "Page"]
) -> None:
    product.pages["/live/"] = fragment("<p>done</p>", done=True)
    page = follow()
    pass_time(page, 2)
    product.pages["/live/"] = Reply(304, "", "text/html")
    with one_answer(page):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(60_000)

    assert asked(product) == ["", 'W/"one"']


def test_an_idle_part_waits_for_its_event(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    page = follow(' idle refresh-on="saved"')
    page.clock.run_for(60_000)

    assert asked(product) == []


def test_nobody_looks_nobody_asks(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    product.pages["/live/"] = fragment("<p>seen again</p>")
    page = follow()
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(60_000)
    assert asked(product) == []

    page.evaluate("delete document.hidden")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("live-part")).to_have_text("seen again")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, PORTAL, "text/html", {}),
        Reply(302, "", "text/html", OURS | {"Location": "/readiness/"}),
        Reply(404, "<p>not found", "text/html"),
        Reply(500, "<p>broken", "text/html"),
    ],
    ids=["portal", "sign-in page", "not found", "broken"],
)
def test_no_other_page_is_shown_in_its_place(product: SaveServer, follow: Callable[..., "Page"], reply: Reply) -> None:
    product.pages["/live/"] = reply
    page = follow()
    pass_time(page, 2)
    page.clock.run_for(3_900)
    assert len(asked(product)) == 1
    pass_time(page, 1)

    expect(page.locator("live-part")).to_have_text("46")
    assert len(asked(product)) == 2


def test_the_keyboard_stays_where_it_was(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    links = '<a href="#1">One</a> <a href="#2" {more}>Two</a>'
    product.pages["/live/"] = fragment(links.format(more=""))
    page = follow()
    pass_time(page, 2)
    page.focus("live-part a:nth-of-type(2)")
    product.pages["/live/"] = fragment(links.format(more='id="two"'), tag="two")
    pass_time(page, 2)
    expect(page.locator("#two")).to_be_focused()

    product.pages["/live/"] = fragment('<a href="#2" id="two">Two</a> <a href="#1">One</a>', tag="three")
    pass_time(page, 2)
    expect(page.locator("#two")).to_be_focused()
    product.pages["/live/"] = fragment("<p>nothing to go to</p>", tag="four")
    pass_time(page, 2)
    expect(page.locator("live-part")).to_be_focused()


def test_focus_elsewhere_and_open_details_are_left_alone(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    more = '<details id="why"><summary>Why?</summary>Because {n}.</details>'
    product.pages["/live/"] = fragment(more.format(n=1))
    page = follow()
    pass_time(page, 2)
    page.get_by_text("Why?").click()
    page.focus("#own")
    product.pages["/live/"] = fragment(more.format(n=2), tag="two")
    pass_time(page, 2)

    expect(page.get_by_text("Because 2.")).to_be_visible()
    expect(page.locator("#own")).to_be_focused()


def test_a_part_that_is_gone_asks_no_more(product: SaveServer, follow: Callable[..., "Page"]) -> None:
    page = follow()
    page.evaluate("document.querySelector('live-part').remove()")
    page.clock.run_for(60_000)

    assert asked(product) == []
