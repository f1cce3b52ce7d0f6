"""Leaving a page, coming Back, and being asked only when something would stay behind unsent."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, type_note, waiting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(page: "Page") -> list[str]:
    """The questions the browser asked on leaving."""
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.accept()))
    return questions


@pytest.fixture
def other_page(serve: Callable[..., str]) -> str:
    return serve("/other/", "<h1>Another page</h1>")


def arrived(product: SaveServer, page: "Page") -> None:
    """A request that outlives its page needs a moment of its own."""
    for _ in range(100):
        if product.value_of("note"):
            return
        page.wait_for_timeout(20)
    raise AssertionError("nothing arrived")


def test_a_link_followed_in_mid_word_loses_nothing_and_asks_nothing(
    page: "Page", product: SaveServer, asked: list[str], other_page: str
) -> None:
    page.focus("#note")
    page.keyboard.type("left in mid wor")
    page.goto(other_page)
    arrived(product, page)

    assert (product.value_of("note"), asked) == ("left in mid wor", [])


def test_back_shows_what_was_typed_and_saves_it_once(
    page: "Page", product: SaveServer, asked: list[str], other_page: str, form: Callable[..., str]
) -> None:
    page.focus("#note")
    page.keyboard.type("typed, then left")
    page.goto(other_page)
    arrived(product, page)
    form()
    page.go_back()

    expect(page.locator("#note")).to_have_value("typed, then left")
    expect_state(page, "saved")
    page.clock.run_for(5_000)
    assert product.fields["note"].version == 1
    assert len(set(product.keys)) == 1
    assert waiting(page) == []
    assert asked == []


def test_back_after_saving_sends_nothing(
    page: "Page", product: SaveServer, other_page: str, form: Callable[..., str]
) -> None:
    type_note(page, "saved before leaving")
    expect_state(page, "saved")
    form()
    page.goto(other_page)
    page.go_back()
    page.clock.run_for(5_000)

    expect(page.locator("#note")).to_have_value("saved before leaving")
    assert len(product.posts) == 1


def test_back_never_puts_an_old_value_over_a_newer_one(
    page: "Page", product: SaveServer, other_page: str, form: Callable[..., str]
) -> None:
    type_note(page, "ours")
    expect_state(page, "saved")
    page.goto(other_page)
    product.write("note", "a colleague’s")
    form()
    page.go_back()
    page.clock.run_for(5_000)

    assert product.value_of("note") == "a colleague’s"
    assert len(product.posts) == 1


def test_the_browser_types_nothing_by_itself(page: "Page", product: SaveServer, other_page: str) -> None:
    """Into a page from its cache it would fill what was typed since, as if the server knew nothing of it."""
    product.pages["/step/"].headers.pop("Cache-Control")
    page.reload()
    type_note(page, "saved before leaving")
    expect_state(page, "saved")
    page.goto(other_page)
    page.go_back()
    page.clock.run_for(5_000)

    assert len(product.posts) == 1
    expect(page.locator("#note")).to_have_value("")


def test_it_asks_when_something_is_unsent(page: "Page", product: SaveServer, asked: list[str], other_page: str) -> None:
    product.faults = itertools.repeat("drop")
    type_note(page, "unsent")
    expect_state(page, "unsaved")
    page.goto(other_page)

    assert asked == ["beforeunload"]


def test_it_asks_no_longer_once_it_is_saved(
    page: "Page", product: SaveServer, asked: list[str], other_page: str
) -> None:
    product.faults = iter(["drop"])
    type_note(page, "late, but saved")
    expect_state(page, "unsaved")
    page.clock.run_for(1_000)
    expect_state(page, "saved")
    page.goto(other_page)

    assert asked == []
