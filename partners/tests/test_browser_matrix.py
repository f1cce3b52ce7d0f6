"""The matrix in a real browser: tapped, typed and chosen letters are saved by themselves, and stay."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from partners.models import Partner, Responsibility
from partners.tests.role_cases import add_partner, cell, give
from programs.models import Program
from programs.tests.saving_cases import save
from scaleup.tests.browser.visitors import WIDE, Visitors, expect_saved

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def visitors(browser: "Browser", live_server: Any) -> Iterator[Visitors]:
    visitors = Visitors(browser, live_server.url)
    yield visitors
    visitors.close()
    assert visitors.complaints == []


@pytest.fixture
def partners(guide: object, program: Program) -> list[Partner]:
    return [add_partner(program, name) for name in ("Amani Trust", "Health office")]


def address(program: Program, page: str = "matrix_edit") -> str:
    return reverse(f"partners:{page}", args=[program.pk])


def edit(visitors: Visitors, lead: User, program: Program, query: str = "", **options: Any) -> "Page":
    page = visitors.open(lead, address(program) + query, **options)
    page.wait_for_selector("role-matrix:defined", state="attached")
    page.wait_for_selector("auto-save:defined", state="attached")
    return page


def choice(page: "Page", role: Responsibility) -> "Locator":
    return page.locator(f"#cell-{role.pk}")


def tap(page: "Page", role: Responsibility) -> None:
    page.locator("td", has=choice(page, role)).click(position={"x": 40, "y": 20})


def saved(*roles: Responsibility) -> list[str]:
    return [Responsibility.objects.get(pk=role.pk).letter for role in roles]


@pytest.mark.parametrize("size", [WIDE, PHONE])
def test_a_tap_sets_the_next_letter_and_it_stays(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner], size: dict[str, int]
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program, f"?partner={partners[0].pk}", viewport=size, has_touch=size is PHONE)
    for letter in ("R", "A", "C", "I", "", "R", "A"):
        tap(page, role)
        expect(choice(page, role)).to_have_value(letter)
        words = "A Accountable" if letter == "A" else letter or "(empty)"
        expect(page.locator("role-matrix > [role=status]")).to_contain_text(f"Training: Amani Trust: {words}")
    expect_saved(page)
    assert saved(role) == ["A"]
    page.reload()
    expect(choice(page, role)).to_have_value("A")


def test_by_keyboard_alone(visitors: Visitors, lead: User, program: Program, partners: list[Partner]) -> None:
    first, beside = cell(partners[0]), cell(partners[1])
    below, under_both = cell(partners[0], "supervision"), cell(partners[1], "supervision")
    page = edit(visitors, lead, program)
    choice(page, first).focus()
    for keys, role, letter in (
        (("ArrowUp", "ArrowLeft"), first, ""),  # at the edge nothing happens
        (("Space", "Enter"), first, "A"),
        (("ArrowRight", "r"), beside, "R"),
        (("ArrowDown", "C"), under_both, "C"),
        (("ArrowLeft", "i"), below, "I"),
        (("Delete",), below, ""),
        (("a", "Backspace", "a"), below, "A"),
        (("End", "Home", "PageUp", "PageDown"), below, "A"),  # the choice would take another letter
    ):
        for key in keys:
            page.keyboard.press(key)
        expect(choice(page, role)).to_be_focused()
        expect(choice(page, role)).to_have_value(letter)
    page.keyboard.press("Tab")
    expect(choice(page, below)).not_to_be_focused()
    expect_saved(page)
    assert saved(first, beside, below, under_both) == ["A", "R", "A", "C"]
    page.reload()
    assert [choice(page, role).input_value() for role in (first, beside, below, under_both)] == ["A", "R", "A", "C"]


def test_arrows_go_the_way_the_page_is_read(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    page = edit(visitors, lead, program)
    page.evaluate("document.documentElement.dir = 'rtl'")
    choice(page, cell(partners[0])).focus()
    page.keyboard.press("ArrowLeft")
    expect(choice(page, cell(partners[1]))).to_be_focused()


def test_the_other_way_of_tapping_leaves_it_to_the_menu(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program)
    page.get_by_label("opens the menu").check()
    tap(page, role)
    page.keyboard.press("Escape")
    expect(choice(page, role)).to_have_value("")
    choice(page, role).select_option("C")
    expect_saved(page)
    assert saved(role) == ["C"]
    page.reload()
    expect(page.get_by_label("sets the next letter")).to_be_checked()


def test_done_waits_for_the_last_letter(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program)
    tap(page, role)
    page.get_by_role("link", name="Done").last.click()
    page.wait_for_url(lambda url: url.endswith(address(program, "matrix")))
    expect(page.get_by_role("cell", name="Responsible: Training, Amani Trust")).to_be_visible()


def test_without_a_connection_done_waits_for_it(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program)
    page.context.set_offline(True)
    tap(page, role)
    expect(page.locator("save-status")).to_have_attribute("data-state", "unsaved")
    page.get_by_role("link", name="Done").last.click()
    expect(choice(page, role)).to_have_value("R")
    visitors.complaints.clear()  # the browser says that there is no connection
    page.context.set_offline(False)
    page.wait_for_url(lambda url: url.endswith(address(program, "matrix")))
    assert saved(role) == ["R"]


def test_done_does_not_leave_what_somebody_was_first_with(
    visitors: Visitors, lead: User, editor: User, program: Program, partners: list[Partner], client: "Client"
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program)
    client.force_login(editor)
    save(client, role, "letter", "I", kind="responsibility")
    page.context.set_offline(True)
    tap(page, role)
    expect(page.locator("save-status")).to_have_attribute("data-state", "unsaved")
    page.get_by_role("link", name="Done").last.click()
    visitors.complaints.clear()
    page.context.set_offline(False)
    page.locator(".conflict").get_by_role("button", name="Keep mine").click()
    page.wait_for_url(lambda url: url.endswith(address(program, "matrix")))
    assert saved(role) == ["R"]


def test_two_people_at_one_cell_see_both_versions(
    visitors: Visitors, lead: User, editor: User, program: Program, partners: list[Partner], client: "Client"
) -> None:
    role = cell(partners[0])
    page = edit(visitors, lead, program)
    client.force_login(editor)
    save(client, role, "letter", "I", kind="responsibility")
    tap(page, role)
    panel = page.locator(".conflict")
    expect(panel).to_contain_text("Informed: is told after")
    panel.get_by_role("button", name="Keep mine").click()
    expect_saved(page)
    assert saved(role) == ["R"]


def test_links_and_words_in_a_cell_are_no_taps(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    role = give(partners[0], "A")
    page = edit(visitors, lead, program)
    page.get_by_role("link", name=re.compile("^who, when.*Training, Amani Trust$")).click()
    page.wait_for_url(lambda url: url.endswith(f"/roles/{role.pk}/"))
    assert saved(role) == ["A"]


def test_without_scripts_one_button_saves_all(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    mine = [cell(partners[0]), cell(partners[1], "supply")]
    page = visitors.open(lead, address(program), java_script_enabled=False)
    expect(page.get_by_text("Tapping a cell")).to_be_hidden()
    for role, letter in zip(mine, "AC", strict=True):
        choice(page, role).select_option(letter)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert saved(*mine) == ["A", "C"]


def test_with_scripts_there_is_no_button_to_press(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    page = edit(visitors, lead, program)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    expect(page.get_by_text("Tapping a cell")).to_be_visible()


def test_a_small_screen_has_a_list_for_each_partner(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    give(partners[0], "A")
    page = visitors.open(lead, address(program, "matrix"), viewport=PHONE)
    expect(page.locator("table.matrix")).to_be_hidden()
    section = page.locator("section", has=page.get_by_role("heading", name="Amani Trust"))
    expect(section).to_contain_text("Training")
    expect(section).to_contain_text("Accountable")
    section.get_by_role("link", name=re.compile("^Edit.*Amani Trust$")).click()
    expect(page.locator("td select")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.set_viewport_size(WIDE)
    page.goto(address(program, "matrix"))
    expect(page.locator("table.matrix")).to_be_visible()
    expect(page.locator(".by-partner")).to_be_hidden()


def test_a_small_screen_shows_the_one_function_it_was_sent_to(
    visitors: Visitors, lead: User, program: Program, partners: list[Partner]
) -> None:
    supply = cell(partners[1], "supply")
    page = edit(visitors, lead, program, f"#function-{supply.function_id}", viewport=PHONE)
    expect(page.locator("td select:visible")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    tap(page, supply)
    expect_saved(page)
    assert saved(supply) == ["R"]


def test_heads_of_rows_and_columns_stay_in_sight(visitors: Visitors, lead: User, program: Program) -> None:
    for number in range(12):
        add_partner(program, f"Partner number {number}")
    page = edit(visitors, lead, program, viewport={"width": 1000, "height": 600})
    box, corner = page.locator(".matrix-box"), page.locator(".matrix thead th").first
    before = corner.bounding_box()
    box.evaluate("box => box.scrollTo(600, 300)")
    assert corner.bounding_box() == before
    page.locator("td select").last.focus()
    for number in range(10):  # back to the left: what has the focus is never under the head of its row
        page.keyboard.press("ArrowLeft")
        focused = page.locator("select:focus").bounding_box()
        head = page.locator("tr", has=page.locator("select:focus")).locator("th").bounding_box()
        assert focused, number
        assert head, number
        assert focused["x"] >= head["x"] + head["width"], number


@pytest.mark.parametrize("count", [3, 8])
def test_partners_that_fit_scroll_with_the_page(
    visitors: Visitors, lead: User, program: Program, guide: object, count: int
) -> None:
    for number in range(count):
        add_partner(program, f"District administration {number}")
    page = edit(visitors, lead, program)
    box = page.locator(".matrix-box")
    fits = "box => box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight"
    assert box.evaluate(fits)
    choice(page, cell(Partner.objects.latest("pk"))).focus()
    for _ in range(9):
        page.keyboard.press("ArrowDown")
    head = page.locator(".matrix thead th").first
    assert head.bounding_box()["y"] == 0
    for number in range(9):  # back up: what has the focus is never under the head of its column
        page.keyboard.press("ArrowUp")
        focused, top = page.locator("select:focus").bounding_box(), head.bounding_box()
        assert focused["y"] >= top["y"] + top["height"], number
    assert page.evaluate("document.documentElement.scrollWidth") == WIDE["width"]


def test_two_versions_of_a_cell_have_room(
    visitors: Visitors, lead: User, editor: User, program: Program, guide: object, client: "Client"
) -> None:
    """In the narrow columns of eight partners."""
    for number in range(8):
        add_partner(program, f"Partner {number}")
    role = cell(Partner.objects.latest("pk"))
    page = edit(visitors, lead, program)
    client.force_login(editor)
    save(client, role, "letter", "I", kind="responsibility")
    tap(page, role)
    keep = page.locator(".conflict").get_by_role("button", name="Keep mine")
    keep.click()
    expect_saved(page)
    assert saved(role) == ["R"]
    assert page.evaluate("document.documentElement.scrollWidth") == WIDE["width"]
