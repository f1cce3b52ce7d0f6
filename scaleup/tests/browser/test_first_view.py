"""The first seconds on a poor link: nothing moves when the scripts come, and nothing is missing if they do not."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import User
from assessments.domain import summaries
from programs.models import ItemAnswer, Program
from scaleup.tests.browser.visitors import Visitors, expect_saved, item_address, step_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    Address = Callable[[ItemAnswer], str]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG_PHONE = {"width": 390, "height": 4_000}  # nothing is out of sight
PAINTED = """() => new Promise((tell) => new PerformanceObserver(tell).observe({ type: "paint", buffered: true }))
    .then(() => true)"""
MOVED = """() => new Promise((tell) => {
    const told = [];
    const unasked = (list) => list.getEntries().filter((shift) => !shift.hadRecentInput);
    new PerformanceObserver((list) => told.push(...unasked(list).flatMap(({ sources }) => sources)))
        .observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(told.map(
        ({ node }) => `${node?.nodeName} ${node?.id || node?.className}`)))));
})"""


class SlowScripts:
    """Scripts that are on their way until they are told to come."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.waiting: list[Route] | None = []
        page.route("**/js/*.js", self._hold)

    def _hold(self, route: "Route") -> None:
        if self.waiting is None:
            route.continue_()
        else:
            self.waiting.append(route)

    def come(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        for route in waiting:
            route.continue_()
        expect(self.page.locator("save-status [role=status]")).to_be_attached()
        expect(self.page.locator("auto-save:not(:defined)")).to_have_count(0)


@pytest.fixture
def page(visitors: Visitors, lead: User) -> "Page":
    return visitors.open(lead, "about:blank", viewport=LONG_PHONE)


def open_without_scripts(page: "Page", address: str) -> SlowScripts:
    scripts = SlowScripts(page)
    page.goto(address, wait_until="commit")
    page.evaluate(PAINTED)
    page.wait_for_selector(".footer")
    return scripts


@pytest.mark.parametrize("address", [step_address, item_address])
def test_nothing_moves_when_the_scripts_come(page: "Page", row: ItemAnswer, address: "Address") -> None:
    scripts = open_without_scripts(page, address(row))
    scripts.come()
    assert page.evaluate(MOVED) == []


@pytest.mark.parametrize("address", [step_address, item_address])
def test_if_the_scripts_come_late_the_buttons_are_there(page: "Page", row: ItemAnswer, address: "Address") -> None:
    scripts = open_without_scripts(page, address(row))
    save = page.locator(".item-form").first.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_hidden()
    page.evaluate("document.getAnimations().forEach((animation) => animation.finish())")
    expect(save).to_be_visible()

    scripts.come()
    expect(save).to_be_hidden()
    assert page.evaluate(MOVED) != []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_moves_when_an_answer_is_saved(page: "Page", program: Program, row: ItemAnswer, width: int) -> None:
    summaries.refresh([program.pk])
    page.set_viewport_size({"width": width, "height": 4_000})
    page.goto(step_address(row))
    page.wait_for_selector("auto-save:defined")
    page.locator(f"#{row.item.key}").get_by_label("Done").check()
    expect_saved(page)
    expect(page.locator("live-part")).to_contain_text("Readiness is being computed …")
    assert page.evaluate(MOVED) == []
