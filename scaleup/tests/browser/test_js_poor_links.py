"""Whatever the link does, nothing typed is lost, nothing is saved twice, and the page says so."""

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, fail_once, stop_the_clock, type_note, waiting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

NO_LINK = "there is no connection to ScaleUp"
PROBLEM = "ScaleUp has a problem"


def test_without_a_link_it_waits_and_goes_when_the_link_is_back(
    page: "Page", context: "BrowserContext", product: SaveServer
) -> None:
    context.set_offline(True)
    type_note(page, "typed without a link")
    expect(page.locator("save-status")).to_contain_text(NO_LINK)
    expect(page.locator("save-status")).to_contain_text("kept on this device. Waiting: 1.")
    page.check("#done")
    page.clock.run_for(800)
    expect(page.locator("save-status")).to_contain_text("Waiting: 2.")
    assert (product.posts, waiting(page)) == ([], ["typed without a link", "done"])

    context.set_offline(False)
    expect_state(page, "saved")
    assert [post["value"] for post in product.posts] == ["typed without a link", "done"]
    assert waiting(page) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("drop", NO_LINK),
        ("portal", NO_LINK),
        ("redirect", NO_LINK),
        ("proxy", NO_LINK),
        ("truncated", PROBLEM),
        ("500", PROBLEM),
        ("503", PROBLEM),
        ("429", PROBLEM),
        ("408", PROBLEM),
    ],
)
def test_no_fault_is_taken_for_an_answer(page: "Page", product: SaveServer, fault: str, words: str) -> None:
    product.faults = itertools.repeat(fault)
    type_note(page, "kept")
    expect(page.locator("save-status")).to_contain_text(words)
    expect_state(page, "unsaved")
    assert waiting(page) == ["kept"]

    product.faults = iter(())
    page.clock.run_for(1_000)
    expect_state(page, "saved")
    assert product.value_of("note") == "kept"
    assert product.fields["note"].version == 1
    assert len(set(product.keys)) == 1
    assert waiting(page) == []


def test_a_lost_answer_is_asked_for_again_under_the_same_key(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["lost"])
    type_note(page, "arrived")
    expect_state(page, "unsaved")
    assert product.value_of("note") == "arrived"

    page.clock.run_for(1_000)
    expect_state(page, "saved")
    assert product.fields["note"].version == 1
    assert len(product.posts) == 2
    assert len(set(product.keys)) == 1
    expect(page.locator("#note")).to_have_attribute("data-version", "1")


def test_what_is_typed_after_a_lost_answer_follows_it(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["lost"])
    type_note(page, "one")
    expect_state(page, "unsaved")
    type_note(page, "two")
    product.session = "another, so that only the version counts"
    expect_state(page, "saved")

    assert [post["value"] for post in product.posts] == ["one", "one", "two"]
    assert [post["base"] for post in product.posts] == ["0", "0", "1"]
    assert product.value_of("note") == "two"


def test_retries_take_their_time_up_to_a_minute(page: "Page", product: SaveServer) -> None:
    product.faults = itertools.repeat("500")
    stop_the_clock(page)
    type_note(page, "patient")
    fail_once(page, 1)
    for tries, seconds in enumerate([1, 2, 4, 8, 16, 32, 60, 60], 1):
        page.clock.run_for(seconds * 1_000 - 100)
        assert len(product.posts) == tries
        fail_once(page, 200)
        assert len(product.posts) == tries + 1


@pytest.mark.parametrize("event", ["online", "pageshow"])
def test_a_sign_of_life_ends_the_waiting(page: "Page", product: SaveServer, event: str) -> None:
    product.faults = iter(["500", "500"])
    stop_the_clock(page)
    type_note(page, "soon")
    fail_once(page, 1)
    fail_once(page, 1_000)
    page.evaluate(f"window.dispatchEvent(new Event('{event}'))")
    page.clock.run_for(1)

    expect_state(page, "saved")


def test_one_field_in_trouble_does_not_hold_the_others(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["slow 500"])
    stop_the_clock(page)
    type_note(page, "in trouble")
    page.clock.run_for(1)
    page.fill("#reason", "No partner there")
    page.locator("#reason").blur()
    expect_state(page, "saving")
    product.gate.set()
    expect_state(page, "unsaved")
    page.clock.run_for(1)
    expect(page.locator("#reason")).to_have_attribute("data-version", "1")

    assert (product.value_of("reason"), product.value_of("note")) == ("No partner there", "")


@pytest.mark.parametrize("status", ["400", "413"])
def test_what_cannot_be_read_is_not_sent_for_ever(page: "Page", product: SaveServer, status: str) -> None:
    product.faults = iter([status])
    type_note(page, "too much")

    expect(page.locator("#note + .field-error")).to_contain_text("ScaleUp could not read this.")
    page.clock.run_for(70_000)
    assert len(product.posts) == 1
    assert waiting(page) == ["too much"]


def test_a_reload_without_a_link_keeps_it(page: "Page", context: "BrowserContext", product: SaveServer) -> None:
    product.faults = itertools.repeat("drop")
    type_note(page, "kept over a reload")
    expect_state(page, "unsaved")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#note")).to_have_value("kept over a reload")
    product.faults = iter(())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect_state(page, "saved")

    assert product.value_of("note") == "kept over a reload"
    assert len(set(product.keys)) == 1


def test_an_old_try_never_hides_what_came_after_it(page: "Page", product: SaveServer, form) -> None:
    """Saved, the answer lost, the page closed; then a colleague wrote something newer."""
    product.faults = itertools.chain(["lost"], itertools.repeat("drop"))
    type_note(page, "mine, long ago")
    expect_state(page, "unsaved")
    product.write("note", "a colleague’s, newer")
    page.once("dialog", lambda dialog: dialog.accept())
    product.faults = iter(())
    page.goto(form())
    expect_state(page, "saved")

    expect(page.locator("#note")).to_have_value("a colleague’s, newer")
    expect(page.locator("#note")).to_have_attribute("data-version", "2")
    assert product.value_of("note") == "a colleague’s, newer"


def test_without_storage_it_still_saves_and_asks_to_stay(page: "Page", product: SaveServer) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.reload()
    product.faults = iter(["drop"])
    type_note(page, "only here")
    expect(page.locator("save-status")).to_contain_text(
        "This device cannot keep a copy, so please leave this page open."
    )
    page.clock.run_for(1_000)
    expect_state(page, "saved")

    assert product.value_of("note") == "only here"
