"""Rounds on paper: a whole sheet typed in by the keyboard alone, by hand without JavaScript, and on a poor link."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import User
from assessments.domain import rounds
from assessments.models import Instrument, Rater
from assessments.tests.round_cases import add_rater, make_round, small_instrument
from programs.models import Program
from scaleup.tests.browser.visitors import Visitors, expect_saved

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.name ?? ''"
KEPT = "localStorage.length"
READY = "Boolean(customElements.get('fast-keys'))"


@pytest.fixture
def rater(program: Program, lead: User, viewer: User, instrument: Instrument) -> Rater:
    """Somebody on paper in a round of forty items with levels 0 to 3, whose sheet the viewer types in."""
    found = make_round(program, by=lead, keyer=viewer, instrument=instrument, raters=[], state="setup")
    rater = add_rater(found, ("Chief Dara", "community"), is_on_paper=True)
    rounds.open_for_rating(found, by=lead)
    return rater


@pytest.fixture
def page(visitors: Visitors, viewer: User, rater: Rater) -> "Page":
    page = visitors.open(viewer, keying(rater))
    page.wait_for_function(READY)
    return page


def keying(rater: Rater, after: str = "") -> str:
    round_ = rater.assessment
    return f"/programs/{round_.program_id}/rounds/{round_.pk}/keying/{rater.pk}/{after}"


def answers(rater: Rater) -> str:
    """All that is saved, in the order of the sheet: a character an item, “x” for unable, “.” for nothing."""
    rows = rater.ratings.order_by("item__position")
    return "".join({"unable": "x", "": "."}.get(row.answer, row.answer) for row in rows)


def box(page: "Page", place: int) -> str:
    """The name of the box at this place of the sheet, from 1."""
    return page.locator("[data-keys]").nth(place - 1).get_attribute("name") or ""


def focus(page: "Page", place: int) -> None:
    page.locator("[data-keys]").nth(place - 1).focus()


def test_forty_items_take_forty_keys(page: "Page", rater: Rater) -> None:
    sheet = "0123x" * 8
    focus(page, 1)
    for key in sheet:
        page.keyboard.press(key)
    page.keyboard.press("Enter")  # the last box led to the button

    page.wait_for_url(f"**{keying(rater, 'check/')}")
    assert answers(rater) == sheet
    expect(page.locator(".lede")).to_contain_text("40 of 40 typed in. 8 not able to answer.")
    page.get_by_role("button", name="It is all as on the sheet: done").click()
    expect(page.get_by_role("listitem").filter(has_text=f"Sheet {rater.code}")).to_contain_text("done")
    rater.refresh_from_db()
    assert rater.finished_at is not None


def test_what_is_typed_saves_itself(page: "Page", rater: Rater) -> None:
    focus(page, 1)
    page.keyboard.type("31?")
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    assert answers(rater) == "31x" + "." * 37


def test_a_wrong_key_is_refused_at_its_box_and_loses_nothing(page: "Page", rater: Rater) -> None:
    focus(page, 1)
    page.keyboard.press("2")
    page.keyboard.press("7")
    assert page.evaluate(FOCUSED) == box(page, 2)
    expect(page.get_by_role("alert")).to_have_text("Only these can stand here: 0 1 2 3 x ?")
    expect(page.locator(".is-refused")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.insert_text("٣")
    expect(page.locator(".is-refused")).to_have_value("2")
    page.keyboard.press("3")
    expect(page.locator(".is-refused")).to_have_count(0)
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    assert answers(rater) == "3" + "." * 39


def test_backspace_empties_a_box_and_then_leads_back(page: "Page", rater: Rater) -> None:
    focus(page, 1)
    for key in ("2", "1", "Backspace", "Backspace"):
        page.keyboard.press(key)
    assert page.evaluate(FOCUSED) == box(page, 2)
    page.keyboard.press("Backspace")
    assert page.evaluate(FOCUSED) == box(page, 1)
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == box(page, 2)
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    assert answers(rater) == "2" + "." * 39


def test_c_opens_a_comment_and_tab_leads_on(page: "Page", rater: Rater) -> None:
    focus(page, 1)
    page.keyboard.press("c")
    page.keyboard.type("Seen twice.")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == box(page, 2)
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    first = rater.ratings.earliest("item__position")
    assert (first.comment, first.answer) == ("Seen twice.", "")


def test_a_level_that_could_be_a_longer_one_waits(
    visitors: Visitors, program: Program, lead: User, viewer: User
) -> None:
    more = "".join(f'\n[[scale]]\nvalue = {level}\nlabel = "Level {level}"\n' for level in range(4, 11))
    ten = small_instrument(changed={'label = "Fully"\n': f'label = "Fully"\n{more}', "\n3 = ": "\n10 = "})
    found = make_round(program, by=lead, keyer=viewer, instrument=ten, raters=[], state="setup")
    rater = add_rater(found, ("Chief Dara", "community"), is_on_paper=True)
    rounds.open_for_rating(found, by=lead)
    page = visitors.open(viewer, keying(rater))
    page.wait_for_function(READY)
    focus(page, 1)
    for key in ("1", "0", "1", "Enter", "1", "5"):
        page.keyboard.press(key)
    assert page.evaluate(FOCUSED) == box(page, 3)
    expect(page.locator(".is-refused")).to_have_value("1")
    page.keyboard.press("Enter")
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    assert [row.answer for row in rater.ratings.order_by("item__position")] == ["10", "1", "1", ""]


def test_without_a_link_for_a_while_nothing_is_lost(visitors: Visitors, page: "Page", rater: Rater) -> None:
    page.context.set_offline(True)
    focus(page, 1)
    page.keyboard.type("0123")
    expect(page.locator("save-status")).to_have_attribute("data-state", "unsaved")
    page.context.set_offline(False)
    expect_saved(page)
    page.wait_for_function(f"{KEPT} === 0")
    assert answers(rater) == "0123" + "." * 36
    assert {complaint.partition("net::")[2] for complaint in visitors.complaints} == {"ERR_INTERNET_DISCONNECTED"}
    visitors.complaints.clear()


def test_without_javascript_one_form_and_one_button(visitors: Visitors, viewer: User, rater: Rater) -> None:
    page = visitors.open(viewer, keying(rater), java_script_enabled=False)
    for place in range(40):
        page.locator("[data-keys]").nth(place).fill("123x"[place % 4])
    page.locator("[data-keys]").nth(39).fill("8")
    page.get_by_role("button", name="Save and compare").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose one of the levels shown.")
    assert answers(rater) == "123x" * 9 + "123."
    page.get_by_role("link", name="Choose one of the levels shown.").click()
    page.locator("[data-keys]").nth(39).fill("x")
    page.get_by_role("button", name="Save and compare").click()
    expect(page.locator("h1")).to_have_text(f"Compare sheet {rater.code}")
    assert answers(rater) == "123x" * 10


def test_forty_items_are_four_pages_at_most(page: "Page", rater: Rater) -> None:
    """Chromium alone makes a PDF, and only where nobody looks on."""
    page.goto(keying(rater).split("keying/")[0] + "sheet/?rater=all")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 2 <= printed.count(b"/Type /Page\n") <= 4
