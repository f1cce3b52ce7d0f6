"""Journeys of raters: by a link on a phone, without scripts or connection, at the reveal; all pages read by axe."""

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from assessments.domain import raters, rounds
from assessments.models import Assessment, Instrument, Rater
from assessments.tests.round_cases import add_rater, give_link, make_round, rate, rating, small_instrument
from programs.models import Guide, Program
from scaleup.tests.browser.test_journey_pages import faults
from scaleup.tests.browser.visitors import Visitors, expect_saved

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def asked(guide: Guide, instrument: Instrument, program: Program, facilitator: User) -> Assessment:
    return make_round(program, by=facilitator, raters=[("Ana Sok", "team"), ("Ly Chan", "ministry")])


@pytest.fixture
def ana(asked: Assessment) -> Rater:
    return asked.raters.get(name="Ana Sok")


def link_of(rater: Rater) -> str:
    return reverse("assessments:rater_link", args=[give_link(rater)])


def dimension_of(rater: Rater, key: str = "leading") -> str:
    return reverse("assessments:rating_dimension", args=[rater.pk, key])


def start(visitors: Visitors, rater: Rater, **options: object) -> "Page":
    """A phone on which the link was opened, at the first dimension."""
    page = visitors.open(None, link_of(rater), viewport=PHONE, **options)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("main").get_by_role("link", name="1 Leading").click()
    return page


def question(page: "Page", key: str) -> "Locator":
    return page.locator(f"article#item__{key}")


def test_a_rater_by_link_on_a_phone(visitors: Visitors, asked: Assessment, ana: Rater) -> None:
    page = start(visitors, ana)
    expect(question(page, "vision").get_by_label("Why?")).to_be_hidden()
    question(page, "vision").get_by_role("radio", name="Not able to answer").check()
    question(page, "vision").get_by_label("Why?").fill("I was not there.")
    question(page, "plan").get_by_text("A plan with dates").click()
    question(page, "plan").get_by_text("Comment or evidence").click()
    question(page, "plan").get_by_label("Comment").fill("It hangs on the wall.")
    page.get_by_role("heading", level=1).click()
    expect_saved(page)
    expect(page.locator("live-part.progress-here")).to_contain_text("2 of 2 rated here, 2 of 4 in all")
    vision, plan = rating(ana, "vision"), rating(ana, "plan")
    assert (vision.is_unable, vision.reason, plan.value, plan.comment) == (
        True,
        "I was not there.",
        3,
        "It hangs on the wall.",
    )

    page.reload()
    expect(question(page, "vision").get_by_label("Why?")).to_have_value("I was not there.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 Doing")
    page.get_by_role("link", name="Check your ratings").click()
    expect(page.get_by_text("not rated", exact=True)).to_have_count(2)
    page.get_by_text("2 Doing").click()
    page.get_by_role("link", name="There is a budget").click()
    expect(question(page, "budget")).to_be_in_viewport()
    page.get_by_role("link", name="Check your ratings").click()
    page.get_by_role("button", name="I am finished").click()
    expect(page.get_by_text("You said that you are finished.")).to_be_visible()
    ana.refresh_from_db()
    assert ana.finished_at is not None


def test_a_rater_without_scripts(visitors: Visitors, ana: Rater) -> None:
    page = start(visitors, ana, java_script_enabled=False)
    question(page, "vision").get_by_role("radio", name="2 Mostly").check()
    question(page, "plan").get_by_role("radio", name="1 Begun").check()
    question(page, "plan").get_by_text("Comment or evidence").click()
    question(page, "plan").get_by_label("Comment").fill("Half of it is written.")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 Doing")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_text("0 of 2 rated here, 2 of 4 in all")).to_be_visible()
    assert (rating(ana, "vision").value, rating(ana, "plan").comment) == (2, "Half of it is written.")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_enter_in_a_line_saves_and_stays(visitors: Visitors, ana: Rater, has_scripts: bool) -> None:
    page = start(visitors, ana, java_script_enabled=has_scripts)
    question(page, "plan").get_by_text("Comment or evidence").click()
    line = question(page, "plan").get_by_label("What could be shown for it")
    line.fill("On the wall")
    line.press("Enter")
    if has_scripts:
        expect_saved(page)
    else:
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 Leading")
    assert rating(ana, "plan").evidence == "On the wall"


def test_a_minute_without_a_connection(visitors: Visitors, ana: Rater) -> None:
    page = start(visitors, ana)
    page.wait_for_selector("auto-save:defined")
    page.context.set_offline(True)
    question(page, "vision").get_by_role("radio", name="1 Begun").check()
    question(page, "plan").get_by_role("radio", name="2 Mostly").check()
    status = page.locator("save-status")
    expect(status).to_contain_text("Not saved: there is no connection to ScaleUp.")
    expect(status).to_contain_text("What you typed is kept on this device.")
    assert rating(ana, "vision").value is None
    page.context.set_offline(False)
    expect_saved(page)
    assert [rating(ana, key).value for key in ("vision", "plan")] == [1, 2]
    visitors.complaints.clear()  # of a browser without a connection


