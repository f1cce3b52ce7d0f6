"""What one person typed is never sent as, nor shown to, another; a lost session loses no word."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, type_note, waiting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def come_back(page: "Page") -> None:
    """The tab is looked at again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def accept_leaving(page: "Page") -> None:
    page.once("dialog", lambda dialog: dialog.accept())


def test_a_session_that_ended_keeps_the_text_until_the_next_sign_in(page: "Page", product: SaveServer) -> None:
    token = product.token
    product.sign_in(None)
    product.token = token
    type_note(page, "typed after the session ended")

    expect(page.locator("save-status")).to_contain_text("you are signed out. Sign in again to save.")
    expect(page.locator("save-status")).to_contain_text("What you typed is kept on this device.")
    link = page.locator("save-status").get_by_role("link", name="Sign in (opens a new tab)")
    expect(link).to_have_attribute("href", reverse("account_login"))
    expect(link).to_have_attribute("target", "_blank")

    product.sign_in(7)
    come_back(page)
    expect_state(page, "saved")
    expect(link).to_be_hidden()
    assert product.value_of("note") == "typed after the session ended"
    assert len(set(product.keys)) == 1
    assert product.fields["note"].version == 1


def test_the_text_waits_for_its_author_over_a_reload(
    page: "Page", product: SaveServer, form: Callable[..., str]
) -> None:
    product.sign_in(None)
    type_note(page, "still here")
    expect_state(page, "unsaved")
    accept_leaving(page)
    product.sign_in(7)
    page.goto(form())

    expect(page.locator("#note")).to_have_value("still here")
    expect_state(page, "saved")
    assert product.fields["note"].version == 1
    assert waiting(page) == []


def test_while_signed_out_the_text_itself_is_not_sent_again_and_again(page: "Page", product: SaveServer) -> None:
    token = product.token
    product.sign_in(None)
    product.token = token
    type_note(page, "once is enough")
    expect_state(page, "unsaved")
    for seconds in (1, 2, 4):
        with page.expect_response("**/session/"):
            page.clock.run_for(seconds * 1_000)

    assert len(product.posts) == 1


def test_a_new_csrf_token_is_fetched_once(page: "Page", product: SaveServer) -> None:
    product.sign_in(7)
    type_note(page, "signed in again in another tab")
    expect_state(page, "saved")

    assert [path for path, _ in product.asked].count("/session/") == 1
    assert len(product.posts) == 2
    assert len(set(product.keys)) == 1


def test_a_token_that_never_fits_ends_in_patience(page: "Page", product: SaveServer) -> None:
    product.faults = itertools.repeat("403")
    type_note(page, "no cookies here")
    expect(page.locator("save-status")).to_contain_text("ScaleUp has a problem")

    assert len(product.posts) == 2
    assert waiting(page) == ["no cookies here"]


def test_nothing_is_sent_as_somebody_else(page: "Page", product: SaveServer) -> None:
    product.sign_in(8)
    type_note(page, "seven typed this")
    expect(page.locator("save-status")).to_contain_text("somebody else is signed in here now")
    page.clock.run_for(10_000)

    assert product.fields == {}
    assert len(product.posts) == 1
    assert waiting(page) == ["seven typed this"]
    product.sign_in(7)
    come_back(page)
    expect_state(page, "saved")
    assert product.value_of("note") == "seven typed this"


def test_even_with_a_fitting_token_the_server_is_told_whose_page_it_was(page: "Page", product: SaveServer) -> None:
    token = product.token
    product.sign_in(8)
    product.token = token
    type_note(page, "seven typed this")
    expect(page.locator("save-status")).to_contain_text("somebody else is signed in here now")

    assert product.posts[0]["user"] == "7"
    assert product.fields == {}


def test_the_next_person_on_this_device_sees_and_sends_nothing_of_it(
    page: "Page", product: SaveServer, form: Callable[..., str]
) -> None:
    product.sign_in(None)
    type_note(page, "for seven’s eyes")
    expect_state(page, "unsaved")
    accept_leaving(page)
    product.sign_in(8)
    posts = len(product.posts)
    page.goto(form())
    page.clock.run_for(5_000)

    assert "seven" not in page.content()
    expect(page.locator("#note")).to_have_value("")
    expect(page.locator("save-status").get_by_role("status")).to_have_text("")
    assert len(product.posts) == posts
    assert waiting(page) == ["for seven’s eyes"]

    product.sign_in(7)
    page.goto(form())
    expect_state(page, "saved")
    assert product.value_of("note") == "for seven’s eyes"


def test_similar_numbers_are_not_the_same_person(page: "Page", product: SaveServer, form: Callable[..., str]) -> None:
    product.sign_in(70)
    page.goto(form())
    product.sign_in(None)
    type_note(page, "for seventy’s eyes")
    expect_state(page, "unsaved")
    accept_leaving(page)
    product.sign_in(7)
    page.goto(form())

    expect(page.locator("#note")).to_have_value("")


def test_it_leaves_from_any_page_that_shows_the_status(
    page: "Page", product: SaveServer, serve: Callable[..., str]
) -> None:
    product.faults = itertools.repeat("drop")
    type_note(page, "typed on the step page")
    expect_state(page, "unsaved")
    accept_leaving(page)
    product.faults = iter(())
    page.goto(serve("/home/", '<save-status user="7"></save-status>', "save-status", title="Home"))
    expect_state(page, "saved")

    assert product.value_of("note") == "typed on the step page"


def test_what_was_refused_elsewhere_can_be_read_opened_and_thrown_away(
    page: "Page", product: SaveServer, serve: Callable[..., str]
) -> None:
    type_note(page, "forbidden <b>words</b>")
    expect(page.locator("#note + .field-error")).to_have_text("You may only read here.")
    page.goto(serve("/home/", '<save-status user="7"></save-status>', "save-status", title="Home"))
    page.get_by_text("Could not be saved: 1").click()

    strays = page.locator("save-status li")
    expect(strays.locator("blockquote")).to_have_text("forbidden <b>words</b>")
    expect(strays).to_contain_text("You may only read here.")
    expect(strays.get_by_role("link", name="Step 4")).to_have_attribute("href", "/step/")

    page.once("dialog", lambda dialog: dialog.dismiss())
    strays.get_by_role("button", name="Throw away").click()
    assert waiting(page) == ["forbidden <b>words</b>"]
    page.once("dialog", lambda dialog: dialog.accept())
    strays.get_by_role("button", name="Throw away").click()
    expect(strays).to_have_count(0)
    expect(page.locator("save-status details")).to_be_hidden()
    assert waiting(page) == []


def test_a_field_that_may_no_longer_be_changed_is_a_stray_too(page: "Page", product: SaveServer) -> None:
    type_note(page, "forbidden words")
    expect(page.locator("#note + .field-error")).to_be_visible()
    html = product.pages["/step/"]
    html.body = html.body.replace('name="note"', 'name="note" disabled')
    page.reload()

    expect(page.get_by_text("Could not be saved: 1")).to_be_visible()
    expect(page.locator("#note")).to_have_value("")
