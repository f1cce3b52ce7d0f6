"""Somebody was first: both versions are shown, and the person chooses without haste, also by keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, type_note, waiting

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser
AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()


@pytest.fixture
def panel(page: "Page", product: SaveServer) -> "Locator":
    """A colleague saved the note first; then ours was sent."""
    product.write("note", "theirs, in\ntwo lines")
    type_note(page, "mine")
    panel = page.locator("#note + .conflict")
    expect(panel).to_be_visible()
    return panel


def test_both_versions_stand_there_with_who_and_when(page: "Page", panel: "Locator", product: SaveServer) -> None:
    expect(panel).to_have_role("group")
    expect(panel).to_have_accessible_name("Amina Diallo changed this first. Both versions are kept: choose one.")
    assert panel.locator("dt").all_inner_texts() == ["Yours", "Amina Diallo, 23 Nov 2026, 10:40"]
    assert panel.locator("dd").all_text_contents() == ["mine", "theirs, in\ntwo lines"]
    expect(page.locator("save-status")).to_contain_text("Not saved: Amina Diallo changed this first.")
    expect(page.locator("#note")).to_have_value("mine")
    assert product.value_of("note") == "theirs, in\ntwo lines"


def test_it_is_read_out_at_the_field_and_each_button_says_which_version(page: "Page", panel: "Locator") -> None:
    expect(page.get_by_role("status")).to_contain_text("Amina Diallo changed this first.")
    sentence = "Amina Diallo changed this first. Both versions are kept: choose one."
    expect(page.locator("#note")).to_have_accessible_description(sentence)
    expect(panel.get_by_role("button", name="Keep mine")).to_have_accessible_description("mine")
    theirs = panel.get_by_role("button", name="Take theirs")
    expect(theirs).to_have_accessible_description("theirs, in two lines")

    theirs.click()
    expect(page.locator("#note")).to_have_accessible_description("")


def test_nothing_is_chosen_by_itself(page: "Page", panel: "Locator", product: SaveServer) -> None:
    page.clock.run_for(120_000)

    assert page.evaluate("document.activeElement.closest('.conflict')") is None
    assert len(product.posts) == 1
    expect(panel).to_be_visible()


def test_keep_mine(page: "Page", panel: "Locator", product: SaveServer) -> None:
    panel.get_by_role("button", name="Keep mine").click()
    expect_state(page, "saved")

    assert product.value_of("note") == "mine"
    assert product.posts[-1]["base"] == "1"
    assert len(set(product.keys)) == 2
    expect(panel).to_have_count(0)
    expect(page.locator("#note")).to_be_focused()
    expect(page.locator("#note")).to_have_attribute("data-version", "2")


def test_take_theirs_by_keyboard(page: "Page", panel: "Locator", product: SaveServer) -> None:
    page.focus("#note")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button", name="Keep mine")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_state(page, "saved")

    expect(page.locator("#note")).to_have_value("theirs, in\ntwo lines")
    expect(page.locator("#note")).to_be_focused()
    assert product.fields["note"].version == 1
    assert product.posts[-1]["value"] == "theirs, in\ntwo lines"
    assert waiting(page) == []


def test_typing_on_changes_mine_and_decides_nothing(page: "Page", panel: "Locator", product: SaveServer) -> None:
    type_note(page, "mine, longer")
    page.clock.run_for(5_000)

    assert panel.locator("dd").all_text_contents() == ["mine, longer", "theirs, in\ntwo lines"]
    assert len(product.posts) == 1
    assert waiting(page) == ["mine, longer"]
    panel.get_by_role("button", name="Keep mine").click()
    expect_state(page, "saved")
    assert product.value_of("note") == "mine, longer"


def test_somebody_may_be_first_again(page: "Page", panel: "Locator", product: SaveServer) -> None:
    product.write("note", "third version", by="Jonas Weber")
    panel.get_by_role("button", name="Keep mine").click()

    expect(panel).to_contain_text("Jonas Weber changed this first.")
    assert panel.locator("dd").all_text_contents() == ["mine", "third version"]
    assert product.value_of("note") == "third version"


def test_the_choice_is_still_open_after_a_reload(
    page: "Page", panel: "Locator", product: SaveServer, form: Callable[..., str]
) -> None:
    page.goto(form())

    expect(panel).to_be_visible()
    expect(page.locator("#note")).to_have_value("mine")
    assert len(set(product.keys)) == 1
    panel.get_by_role("button", name="Keep mine").click()
    expect_state(page, "saved")
    assert product.value_of("note") == "mine"


def test_choices_are_shown_in_words(page: "Page", product: SaveServer) -> None:
    product.write("answer", "done")
    page.check("#way")
    page.clock.run_for(800)
    panel = page.locator("fieldset + .conflict")

    expect(panel.locator("dd").first).to_have_text("Under way")
    panel.get_by_role("button", name="Take theirs").click()
    expect_state(page, "saved")
    expect(page.locator("#done")).to_be_checked()
    expect(page.locator("#done")).to_be_focused()


def test_markup_in_a_version_is_only_text(page: "Page", product: SaveServer) -> None:
    product.write("note", "<img src=x onerror=alert(1)>", by="<b>Amina</b>")
    type_note(page, "<i>mine</i>")
    panel = page.locator("#note + .conflict")
    expect(panel).to_be_visible()

    assert panel.locator("dd").all_text_contents() == ["<i>mine</i>", "<img src=x onerror=alert(1)>"]
    expect(panel.locator("dt").nth(1)).to_contain_text("<b>Amina</b>")
    expect(panel.locator("img, i, b")).to_have_count(0)


def test_what_the_scripts_build_is_accessible(page: "Page", panel: "Locator", product: SaveServer) -> None:
    product.write("answer", "done")
    page.check("#way")
    page.fill("#reason", "bad reason")
    page.locator("#reason").blur()
    expect(page.locator("#reason + .field-error")).to_be_visible()
    expect(page.locator("fieldset + .conflict")).to_be_visible()
    page.evaluate(AXE)

    found = page.evaluate("axe.run('auto-save, save-status')")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found["violations"]] == []
