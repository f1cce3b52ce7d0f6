"""<count-down>: what is left of a timer, second by second, and the words at its end."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
TIMER = '<count-down role="timer" seconds="{seconds}" over="Time is up">until 14:35</count-down>'


@pytest.fixture
def start(context: "BrowserContext", serve: Callable[..., str]) -> Callable[[int], "Page"]:
    """Opens a page with a timer that has so many seconds left."""

    def begin(seconds: int) -> "Page":
        page = context.new_page()
        page.clock.install(time=0)
        page.clock.pause_at(1)
        page.goto(serve("/room/", TIMER.format(seconds=seconds), "count-down"))
        return page

    return begin


def test_it_counts_down_and_says_when_time_is_up(start: Callable[[int], "Page"]) -> None:
    page = start(65)
    timer = page.get_by_role("timer")
    expect(timer).to_have_text("1:05")
    page.clock.run_for(6_000)
    expect(timer).to_have_text("0:59")
    assert timer.get_attribute("data-over") is None
    page.clock.run_for(60_000)
    expect(timer).to_have_text("Time is up")
    assert timer.get_attribute("data-over") == ""


def test_a_timer_that_is_over_says_so_at_once(start: Callable[[int], "Page"]) -> None:
    expect(start(0).get_by_role("timer")).to_have_text("Time is up")


def test_a_laptop_that_slept_shows_what_is_left_now(start: Callable[[int], "Page"]) -> None:
    page = start(300)
    page.clock.fast_forward(240_000)
    page.clock.run_for(1_000)
    expect(page.get_by_role("timer")).to_have_text("0:59")


def test_a_timer_that_is_taken_away_stops(start: Callable[[int], "Page"]) -> None:
    page = start(65)
    page.evaluate("window.gone = document.querySelector('count-down'); gone.remove()")
    page.clock.run_for(5_000)
    assert page.evaluate("gone.textContent") == "1:05"
