"""<auto-save>: each field is saved by itself, and only what the server acknowledged is called saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, stop_the_clock, type_note

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_nothing_is_said_or_sent_before_anything_is_typed(page: "Page", product: SaveServer) -> None:
    page.clock.run_for(5_000)

    expect(page.locator("save-status").get_by_role("status")).to_have_text("")
    assert product.posts == []


def test_one_mutation_as_the_protocol_says(page: "Page", product: SaveServer) -> None:
    type_note(page, "Three visits, two reports")
    expect_state(page, "saved")

    [post] = product.posts
    key = post.pop("key")
    assert post == {
        "kind": "answer",
        "id": "123",
        "field": "note",
        "value": "Three visits, two reports",
        "base": "0",
        "user": "7",
    }
    assert len(key) == 32
    assert int(key, 16) >= 0
    expect(page.locator("save-status")).to_contain_text("Saved at 10:42")
    expect(page.locator("#note")).to_have_attribute("data-version", "1")


def test_arrow_keys_pass_over_choices_and_only_the_last_is_saved(page: "Page", product: SaveServer) -> None:
    stop_the_clock(page)
    page.focus("#new")
    page.keyboard.press("ArrowDown")
    page.clock.run_for(700)
    page.keyboard.press("ArrowDown")
    page.clock.run_for(700)
    assert product.posts == []
    page.clock.run_for(100)
    expect_state(page, "saved")

    assert [(post["field"], post["value"]) for post in product.posts] == [("answer", "done")]
    expect(page.locator("fieldset")).to_have_attribute("data-version", "1")


def test_leaving_the_choices_saves_at_once(page: "Page", product: SaveServer) -> None:
    page.focus("#new")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect_state(page, "saved")

    assert product.value_of("answer") == "under_way"


def test_text_is_saved_a_second_after_the_last_word(page: "Page", product: SaveServer) -> None:
    stop_the_clock(page)
    page.focus("#note")
    page.keyboard.type("One")
    page.clock.run_for(900)
    page.keyboard.type(", two")
    page.clock.run_for(900)
    assert product.posts == []
    page.clock.run_for(100)
    expect_state(page, "saved")

    assert [post["value"] for post in product.posts] == ["One, two"]
    page.locator("#note").blur()
    page.clock.run_for(2_000)
    assert len(product.posts) == 1


def test_one_in_flight_per_field_and_the_newer_value_follows(page: "Page", product: SaveServer) -> None:
    product.faults = iter(["slow"])
    type_note(page, "first")
    type_note(page, "second")
    page.clock.run_for(3_000)
    for _ in range(100):  # the page's clock is ours, the way to the server is not
        if product.posts:
            break
        page.wait_for_timeout(20)
    assert [post["value"] for post in product.posts] == ["first"]
    product.gate.set()
    expect(page.locator("#note")).to_have_attribute("data-version", "2")
    expect_state(page, "saved")

    assert [(post["value"], post["base"]) for post in product.posts] == [("first", "0"), ("second", "1")]
    assert len(set(product.keys)) == 2


def test_the_plain_button_goes_only_when_the_element_lives(page: "Page", product: SaveServer) -> None:
    expect(page.get_by_role("button", name="Save", exact=True, include_hidden=True)).to_be_hidden()
    page.fill("#reason", "No partner there")
    page.press("#reason", "Enter")
    expect_state(page, "saved")

    assert [post["field"] for post in product.posts] == ["reason"]
    assert page.url.endswith("/step/")


def test_without_its_words_the_plain_form_still_works(page: "Page", product: SaveServer) -> None:
    html = product.pages["/step/"]
    html.body = html.body.replace('id="words"', 'id="gone"')
    page.reload()
    page.fill("#note", "typed")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/plain/")

    assert [(post["path"], post["note"]) for post in product.posts] == [("/plain/", "typed")]


def test_what_was_typed_before_the_script_came_is_saved(page: "Page", product: SaveServer) -> None:
    html = product.pages["/step/"]
    html.body = html.body.replace("<save-status>", "<script src='/early/'></script><save-status>", 1)
    page.route(
        "**/early/",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="addEventListener('readystatechange', () => { note.value = 'early'; }, true)",
        ),
    )
    page.reload()
    expect_state(page, "saved")

    assert [post["value"] for post in product.posts] == ["early"]


def test_values_the_server_could_not_save_are_sent_when_the_page_says_so(page: "Page", product: SaveServer) -> None:
    html = product.pages["/step/"]
    html.body = html.body.replace('name="note"', 'name="note" data-unsaved').replace(
        "\n</textarea>", "\nback again</textarea>"
    )
    page.reload()
    expect_state(page, "saved")

    assert [post["value"] for post in product.posts] == ["back again"]


def test_an_unfinished_date_is_not_sent_and_says_so(page: "Page", product: SaveServer) -> None:
    page.focus("#due_on")
    page.keyboard.press("Backspace")
    page.clock.run_for(2_000)
    page.locator("#due_on").blur()

    expect(page.locator("#due_on + .field-error")).to_contain_text("not complete")
    page.fill("#due_on", "2027-03-31")
    expect(page.locator(".field-error")).to_have_count(0)
    page.clock.run_for(2_000)
    assert product.posts == []

    page.fill("#due_on", "2027-04-30")
    page.clock.run_for(1_000)
    expect_state(page, "saved")
    assert [post["value"] for post in product.posts] == ["2027-04-30"]


def test_a_refused_value_stays_and_its_reason_stands_at_the_field(page: "Page", product: SaveServer) -> None:
    type_note(page, "bad text")

    error = page.locator("#note + .field-error")
    expect(error).to_have_text("This value is wrong.")
    expect(page.locator("#note")).to_have_value("bad text")
    expect(page.locator("#note")).to_have_attribute("aria-describedby", error.get_attribute("id"))
    expect(page.locator("#note")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("save-status")).to_contain_text("Not saved: This value is wrong.")

    type_note(page, "good text")
    expect_state(page, "saved")
    expect(page.locator(".field-error")).to_have_count(0)
    assert page.locator("#note").get_attribute("aria-describedby") is None
    assert product.value_of("note") == "good text"


def test_a_refused_value_comes_back_with_its_reason(page: "Page", product: SaveServer) -> None:
    type_note(page, "bad text")
    expect(page.locator("#note + .field-error")).to_be_visible()
    page.reload()

    expect(page.locator("#note")).to_have_value("bad text")
    expect(page.locator("#note + .field-error")).to_have_text("This value is wrong.")


def test_others_hear_that_something_was_saved(page: "Page") -> None:
    page.evaluate("document.addEventListener('saved', (event) => { window.told = event.detail; })")
    page.check("#done")
    page.clock.run_for(800)
    expect_state(page, "saved")

    told = page.evaluate("window.told")
    assert (told["kind"], told["id"], told["field"], told["version"]) == ("answer", "123", "answer", 1)


def test_disabled_fields_and_strangers_are_left_alone(
    page: "Page", form: Callable[..., str], product: SaveServer
) -> None:
    page.goto(form(user=""))
    page.fill("#note", "typed")
    page.clock.run_for(3_000)

    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    assert product.posts == []


def test_a_button_that_does_more_stays_and_posts_the_versions_of_now(page: "Page", product: SaveServer) -> None:
    type_note(page, "saved by itself")
    expect_state(page, "saved")
    page.get_by_role("button", name="Save, and on").click()
    page.wait_for_url("**/plain/")

    posted = product.posts[-1]
    assert (posted["path"], posted["then"], posted["note"]) == ("/plain/", "next", "saved by itself")
    assert posted["base_note"] == "1"
