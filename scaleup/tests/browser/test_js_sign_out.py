"""<sign-out>: nobody signs out without being told what is only on this device yet."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from scaleup.tests.browser.save_server import SaveServer
from scaleup.tests.browser.script_page import expect_state, type_note, waiting

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Locator, Page

pytestmark = pytest.mark.browser
AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()
UNSAVED, SAVED = "This is not saved yet.", "All of it is saved now."


@pytest.fixture
def sign_out(product: SaveServer, serve: Callable[..., str]) -> str:
    """The address of the product's own page, made for who is signed in."""
    user = SimpleNamespace(pk=product.user, is_authenticated=False)
    context = {"user": user, "csrf_token": product.token, "redirect_field": ""}
    html = render_to_string("account/logout.html", context)
    return serve("/sign-out/", re.search("<sign-out.*</sign-out>", html, re.DOTALL)[0], "sign-out", title="Sign out?")


@pytest.fixture
def stuck(page: "Page", product: SaveServer, sign_out: str) -> "Page":
    """Something was typed without a link; then the person wants to sign out."""
    product.faults = itertools.repeat("drop")
    type_note(page, "three visits")
    expect_state(page, "unsaved")
    page.once("dialog", accept)
    page.goto(sign_out)
    return page


def accept(dialog: "Dialog") -> None:
    dialog.accept()


def notice(page: "Page", words: str) -> "Locator":
    return page.get_by_role("status").locator(".notice", has_text=words)


def test_when_all_is_saved_nothing_stands_in_the_way(page: "Page", sign_out: str) -> None:
    type_note(page, "three visits")
    expect_state(page, "saved")
    page.goto(sign_out)
    page.wait_for_selector("sign-out:defined")

    expect(page.locator(".notice:visible")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title("Sent")


def test_it_says_what_is_unsent_and_offers_to_stay(stuck: "Page") -> None:
    expect(notice(stuck, UNSAVED)).to_be_visible()
    expect(stuck.locator("li blockquote")).to_have_text("three visits")
    expect(stuck.locator("li").get_by_role("link", name="Step 4")).to_have_attribute("href", "/step/")
    expect(stuck.get_by_role("link", name="Stay")).to_have_class("button")
    expect(stuck.get_by_role("button", name="Sign out")).to_have_class("button button--quiet")
    stuck.evaluate(AXE)
    found = stuck.evaluate("axe.run('sign-out')")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found["violations"]] == []


def test_signing_out_all_the_same_loses_nothing(stuck: "Page", product: SaveServer) -> None:
    expect(notice(stuck, UNSAVED)).to_be_visible()
    stuck.once("dialog", accept)
    stuck.get_by_role("button", name="Sign out").click()

    expect(stuck).to_have_title("Sent")
    assert waiting(stuck) == ["three visits"]
    assert product.fields == {}


def test_what_waits_is_sent_from_here_as_well(stuck: "Page", product: SaveServer) -> None:
    expect(notice(stuck, UNSAVED)).to_be_visible()
    product.faults = iter(())
    stuck.clock.run_for(60_000)

    expect(notice(stuck, SAVED)).to_be_visible()
    expect(notice(stuck, UNSAVED)).to_be_hidden()
    assert product.value_of("note") == "three visits"
    assert waiting(stuck) == []


def test_it_hears_of_what_another_tab_types(page: "Page", product: SaveServer, sign_out: str) -> None:
    beside = page.context.new_page()
    beside.goto(sign_out)
    product.faults = itertools.repeat("drop")
    type_note(page, "typed beside it")

    expect(notice(beside, UNSAVED)).to_be_visible()
    expect(beside.locator("li blockquote")).to_have_text("typed beside it")


def test_it_tells_nobody_what_somebody_else_typed(stuck: "Page", product: SaveServer) -> None:
    expect(notice(stuck, UNSAVED)).to_be_visible()
    html = product.pages["/sign-out/"]
    html.body = html.body.replace('user="7"', 'user="8"')
    stuck.once("dialog", accept)
    stuck.reload()
    stuck.wait_for_selector("sign-out:defined")

    expect(stuck.locator(".notice:visible")).to_have_count(0)
    assert "three visits" not in stuck.content()
    assert waiting(stuck) == ["three visits"]


def test_what_can_never_be_read_again_does_not_stay(stuck: "Page") -> None:
    stuck.evaluate("localStorage.setItem('unsaved/7/torn', '{')")
    stuck.once("dialog", accept)
    stuck.reload()
    expect(notice(stuck, UNSAVED)).to_be_visible()

    assert waiting(stuck) == ["three visits"]
