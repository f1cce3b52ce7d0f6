"""The consensus room: a laptop, a projector and phones that follow each other live; and all of it without scripts."""

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from assessments.domain import consensus, rounds
from assessments.domain.consensus import Said
from assessments.models import Assessment, Consensus, Rater, Statement
from assessments.tests.round_cases import ITEMS, add_rater, give_link, make_round, rate_all
from journal.saving import LINK
from programs.models import Program
from scaleup.tests.browser.test_journey_pages import faults
from scaleup.tests.browser.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
SAID = [
    {"vision": 2, "plan": 1, "budget": 0, "delay": 1},
    {"vision": 2, "plan": 2, "budget": 3, "delay": 1},
    {"vision": 2, "plan": 2, "budget": 1, "delay": "unable"},
]


@pytest.fixture
def rated(program: Program, editor: User) -> Assessment:
    """Two people by link and one signed in have rated; nothing is revealed."""
    found = make_round(program, raters=[("Ana Sok", "ministry"), ("Ly Chan", "partner"), editor])
    for rater, said in zip(found.raters.order_by("pk"), SAID, strict=True):
        rate_all(rater, said)
    return found


@pytest.fixture
def discussed(rated: Assessment, lead: User) -> Assessment:
    rounds.reveal(rated, by=lead)
    return Assessment.objects.get(pk=rated.pk)


def at(name: str, found: Assessment, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[found.program_id, found.pk, *more])


def own(rater: Rater) -> str:
    return reverse("assessments:rater_room", args=[rater.pk])


def row(found: Assessment, key: str) -> Consensus:
    return Consensus.objects.select_related("item", "assessment").get(assessment=found, item__key=key)


def open_phone(visitors: Visitors, rater: Rater, **options: object) -> "Page":
    """A phone in which the rater’s personal link was opened."""
    give_link(rater)
    session = Client().session
    session[LINK] = rater.link_number
    session.save()
    page = visitors.open(None, "/", viewport=PHONE, **options)
    page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": visitors.server}])
    page.goto(own(rater))
    return page


def say_and_find(phone: "Page", laptop: "Page", found: Assessment) -> None:
    """A dissent from the phone stays beside the value."""
    phone.get_by_label("I disagree").check()
    phone.get_by_label("Which level do you see now?").select_option(label="0 Not yet")
    phone.get_by_role("button", name="Say it to the room").click()
    expect(phone.get_by_text("Kept. Everybody in the room reads it now.")).to_be_visible()
    laptop.goto(at("room_item", found, "budget"))
    agreed = laptop.locator(".notice--success", has_text="Agreed: 1 Begun")
    expect(agreed).to_contain_text(re.compile(r"The law is not out\s+disagrees\s+Ana Sok\s+sees 0 Not yet"))


def test_a_room_with_a_projector_and_a_phone(visitors: Visitors, rated: Assessment, lead: User) -> None:
    laptop = visitors.open(lead, at("round_reveal", rated))
    laptop.get_by_role("button", name="Reveal all ratings").click()
    expect(laptop.get_by_role("heading", name="Talk about what you see differently")).to_be_visible()
    first = laptop.locator(".turn").first
    expect(first).to_contain_text("There is a budget")
    expect(first).to_contain_text("split")

    ana = rated.raters.get(name="Ana Sok")
    wall, phone = visitors.open(lead, at("projector", rated)), open_phone(visitors, ana)
    expect(wall.get_by_role("heading")).to_have_text("2.1 There is a budget")
    expect(phone.get_by_text("You said: 0 Not yet")).to_be_visible()

    # What is typed on a phone stays while the room goes on.
    phone.get_by_label("What is there to say?").fill("The law is not out")
    laptop.get_by_role("link", name="2.1 There is a budget").click()
    laptop.get_by_label("1 Begun").check()
    laptop.get_by_label("Reason").fill("There is money for one year.")
    laptop.get_by_role("button", name="Agree on this level").click()
    expect(laptop.get_by_text("Agreed: 1 Begun", exact=True)).to_be_visible()
    for page in (wall, phone):
        expect(page.get_by_text("Agreed: 1 Begun", exact=True)).to_be_visible()
    laptop.get_by_role("button", name="Go on with 1.2, for everybody").click()
    expect(wall.get_by_role("heading")).to_have_text("1.2 There is a plan")
    expect(phone.locator("#now")).to_have_text("1.2 There is a plan")
    expect(phone.get_by_text("The room is at 1.2 There is a plan now.")).to_be_visible()
    expect(phone.get_by_label("What is there to say?")).to_have_value("The law is not out")

    say_and_find(phone, laptop, rated)
    assert Statement.objects.values_list("rater", "kind", "value").get() == (ana.pk, "dissent", 0)

    # The projector’s own button moves the others on; its timer runs.
    wall.get_by_role("button", name="5 minutes").click()
    expect(wall.locator("count-down")).to_have_text(re.compile(r"^[45]:\d\d$"))
    expect(phone.locator("count-down")).to_have_text(re.compile(r"^4:\d\d$"))
    wall.get_by_role("button", name="Next: 1.1").click()
    expect(wall.get_by_role("heading")).to_have_text("1.1 There is a shared vision")
    phone.goto(own(ana))
    expect(phone.locator("#now")).to_have_text("1.1 There is a shared vision")


