"""The gallery of the ui kit: everything in it is looked at by axe and held to what axe cannot see."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The edges of what is wider than the window, outside regions that scroll by themselves.
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && !e.closest(".scroll, svg") && getComputedStyle(e).clipPath === "none")
    .filter((e) => { const box = e.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
    .map((e) => `${e.tagName}.${e.className}`)"""
SMALL_TARGETS = """(least) => [...document.querySelectorAll("main button, main .button, summary, .level label, nav a")]
    .filter((e) => e.checkVisibility())
    .map((e) => [e.textContent.trim(), Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)])
    .filter(([, size]) => size < least)"""
FAINT_FOCUS = """() => [...document.querySelectorAll("a, button, summary, input, select, textarea")]
    .filter((e) => e.checkVisibility() && !e.disabled)
    .map((e) => {
        e.focus({ focusVisible: true });
        const shown = e.matches(".level input") ? e.nextElementSibling : e;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        return [e.outerHTML.slice(0, 80), outlineStyle === "none" ? 0 : parseFloat(outlineWidth)];
    })
    .filter(([, width]) => width < 2)"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_gallery_shows_without_a_fault(client: Client, db: None, direction: str) -> None:
    response = client.get("/ui/", {"dir": direction})
    assert response.status_code == 200
    assert f'dir="{direction}"' in response.content.decode()


@pytest.fixture
def open_gallery(browser: "Browser", live_server: "LiveServer") -> Iterator[Any]:
    """Opens the gallery in a window of its own; anything the browser complains about fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def show(*, width: int = 1280, direction: str = "ltr", **media: str) -> "Page":
        page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", **media)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{live_server.url}/ui/?dir={direction}")
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.close()
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "direction"), [(1280, "ltr"), (320, "ltr"), (320, "rtl")])
def test_axe_finds_nothing_in_light_and_dark(open_gallery: Any, width: int, direction: str) -> None:
    page = open_gallery(width=width, direction=direction)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    page.evaluate(AXE)
    found = []
    for media in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        page.emulate_media(**media)
        # With forced colours the contrast is the reader's own choice.
        off = {"color-contrast": {"enabled": "forced_colors" not in media}}
        run = "([runOnly, rules]) => axe.run(document, { runOnly, rules, preload: false })"
        report = page.evaluate(run, [RULES, off])
        found += [(media, each["id"], node["html"]) for each in report["violations"] for node in each["nodes"]]
    assert found == []


@pytest.mark.browser
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_sticks_out_sideways(open_gallery: Any, direction: str) -> None:
    page = open_gallery(direction=direction)
    for width in (320, 360, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate(STICKING_OUT) == [], width


@pytest.mark.browser
def test_twice_the_text_still_fits_a_narrow_window(open_gallery: Any) -> None:
    page = open_gallery(width=640)
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('html { font-size: 200% }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )
    assert page.evaluate(STICKING_OUT) == []


@pytest.mark.browser
def test_what_is_pressed_is_large_enough(open_gallery: Any) -> None:
    page = open_gallery(width=360)
    assert page.evaluate(SMALL_TARGETS, 24) == []
    ratings = page.evaluate("[...document.querySelectorAll('.level label')].map((e) => e.offsetHeight)")
    assert min(ratings) >= 44


@pytest.mark.browser
def test_focus_is_always_seen(open_gallery: Any) -> None:
    assert open_gallery().evaluate(FAINT_FOCUS) == []


@pytest.mark.browser
def test_paper_has_no_navigation_and_keeps_the_path(open_gallery: Any) -> None:
    page = open_gallery()
    page.emulate_media(media="print", color_scheme="dark")
    hidden = page.evaluate("[...document.querySelectorAll('nav, .menu, main .button')].filter((e) => e.offsetParent)")
    assert hidden == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in {
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    }
    assert page.locator(".path").first.is_visible()
