"""Journeys of a team: a step from its first answer to the gate, with and without scripts, by keyboard alone."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from accounts.models import User
from programs.models import Evidence, GateReview, ItemAnswer, StepState
from scaleup.tests.browser.visitors import NARROW, Visitors, expect_saved, item_address, step_address, tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW_WITHOUT_SCRIPTS = {"viewport": NARROW, "java_script_enabled": False}
FILE = {"name": "visits.csv", "mimeType": "text/csv", "buffer": b"village,visits\nA,3\n"}


def submitted_to(row: ItemAnswer) -> tuple[str, str]:
    """The state of the item's step, and who is to decide."""
    review = GateReview.objects.select_related("plan", "reviewer").get(plan=row.plan_id)
    return review.plan.state, review.reviewer.name


def test_from_the_first_answer_to_the_gate(visitors: Visitors, row: ItemAnswer, lead: User, facilitator: User) -> None:
    page = visitors.open(lead, "/home/")
    page.get_by_role("link", name="Go on with this step").click()
    item = page.locator(f"#{row.item.key}")
    item.get_by_label("Done").check()
    expect_saved(page)

    item.get_by_role("link", name="No evidence yet").click()
    page.get_by_role("link", name="Add evidence").click()
    page.get_by_label("File", exact=True).last.set_input_files(files=[FILE])
    page.get_by_label("Title").fill("Visits of March")
    page.get_by_label("Date of the evidence").fill("2026-03-31")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Visits of March").first).to_be_visible()

    page.goto(step_address(row))
    expect(item.get_by_label("Done")).to_be_checked()
    page.get_by_role("link", name="Check the answers").click()
    page.get_by_label("Message to the reviewer").fill("Look at the visits first.")
    page.get_by_role("button", name="Submit this step").click()
    expect(page.get_by_text("The answers are frozen until the decision.")).to_be_visible()

    page.goto(step_address(row))
    expect(item.get_by_label("Done")).to_be_disabled()
    assert submitted_to(row) == (StepState.SUBMITTED, facilitator.name)
    assert Evidence.objects.values_list("answer", "title").get() == (row.pk, "Visits of March")


def test_the_same_without_scripts(visitors: Visitors, row: ItemAnswer, lead: User, facilitator: User) -> None:
    page = visitors.open(lead, item_address(row), **NARROW_WITHOUT_SCRIPTS)
    page.get_by_label("Done").check()
    page.get_by_label("Note").fill("Signed by all.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("Signed by all.")

    page.get_by_role("link", name="Add evidence").click()
    page.get_by_role("radio", name="note").check()
    page.get_by_label("Note", exact=True).last.fill("Seen at the meeting in Aru.")
    page.get_by_label("Date of the evidence").fill("2026-03-31")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Seen at the meeting in Aru.").first).to_be_visible()

    page.goto(f"{step_address(row)}check/")
    page.get_by_role("button", name="Submit this step").click()
    expect(page.get_by_text("The answers are frozen until the decision.")).to_be_visible()
    row.refresh_from_db()
    assert (row.answer, row.note) == ("done", "Signed by all.")
    assert submitted_to(row) == (StepState.SUBMITTED, facilitator.name)


def test_a_whole_step_by_keyboard_alone(visitors: Visitors, row: ItemAnswer, lead: User, facilitator: User) -> None:
    page = visitors.open(lead, step_address(row), viewport=NARROW)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the content
    page.wait_for_url("**/#main")
    for key in row.plan.answers.order_by("item__position").values_list("item__key", flat=True):
        answer_by_keys(page, page.locator(f"#{key}"), "done")
    expect_saved(page)

    tab_to(page, page.get_by_role("link", name="Check the answers"))
    page.keyboard.press("Enter")
    submit = page.get_by_role("button", name="Submit this step")
    submit.wait_for()
    tab_to(page, submit)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The answers are frozen until the decision.")).to_be_visible()
    assert set(row.plan.answers.values_list("answer", flat=True)) == {"done"}
    assert submitted_to(row) == (StepState.SUBMITTED, facilitator.name)


def answer_by_keys(page: "Page", item: "Locator", value: str) -> None:
    """Into the group of radios with Tab, along it with the arrow."""
    tab_to(page, item.locator("[type=radio]:checked"))
    wanted = item.locator(f"[value={value}]")
    for _ in range(item.locator("[type=radio]").count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow did not lead to {value}")
