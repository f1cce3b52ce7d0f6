"""People at their browsers: a window of their own each, the keyboard alone, a session that ends."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from conftest import PASSWORD
from programs.models import ItemAnswer
from scaleup.tests.browser.script_page import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
MOST_TABS = 120
HAS_FOCUS = "element => element === document.activeElement"
# The middle of what has the focus can be seen: it is in the window, and nothing lies on it.
SHOWS_FOCUS = """element => {
    const shown = element.labels?.[0] ?? element;
    const { left, top, width, height } = shown.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    return Boolean(above) && (shown.contains(above) || element.contains(above) || above.contains(shown));
}"""


@dataclass
class Visitors:
    """Opens browsers at one server and hears what they complain about."""

    browser: "Browser"
    server: str
    contexts: list["BrowserContext"] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, user: User | None, path: str, **options: Any) -> "Page":
        """A window of somebody's own at an address; None is somebody who is not signed in."""
        options = {"viewport": WIDE, "reduced_motion": "reduce"} | options
        context = self.browser.new_context(base_url=self.server, **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("request", self._see)
        self.contexts.append(context)
        if user is not None:
            start_session(context, user, url=self.server)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _hear(self, message: "ConsoleMessage") -> None:
        """Refusals are answers, and part of some journeys."""
        if message.type == "error" and not re.search(r"status of (401|403|409|422)", message.text):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _see(self, request: "Request") -> None:
        if urlsplit(request.url).netloc != urlsplit(self.server).netloc and not request.url.startswith("data:"):
            self.complaints.append(f"asks somebody else: {request.url}")


def start_session(context: "BrowserContext", user: User, *, url: str) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def end_session(context: "BrowserContext") -> None:
    """What two weeks do to a session, at once; the browser still has its cookie."""
    key = next(one["value"] for one in context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    Session.objects.filter(pk=key).delete()
    caches[settings.SESSION_CACHE_ALIAS].clear()


def sign_in_by_form(page: "Page", user: User) -> None:
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def step_address(row: ItemAnswer) -> str:
    return f"/programs/{row.plan.program_id}/steps/{row.plan.step.number}/"


def item_address(row: ItemAnswer) -> str:
    return f"{step_address(row)}items/{row.item.key}/"


def expect_saved(page: "Page") -> None:
    expect(page.locator("save-status")).to_have_attribute("data-state", "saved")
    expect(page.locator("save-status > span").first).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"))


def tab_to(page: "Page", target: "Locator") -> None:
    """Presses Tab until the focus is there, and sees to it that it can be seen there."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate(HAS_FOCUS):
            assert target.evaluate(SHOWS_FOCUS), f"the focus is hidden at {target}"
            return
    raise AssertionError(f"{MOST_TABS} tabs did not lead to {target}")
