"""A journey of the money on a phone, with and without scripts: a cost, who pays, what is missing, and the evidence."""

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from funding.models import Contribution, CostLine
from programs.models import Evidence, Program
from scaleup.tests.browser.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}}
SPACE = "\u00a0"


def enter_a_cost(page: "Page", *, year: int) -> None:
    page.get_by_label("What for?").fill("Salaries of supervisors")
    page.get_by_role("radio", name="recurrent").check()
    page.get_by_label("Year", exact=True).fill(str(year))
    page.get_by_label("The same every year until").fill(str(year + 4))
    page.get_by_role("textbox", name="Cost of one").fill("1 234,50")
    page.get_by_label("How many?").fill("12")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"a year from {year} to {year + 4}.").first).to_be_visible()


def enter_who_pays(page: "Page", *, year: int) -> None:
    page.get_by_role("link", name="Who pays").first.click()
    page.get_by_role("link", name="Add the first source").click()
    page.get_by_label("Name of the source").fill("District budget")
    page.get_by_role("radio", name="government budget").check()
    page.get_by_role("button", name="Add the source").click()
    page.get_by_role("link", name="Add a contribution").click()
    page.get_by_label("Year", exact=True).fill(str(year))
    page.get_by_label("Amount", exact=True).fill("4,814")
    page.get_by_role("radio", name="pledged").check()
    page.locator("main form").get_by_role("button").click()
    page.get_by_role("button", name="Mark as signed").click()
    expect(page.get_by_text(f"4,814{SPACE}USD in {year}: signed.").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_cost_to_the_evidence(visitors: Visitors, program: Program, lead: User, scripts: bool) -> None:
    year = timezone.localdate().year + 1
    page = visitors.open(lead, f"/programs/{program.pk}/funding/", java_script_enabled=scripts, **PHONE)
    page.get_by_role("link", name="Enter the first cost").click()
    enter_a_cost(page, year=year)
    enter_who_pays(page, year=year)

    page.get_by_role("link", name="Funding", exact=True).first.click()
    missing = f"Secured money covers 4,814{SPACE}USD of the 74,070{SPACE}USD for {year}–{year + 4}"
    expect(page.get_by_text(missing)).to_be_visible()
    page.goto(f"/programs/{program.pk}/steps/8/")
    gap = page.locator("#funding-gap")
    expect(gap.get_by_text(f"Still missing: 69,256{SPACE}USD of 74,070{SPACE}USD.")).to_be_visible()
    gap.get_by_role("button", name="Use as evidence").click()
    expect(page.get_by_text("Gap of each year between cost and secured money").first).to_be_visible()

    assert CostLine.objects.count() == 5
    assert list(Contribution.objects.values_list("amount", "status")) == [(4814, "signed")]
    text = Evidence.objects.values_list("text", flat=True).get(answer__item__key="funding-gap")
    assert f"{year}: cost 14,814{SPACE}USD, secured 4,814{SPACE}USD, missing 10,000{SPACE}USD" in text.splitlines()