def test_the_list_follows_and_the_round_closes(visitors: Visitors, discussed: Assessment, lead: User) -> None:
    laptop = visitors.open(lead, at("room", discussed))
    laptop.get_by_role("button", name="on which everybody agrees").click()
    expect(laptop.get_by_text("1 item is settled: 1.1.")).to_be_visible()
    expect(laptop.get_by_text("1 of 4 settled")).to_be_visible()
    laptop.evaluate("window.isFirst = true")
    consensus.leave_open(row(discussed, "budget"), reason="The law is not out.", by=lead)
    expect(laptop.get_by_text("2 of 4 settled")).to_be_visible()
    assert laptop.evaluate("window.isFirst")

    laptop.get_by_role("link", name="Close the round").click()
    expect(laptop.get_by_role("link", name="1.2 There is a plan")).to_be_visible()
    expect(laptop.get_by_role("button", name="Close the round for good")).to_have_count(0)
    for key in ("plan", "delay"):
        consensus.agree(row(discussed, key), 1, reason="We agree.", by=lead)
    laptop.reload()
    laptop.get_by_role("button", name="Close the round for good").click()
    expect(laptop.get_by_text("The round is closed. Its result stays as it is now.")).to_be_visible()
    assert Assessment.objects.get(pk=discussed.pk).state == "closed"


def test_everything_works_without_scripts(visitors: Visitors, discussed: Assessment, lead: User) -> None:
    ana = discussed.raters.get(name="Ana Sok")
    phone = open_phone(visitors, ana, java_script_enabled=False)
    phone.get_by_label("What is there to say?").fill("The law is not out")
    phone.get_by_role("button", name="Say it to the room").click()
    expect(phone.get_by_text("Kept. Everybody in the room reads it now.")).to_be_visible()

    laptop = visitors.open(lead, at("room_item", discussed, "budget"), java_script_enabled=False)
    expect(laptop.get_by_text("The law is not out")).to_be_visible()
    laptop.get_by_label("1 Begun").check()
    laptop.get_by_role("button", name="Agree on this level").click()
    expect(laptop.locator("#settle-reason_error")).to_be_visible()
    laptop.get_by_label("Reason").fill("There is money for one year.")
    laptop.get_by_role("button", name="Agree on this level").click()
    expect(laptop.get_by_text("Agreed: 1 Begun", exact=True)).to_be_visible()
    laptop.get_by_role("button", name="5", exact=False).first.click()
    expect(laptop.locator("count-down")).to_have_text(re.compile(r"until \d"))
    laptop.get_by_role("button", name="Go on with 1.2, for everybody").click()

    phone.get_by_role("link", name="Load this page again").click()
    expect(phone.locator("#now")).to_have_text("1.2 There is a plan")


def test_a_lost_link_is_taken_up_again(visitors: Visitors, discussed: Assessment, lead: User) -> None:
    phone = open_phone(visitors, discussed.raters.get(name="Ana Sok"))
    phone.context.set_offline(True)
    consensus.agree(row(discussed, "budget"), 1, reason="For one year.", by=lead)
    with phone.expect_event("requestfailed"):
        pass  # it asked again, and nobody answered
    expect(phone.locator("#now")).to_have_text("2.1 There is a budget")
    phone.context.set_offline(False)
    expect(phone.get_by_text("Agreed: 1 Begun", exact=True)).to_be_visible()
    visitors.complaints[:] = [one for one in visitors.complaints if "ERR_INTERNET_DISCONNECTED" not in one]


def test_every_page_of_the_room_in_every_look(visitors: Visitors, discussed: Assessment, lead: User) -> None:
    """With names, statements, a timer, something agreed and something left open."""
    discussed.raters.update(shows_name=True)
    ana = discussed.raters.get(name="Ana Sok")
    consensus.say(row(discussed, "plan"), Said("It has no dates.", Statement.Kind.DISSENT, 0), rater=ana)
    consensus.agree(row(discussed, "plan"), 2, reason="Most of us saw it.", by=lead)
    consensus.leave_open(row(discussed, "delay"), reason="Nobody counted.", by=lead)
    laptop = visitors.open(lead, at("room", discussed))
    addresses = [at("room", discussed) + "?show=all", at("projector", discussed), at("round_close", discussed)]
    addresses += [at("room_item", discussed, key) for key in ITEMS]
    found = []
    for address in addresses:
        laptop.set_viewport_size({"width": 1280, "height": 900})
        laptop.goto(address)
        found += [f"{address}: {fault}" for fault in faults(laptop)]
    phone = open_phone(visitors, ana)
    for address in (own(ana), f"{own(ana)}?item=plan", f"{own(ana)}?item=delay"):
        phone.goto(address)
        found += [f"{address}: {fault}" for fault in faults(phone)]
    assert found == []


def test_the_reveal_page_in_every_look(visitors: Visitors, rated: Assessment, lead: User) -> None:
    add_rater(rated, ("Bo Kim", "community"))
    assert list(faults(visitors.open(lead, at("round_reveal", rated)))) == []
