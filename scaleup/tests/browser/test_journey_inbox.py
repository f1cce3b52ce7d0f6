"""A reminder from its sweep to its end: told, opened, put away and taken back, put off with a reason, told again."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import Portfolio, User
from programs.models import ItemAnswer, Program
from reminders.domain import telling
from reminders.models import Snooze
from reminders.tests.due_cases import item_of, lives_in
from scaleup.tests.browser.test_journey_pages import faults
from scaleup.tests.browser.visitors import Visitors, item_address, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHOUT_SCRIPTS = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
WHY = "The ministry answers on Thursday."
DAY = timedelta(days=1)


def where_it_is_ten(now: datetime) -> str:
    """A time zone in which it is about ten in the morning."""
    ahead = 10 - now.hour if now.hour <= 22 else 11
    return f"Etc/GMT{-ahead:+d}"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def told(row: ItemAnswer, program: Program, editor: User, now: datetime) -> ItemAnswer:
    """It is due in a week, and its owner was told this morning."""
    owner = lives_in(editor, where_it_is_ten(now))
    today: date = now.astimezone(owner.zone).date()
    item = item_of(program, owner=owner, due_on=today + 7 * DAY)
    assert telling.tell_due(now) == 1
    return item


def number(page: "Page") -> "Locator":
    """What the header says is unread."""
    return page.locator(".masthead .count b")


def test_from_the_sweep_to_the_day_it_comes_back(
    visitors: Visitors, told: ItemAnswer, editor: User, facilitator: User, portfolio: Portfolio, now: datetime
) -> None:
    page = visitors.open(editor, "/home/", **WITHOUT_SCRIPTS)
    expect(number(page)).to_have_text("1")
    page.get_by_role("link", name="Inbox").click()
    expect(page.get_by_text("told 7 days before it is due")).to_be_visible()
    page.locator("li button", has_text=told.item.text).first.click()
    assert page.url.endswith(item_address(told))
    expect(number(page)).to_have_text("0")

    page.get_by_role("link", name="Inbox").click()
    page.get_by_role("button", name="Put away").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Later").click()
    page.get_by_role("radio", name="Tomorrow").check()
    page.get_by_role("button", name="Put it off").click()
    expect(page.get_by_text("Say in a few words why it waits.").first).to_be_visible()
    page.get_by_label("Why does it wait?").fill(WHY)
    page.get_by_role("button", name="Put it off").click()
    expect(page.get_by_text("Your inbox is empty")).to_be_visible()

    reader = visitors.open(facilitator, f"/portfolios/{portfolio.pk}/reminders/")
    expect(reader.get_by_text(WHY)).to_be_visible()
    assert list(faults(reader)) == []

    assert [telling.tell_due(now + step) for step in (DAY / 24, DAY, DAY)] == [0, 1, 0]
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.get_by_text("you put it off until this day")).to_be_visible()
    expect(number(page)).to_have_text("1")


def test_by_the_keyboard_and_in_every_look(visitors: Visitors, told: ItemAnswer, editor: User) -> None:
    page = visitors.open(editor, "/inbox/")
    assert list(faults(page)) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    tab_to(page, page.get_by_role("link", name="Later"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="Tomorrow"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_label("Why does it wait?"))
    page.keyboard.type(WHY)
    assert list(faults(page)) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/")
    assert Snooze.objects.get().reason == WHY
    page.goto("/inbox/?show=later")
    assert list(faults(page)) == []
    page.get_by_role("button", name="Remind me now").click()
    expect(page.get_by_text("You are reminded of it again.")).to_be_visible()


def test_the_pages_of_a_program_in_every_look(
    visitors: Visitors, told: ItemAnswer, program: Program, lead: User, now: datetime
) -> None:
    page = visitors.open(lead, f"/programs/{program.pk}/reminders/")
    assert list(faults(page)) == []