def test_what_comes_after_the_reveal_is_refused_and_stays_typed(
    visitors: Visitors, asked: Assessment, ana: Rater
) -> None:
    rate(ana, "plan", 1)
    page = start(visitors, ana)
    page.wait_for_selector("auto-save:defined")
    rounds.reveal(asked, by=asked.facilitator)
    question(page, "vision").get_by_role("radio", name="3 Fully").check()
    words = "The ratings were revealed meanwhile and stay as they are."
    expect(question(page, "vision").locator(".field-error")).to_contain_text(words)
    expect(page.locator("save-status")).to_have_attribute("data-state", "unsaved")
    expect(question(page, "vision").get_by_role("radio", name="3 Fully")).to_be_checked()
    assert rating(ana, "vision").value is None


def test_the_last_value_comes_after_the_answer_and_asks_why(
    visitors: Visitors, guide: Guide, instrument: Instrument, program: Program, facilitator: User, editor: User
) -> None:
    small = small_instrument()
    values = [{"vision": 3, "plan": 1}]
    before = make_round(program, by=facilitator, instrument=small, state="closed", raters=[editor], values=values)
    mine = make_round(program, by=facilitator, instrument=small, raters=[editor], previous=before).raters.get()
    page = visitors.open(editor, dimension_of(mine))
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.url) if "/before/" in request.url else None)
    expect(page.get_by_text("Last time you said")).to_have_count(0)
    assert "Last time" not in page.content()
    question(page, "vision").get_by_role("radio", name="1 Begun").check()
    told = question(page, "vision").locator("live-part")
    expect(told).to_contain_text("Last time you said: 3 Fully")
    expect(told).to_contain_text("Please say below in a few words why")
    expect(question(page, "plan").locator("live-part")).to_be_hidden()
    question(page, "vision").get_by_label("Why?").fill("The page was lost.")
    page.get_by_role("heading", level=1).click()
    expect(told).not_to_contain_text("Please say below")
    expect(question(page, "vision").get_by_label("Why?")).to_be_visible()
    question(page, "plan").get_by_role("radio", name="2 Mostly").check()
    expect(question(page, "plan").locator("live-part")).to_contain_text("Last time you said: 1 Begun")
    expect(question(page, "plan").get_by_label("Why?")).to_be_hidden()
    # Each save asks for its own item alone: on a poor link every request counts.
    assert [look.rstrip("/").rpartition("/")[2] for look in looks] == ["vision", "vision", "plan"]


def test_two_devices_of_somebody_who_signs_in(visitors: Visitors, asked: Assessment, editor: User) -> None:
    ana = add_rater(asked, editor)
    pages = [visitors.open(editor, dimension_of(ana), viewport=PHONE) for _ in range(2)]
    for page in pages:
        page.wait_for_selector("auto-save:defined")
    question(pages[0], "vision").get_by_role("radio", name="1 Begun").check()
    expect_saved(pages[0])
    question(pages[1], "vision").get_by_role("radio", name="3 Fully").check()
    conflict = question(pages[1], "vision").locator(".conflict")
    expect(conflict).to_contain_text("You (on another device)")
    conflict.get_by_role("button", name="Keep mine").click()
    expect_saved(pages[1])
    assert rating(ana, "vision").value == 3


def test_a_copy_of_a_link_is_told_nothing(visitors: Visitors, ana: Rater) -> None:
    address = link_of(ana)
    pages = [visitors.open(None, address, viewport=PHONE) for _ in range(2)]
    for page in pages:
        page.get_by_role("button", name="Start").click()
        page.goto(dimension_of(ana))
        page.wait_for_selector("auto-save:defined")
    question(pages[0], "vision").get_by_role("radio", name="1 Begun").check()
    expect_saved(pages[0])
    pages[1].reload()
    copied = question(pages[1], "vision")
    expect(copied).to_contain_text("You rated this in another browser.")
    expect(copied.get_by_role("radio", checked=True)).to_have_count(0)
    copied.get_by_role("radio", name="3 Fully").check()
    expect_saved(pages[1])
    expect(copied.locator(".conflict")).to_have_count(0)
    assert rating(ana, "vision").value == 3


def test_a_link_that_was_taken_back_says_so_and_keeps_what_was_typed(
    visitors: Visitors, asked: Assessment, ana: Rater
) -> None:
    page = start(visitors, ana)
    page.wait_for_selector("auto-save:defined")
    raters.revoke_link(ana, by=asked.facilitator)
    question(page, "vision").get_by_role("radio", name="1 Begun").check()
    expect(page.locator("save-status")).to_contain_text("Not saved: This is no longer here, or not for you.")
    expect(question(page, "vision").get_by_role("radio", name="1 Begun")).to_be_checked()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open your personal link again")
    visitors.complaints.clear()  # of the answer "not found"


def test_every_page_of_a_rater_in_every_look(visitors: Visitors, asked: Assessment, ana: Rater) -> None:
    rate(ana, "plan", "2", comment="On the wall.")
    page, found = visitors.open(None, link_of(ana)), []
    found += [f"link: {fault}" for fault in faults(page)]
    page.get_by_role("button", name="Start").click()
    addresses = [reverse(f"assessments:{name}", args=[ana.pk]) for name in ("rating", "rating_check")]
    for address in (*addresses, dimension_of(ana), dimension_of(ana, "doing")):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in faults(page)]
    stranger = visitors.open(None, addresses[0])
    found += [f"unknown: {fault}" for fault in faults(stranger)]
    assert found == []
