"""Journeys with a mishap: two people at one answer, a sign-out or a session that ends in mid-answer."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import User
from journal.models import Change, Mutation
from programs.models import ItemAnswer
from scaleup.tests.browser.visitors import (
    Visitors,
    end_session,
    expect_saved,
    item_address,
    sign_in_by_form,
    step_address,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "Three visits,\nand a report that took all week"


def history(row: ItemAnswer) -> list[tuple[str, str, int]]:
    """Field, value and person of each change to the item, the oldest first."""
    changes = Change.objects.filter(kind="answer", object_id=row.pk).order_by("pk")
    return list(changes.values_list("field", "new", "actor"))


def sign_in_beside(page: "Page", user: User, *, link: str) -> "Page":
    """Signs in in the second tab that the link opens."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=link).click()
    sign_in_by_form(opened.value, user)
    return opened.value


def test_two_people_at_one_answer(visitors: Visitors, row: ItemAnswer, lead: User, editor: User) -> None:
    first, second = (visitors.open(person, step_address(row)) for person in (lead, editor))
    first.locator(f"#{row.item.key}").get_by_label("Done").check()
    expect_saved(first)
    item = second.locator(f"#{row.item.key}")
    item.get_by_label("Under way").check()

    panel = item.locator(".conflict")
    expect(panel).to_contain_text(f"{lead.name} changed this first. Both versions are kept: choose one.")
    assert panel.locator("dd").all_text_contents() == ["Under way", "Done"]
    panel.get_by_role("button", name="Take theirs").click()
    expect_saved(second)
    expect(item.get_by_label("Done")).to_be_checked()
    assert history(row) == [("answer", "done", lead.pk)]


def test_nobody_signs_out_unaware_of_what_is_not_saved(
    visitors: Visitors, row: ItemAnswer, lead: User, editor: User
) -> None:
    first, second = (visitors.open(person, item_address(row)) for person in (lead, editor))
    for page, words in ((first, "Two visits"), (second, WORDS)):
        page.get_by_label("Note").fill(words)
        page.get_by_label("Note").blur()
        expect(page.locator("save-status")).to_have_attribute("data-state", "saved" if page is first else "unsaved")
    for page in (first, second):
        page.locator(".menu > summary").click()
        page.get_by_role("link", name="Sign out").click()
        page.wait_for_selector("sign-out:defined")
    expect(first.locator(".notice:visible")).to_have_count(0)
    expect(second.locator("sign-out blockquote")).to_have_text(WORDS)

    second.get_by_role("button", name="Sign out").click()
    second.wait_for_url(lambda url: "/sign-out/" not in url)
    second.goto(item_address(row))
    sign_in_by_form(second, editor)
    expect(second.get_by_label("Note")).to_have_value(WORDS)
    expect(second.locator(".conflict")).to_contain_text("Both versions are kept")


def test_a_session_that_ends_in_mid_answer(visitors: Visitors, row: ItemAnswer, lead: User) -> None:
    page = visitors.open(lead, item_address(row))
    note = page.get_by_label("Note")
    note.focus()
    end_session(page.context)
    note.fill(WORDS)
    note.blur()
    expect(page.locator("save-status > span").first).to_contain_text("Not saved: you are signed out.")
    assert Mutation.objects.count() == 0

    sign_in_beside(page, lead, link="Sign in (opens a new tab)").close()
    page.bring_to_front()
    expect(note).to_have_value(WORDS)
    expect_saved(page)
    page.reload()
    expect(note).to_have_value(WORDS)
    assert Mutation.objects.count() == 1
    assert history(row) == [("note", WORDS, lead.pk)]


def test_a_session_that_ends_in_mid_answer_without_scripts(visitors: Visitors, row: ItemAnswer, lead: User) -> None:
    page = visitors.open(lead, item_address(row), java_script_enabled=False)
    page.get_by_label("Note").fill(WORDS)
    end_session(page.context)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    sign_in_beside(page, lead, link="Sign in again (opens in a new tab)").close()
    send = page.get_by_role("button", name="Send it now")
    send.click()
    expect(page.get_by_role("heading", name="Please send it once more")).to_be_visible()
    send.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value(WORDS)
    assert history(row) == [("note", WORDS, lead.pk)]
