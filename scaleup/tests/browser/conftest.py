"""The stand-in for the product with a browser page on it; for journeys the product itself and its visitors."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.template.loader import render_to_string

from programs.models import Guide, ItemAnswer, Program
from scaleup.tests.browser.save_server import OURS, Reply, SaveServer
from scaleup.tests.browser.script_page import FORM, PAGE, PATIENCE
from scaleup.tests.browser.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def product() -> Iterator[SaveServer]:
    with SaveServer() as server:
        yield server


@pytest.fixture
def serve(product: SaveServer) -> Callable[..., str]:
    """Puts a page with some elements on the stand-in and gives its address."""

    def put(path: str, body: str, *elements: str, title: str = "Step 4") -> str:
        scripts = "".join(f'<script type="module" src="/js/{element}.js"></script>' for element in elements)
        html = PAGE.format(title=title, body=body, words=render_to_string("ui/words.html"), scripts=scripts)
        product.pages[path] = Reply(200, html, "text/html", OURS | {"Cache-Control": "private, no-store"})
        return product.url + path

    return put


@pytest.fixture
def form(product: SaveServer, serve: Callable[..., str]) -> Callable[..., str]:
    """Puts the page with the form on the stand-in, as it is now: for who is signed in, with what is saved."""

    def put(path: str = "/step/", **changes: object) -> str:
        note = product.fields.get("note")
        values = {"user": product.user, "token": product.token}
        values |= {"note": note.value if note else "", "version": note.version if note else 0}
        body = "<save-status></save-status>" + FORM.format(**values | changes)
        return serve(path, body, "auto-save", "save-status")

    return put


@pytest.fixture
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: "BrowserContext", form: Callable[..., str]) -> "Page":
    """The page with the form, open. Its time can be moved: `page.clock.run_for(800)`."""
    page = context.new_page()
    page.clock.install()
    page.goto(form())
    page.wait_for_selector("save-status [role=status]", state="attached")
    return page


@pytest.fixture
def visitors(browser: "Browser", live_server: Any) -> Iterator[Visitors]:
    """People at their browsers, on the product itself; whatever a browser complains about fails the test."""
    visitors = Visitors(browser, live_server.url)
    yield visitors
    visitors.close()
    assert visitors.complaints == []


@pytest.fixture
def row(guide: Guide, program: Program) -> ItemAnswer:
    """The first item of the first step."""
    rows = ItemAnswer.objects.select_related("item", "plan__step").filter(plan__program=program)
    return rows.get(plan__step__number=1, item__number="1.1")
