"""A lead settles who does what on a phone: names partners, mends a complaint, signs an agreement, gets its annex."""

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from partners.models import Agreement, AgreementFile, Partner, Responsibility
from partners.tests.agreement_cases import day, draft
from partners.tests.role_cases import add_partner, cell, give
from programs.models import Program
from programs.tests.upload_cases import PDF
from scaleup.tests.browser.visitors import Visitors, expect_saved
from scaleup.tests.browser.worker import Worker, silence_bell

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
WITHOUT_SCRIPTS = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
AMANI, OFFICE = "Amani Trust", "Health office"
NOBODY = "Nobody is accountable for Training."
UNSIGNED = f"{AMANI} is accountable for Training, and no signed agreement covers it."
WRITTEN = 60_000  # milliseconds within which a worker starts and writes an annex
needs_guide = pytest.mark.usefixtures("guide")


def add_by_form(page: "Page", program: Program, name: str) -> None:
    page.goto(reverse("partners:partner_add", args=[program.pk]))
    page.get_by_label("Or the name of a new organisation").fill(name)
    page.get_by_label("Kind").select_option("ngo")
    page.get_by_role("checkbox", name="district").check()
    page.get_by_role("button", name="Add the partner").click()
    expect(page.locator("h1")).to_have_text(name)


def complaint(page: "Page", sentence: str) -> "Locator":
    return page.locator("#complaints li", has_text=sentence)


def follow(page: "Page", sentence: str, button: str) -> None:
    complaint(page, sentence).get_by_role("link", name=button).click()


def came_of_it(page: "Page") -> "Locator":
    return page.locator("#came-of-it")


def choice(page: "Page", role: Responsibility) -> "Locator":
    return page.locator(f"#cell-{role.pk}")


def tap(page: "Page", role: Responsibility, *, times: int = 1) -> None:
    for _ in range(times):
        page.locator("td", has=choice(page, role)).tap(position={"x": 40, "y": 20})


def letters(program: Program) -> dict[str, str]:
    """Of those who have a part in training, by the name of the partner."""
    rows = Responsibility.objects.filter(partner__program=program, function__key="training").exclude(letter="")
    return {str(row.partner): row.letter for row in rows.select_related("partner__organisation")}


def expect_no_sideways_scrolling(page: "Page") -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]


@needs_guide
def test_two_partners_are_named_and_a_complaint_is_mended_on_a_phone(
    visitors: Visitors, lead: User, program: Program
) -> None:
    page = visitors.open(lead, reverse("partners:partners", args=[program.pk]), **PHONE)
    for name in (AMANI, OFFICE):
        add_by_form(page, program, name)
        expect_no_sideways_scrolling(page)
    amani, office = Partner.objects.filter(program=program).order_by("pk")
    page.get_by_role("link", name="Who does what", exact=True).first.click()
    expect(complaint(page, NOBODY)).to_be_visible()

    follow(page, NOBODY, "Choose who is accountable")
    page.wait_for_selector("role-matrix:defined", state="attached")
    expect(page.locator("td select:visible")).to_have_count(2)  # of the row alone
    expect_no_sideways_scrolling(page)
    tap(page, cell(amani), times=2)
    expect(choice(page, cell(amani))).to_have_value("A")
    tap(page, cell(office))
    expect_saved(page)
    page.get_by_role("link", name="Done").last.click()

    page.wait_for_url(lambda url: url.endswith("#complaints"))
    expect(came_of_it(page)).to_contain_text("Mended: Nobody was accountable for Training.")
    expect(came_of_it(page)).to_contain_text("1 new complaint came of it")
    expect(came_of_it(page)).to_be_in_viewport()
    expect_no_sideways_scrolling(page)
    expect(complaint(page, NOBODY)).to_have_count(0)
    expect(complaint(page, UNSIGNED).last).to_be_visible()
    assert letters(program) == {AMANI: "A", OFFICE: "R"}


@needs_guide
def test_without_scripts_forms_do_the_same(visitors: Visitors, lead: User, program: Program) -> None:
    page = visitors.open(lead, reverse("partners:partners", args=[program.pk]), **WITHOUT_SCRIPTS)
    for name in (AMANI, OFFICE):
        add_by_form(page, program, name)
    amani, office = Partner.objects.filter(program=program).order_by("pk")
    page.goto(reverse("partners:matrix", args=[program.pk]))
    follow(page, NOBODY, "Choose who is accountable")
    choice(page, cell(amani)).select_option("A")
    choice(page, cell(office)).select_option("R")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(came_of_it(page)).to_contain_text("Mended: Nobody was accountable for Training.")
    expect(complaint(page, NOBODY)).to_have_count(0)
    assert letters(program) == {AMANI: "A", OFFICE: "R"}


@needs_guide
def test_the_agreement_that_a_complaint_asks_for_begins_with_what_it_is_about(
    visitors: Visitors, lead: User, program: Program
) -> None:
    give(add_partner(program, AMANI), "A")
    page = visitors.open(lead, reverse("partners:matrix", args=[program.pk]), **PHONE)
    follow(page, UNSIGNED, "Write an agreement")
    expect(page.get_by_role("checkbox", name=AMANI)).to_be_checked()
    expect(page.get_by_role("checkbox", name="Training", exact=True)).to_be_checked()
    page.get_by_label("Title").fill("Memorandum on training")
    page.get_by_label("First day").fill(day(-10).isoformat())
    page.get_by_label("Last day").fill(day(4_000).isoformat())
    page.get_by_role("button", name="Save as a draft").click()
    expect(came_of_it(page)).to_contain_text(f"Not mended yet: {UNSIGNED}")
    came_of_it(page).get_by_role("link", name="Say that the draft is signed").click()
    page.get_by_role("button", name="It is signed").click()
    expect(came_of_it(page)).to_contain_text(f"Mended: {AMANI} was accountable for Training without a signed agreement")
    expect(complaint(page, UNSIGNED)).to_have_count(0)


@needs_guide
def test_an_agreement_is_signed_with_its_paper_and_a_worker_writes_the_annex(
    visitors: Visitors, lead: User, program: Program
) -> None:
    silence_bell()
    give(add_partner(program, AMANI), "A")
    made = draft(*Partner.objects.filter(program=program))
    page = visitors.open(lead, reverse("partners:agreement_sign", args=[program.pk, made.pk]), **PHONE)
    paper = {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.get_by_label("Signed paper").set_input_files(paper)
    page.get_by_role("button", name="It is signed").click()
    expect(page.get_by_role("link", name=re.compile("signed.pdf"))).to_be_visible()
    made.refresh_from_db()
    assert made.state == Agreement.State.SIGNED
    assert AgreementFile.objects.filter(agreement=made).count() == 1

    page.get_by_role("button", name="Write the annex").click()
    with Worker.running():
        expect(page.get_by_role("link", name="PDF")).to_be_visible(timeout=WRITTEN)
    expect_no_sideways_scrolling(page)
    word = docx.Document(BytesIO(downloaded(page, "Word file")))
    assert "Annex 1: who does what" in [one.text for one in word.paragraphs]
    cells = [[one.text.partition("\n")[0] for one in row.cells] for table in word.tables for row in table.rows]
    assert ["Training", AMANI, "–", "–", "–"] in cells
    assert downloaded(page, "PDF").startswith(b"%PDF-")


def downloaded(page: "Page", link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()
