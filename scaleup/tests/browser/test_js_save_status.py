"""<save-status>: one region that tells the state, and does not talk all the time."""

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, type_note

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LISTEN = """
window.spoken = [];
const region = document.querySelector("save-status [role=status]");
new MutationObserver(() => window.spoken.push([performance.now(), region.textContent]))
  .observe(region, { childList: true, characterData: true, subtree: true });
"""


def test_never_saved_before_the_answer(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["slow"])
    type_note(page, "on its way")
    expect(page.locator("save-status")).to_contain_text("Saving …")
    page.clock.run_for(5_000)
    expect_state(page, "saving")

    product.gate.set()
    expect_state(page, "saved")
    expect(page.locator("save-status")).to_contain_text("Saved at 10:42")


def test_an_answer_that_takes_too_long_is_none(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["slow"])
    type_note(page, "into the void")
    expect_state(page, "saving")
    with page.expect_event("requestfailed"):
        page.clock.run_for(20_000)
    expect_state(page, "unsaved")

    product.gate.set()
    page.clock.run_for(1_000)
    expect_state(page, "saved")
    assert product.fields["note"].version == 1


def test_two_minutes_of_typing_are_told_at_most_every_ten_seconds(page: "Page", product: SaveServer) -> None:
    page.evaluate(LISTEN)
    for number in range(40):
        page.fill("#note", f"text {number}")
        with page.expect_response("**/save/"):
            page.clock.run_for(1_000)
        page.clock.run_for(2_000)
    spoken = page.evaluate("window.spoken")
    pauses = [later[0] - sooner[0] for sooner, later in itertools.pairwise(spoken)]

    assert len(product.posts) == 40
    assert {text for _, text in spoken} == {"Saved at 10:42"}
    assert 5 <= len(spoken) <= 13
    assert min(pauses) > 9_900  # what is observed lags a little behind what is said


def test_it_tells_a_change_of_state_and_not_of_figures(page: "Page", product: SaveServer) -> None:
    page.evaluate(LISTEN)
    product.faults = itertools.repeat("drop")
    type_note(page, "one")
    expect_state(page, "unsaved")
    for field in ("#reason", "#due_on"):
        page.fill(field, "2027-05-01")
        page.locator(field).blur()
        page.clock.run_for(15_000)
    expect(page.locator("save-status")).to_contain_text("Waiting: 3.")
    assert len(page.evaluate("window.spoken")) == 1

    product.faults = iter(())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect_state(page, "saved")
    page.clock.run_for(15_000)
    assert [text for _, text in page.evaluate("window.spoken")][1:] == ["Saved at 10:42"]


def test_seen_and_heard_are_told_apart(page: "Page", product: SaveServer) -> None:
    type_note(page, "text")
    expect_state(page, "saved")

    assert page.locator("save-status [role=status]").count() == 1
    assert page.locator("save-status [aria-hidden=true]").inner_text() == "Saved at 10:42"
