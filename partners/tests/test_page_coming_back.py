"""From a complaint to the form that mends it, and back to what came of it: every form that a complaint leads to."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from partners.domain import capacity, complaints
from partners.domain.capacity import NewCheck
from partners.domain.checks import CHECKS, Name
from partners.domain.complaint_words import WORDS
from partners.domain.complaints import Told
from partners.domain.mending import anchor_of
from partners.models import SIDES, Agreement, FocalPerson, Function, Partner, Partnership, Responsibility
from partners.tests.agreement_cases import draft, signed
from partners.tests.partner_pages import queries, url, words
from partners.tests.role_cases import add_partner, cell, function_of, give
from programs.models import Program
from scaleup.tests.read_pages import Page

pytestmark = pytest.mark.django_db
Sign = Callable[[User | None], Client]
Said = dict[str, Any]
TODAY = timezone.localdate()
SOON, LATER = TODAY + timedelta(days=40), TODAY + timedelta(days=400)


@pytest.fixture
def browser(client_for: Sign, lead: User) -> Client:
    return client_for(lead)


@pytest.fixture
def partner(program: Program) -> Partner:
    made = add_partner(program)
    Partnership.objects.filter(program=program).update(levels=["district"])
    Program.objects.filter(pk=program.pk).update(ambition_by=LATER)
    return made


def text(html: str) -> str:
    return words(unescape(strip_tags(html.replace("<", " <"))))


def complaint(program: Program, code: str, about: str = "") -> Told:
    """The one of this code; several: the one whose sentence names it."""
    told = (one for one in complaints.read(program, TODAY).told if one.complaint.code == code)
    return next(one for one in told if about in one.sentence)


def filled_in(page: Page, said: Said) -> Said:
    """What a browser sends: everything that stands in the form, but for what somebody chose."""
    sent: dict[str, list[str]] = {}
    for name in page.names(page.here):
        controls = [one for one in page.of(name, page.here) if one.kind != "button"]
        sent[name] = [one.value for one in controls if one.value is not None]
    return sent | said


def mend(browser: Client, form: str, said: Said) -> Any:
    """Fills in the form at an address as a browser does."""
    here = form.partition("#")[0]
    page = browser.get(here)
    assert page.status_code == 200
    return browser.post(here, filled_in(Page(page.text, here=here), said))


def done(program: Program, name: Name) -> str:
    return f"{url('matrix', program.pk)}?mended={anchor_of(name)}#complaints"


# One for each check: makes what is wrong, and returns what is chosen in its form.


def nobody_accountable(partner: Partner) -> Said:
    return {f"letter-{cell(partner).pk}": "A"}


def two_accountable(partner: Partner) -> Said:
    other = add_partner(partner.program, "River trust", levels=["district"])
    give(partner)
    return {f"letter-{give(other).pk}": ""}


def gap(partner: Partner) -> Said:
    give(partner, until_on=SOON)
    return {"until_on": ""}


def not_named_in_the_agreement(partner: Partner) -> Said:
    give(partner)
    signed(partner, keys=("supply",), ends_on=LATER)
    return {}  # the function is ticked already


def begins_too_late(partner: Partner) -> Said:
    give(partner)
    made = signed(partner, ends_on=LATER)
    Agreement.objects.filter(pk=made.pk).update(starts_on=SOON)
    return {"since_on": SOON.isoformat()}


def ends_too_early(partner: Partner) -> Said:
    give(partner)
    signed(partner, ends_on=SOON)
    draft(partner, title="The next one", starts_on=SOON + timedelta(days=1), ends_on=LATER)
    return {"signed_on": TODAY.isoformat()}


def nobody_at_the_level(partner: Partner) -> Said:
    Partner.objects.filter(pk=partner.pk).update(levels=[])
    Function.objects.filter(program=partner.program, key="training").update(levels=["district"])
    give(partner)
    return {"levels": ["district"]}


def too_much(partner: Partner) -> Said:
    for name in ("River trust", "Hill trust"):
        add_partner(partner.program, name)
    for key in ("training", "supply", "advocacy"):
        give(partner, key=key)
    return {f"letter-{cell(partner, key).pk}": "" for key in ("training", "supply")}


def person(partner: Partner, **said: Any) -> FocalPerson:
    return FocalPerson.objects.create(partner=partner, name="Ana Kim", **said)


def who_held_it_left(partner: Partner) -> Said:
    give(partner, held_by=person(partner, deputy="Sok Dara", left_on=TODAY))
    return {"held_by": ""}


def no_deputy(partner: Partner) -> Said:
    give(partner, held_by=person(partner))
    return {"deputy": "Sok Dara"}


def never_checked(partner: Partner) -> Said:
    give(partner)
    return dict.fromkeys(SIDES, "3")


def too_low(partner: Partner) -> Said:
    give(partner)
    check = NewCheck(dict.fromkeys(SIDES, 1), TODAY - timedelta(days=30), "")
    capacity.check(partner, function_of(partner.program), check, by=partner.program.created_by)
    return dict.fromkeys(SIDES, "3")


def no_levels(partner: Partner) -> Said:
    Partnership.objects.filter(program=partner.program).update(levels=[])
    return {"levels": ["district"]}


FACTS = {"partner": "Health office", "function": "Training"}
SCENES: dict[str, Callable[[Partner], Said]] = {
    "none-accountable": nobody_accountable,
    "several-accountable": two_accountable,
    "accountable-gap": gap,
    "no-agreement": not_named_in_the_agreement,
    "agreement-not-begun": begins_too_late,
    "agreement-too-short": ends_too_early,
    "level-without-anybody": nobody_at_the_level,
    "too-much-on-one": too_much,
    "holder-left": who_held_it_left,
    "no-deputy": no_deputy,
    "capacity-too-low": too_low,
    "capacity-unknown": never_checked,
    "levels-unknown": no_levels,
}


def test_every_check_has_a_scene() -> None:
    assert set(SCENES) == set(CHECKS)


@pytest.mark.parametrize("code", SCENES)
def test_each_form_leads_back_with_what_came_of_it(browser: Client, partner: Partner, code: str) -> None:
    program = partner.program
    said = SCENES[code](partner)
    told = complaint(program, code, "" if code in ("too-much-on-one", "levels-unknown") else "Training")
    page = browser.get(told.mend.url.partition("#")[0])
    assert f"To mend: {told.sentence} Back to the complaints" in text(page.text)
    assert f'href="{url("matrix", program.pk)}#{told.anchor}"' in page.text
    form = told.mend.url
    if code == "capacity-too-low":  # its page leads on to the form
        form = unescape(re.search(r'href="([^"]*/check/[^"]*)"', page.text)[1])
    response = mend(browser, form, said)
    assert (response.status_code, response["Location"]) == (302, done(program, told.complaint.name))
    matrix = browser.get(response["Location"])
    came = matrix.context["aftermath"]
    assert (came.mended[0], came.still) == (str(WORDS[code].past) % FACTS, None)
    assert f"Mended: {came.mended[0]}" in text(matrix.text)
    assert complaints.read(program, TODAY).find(*told.complaint.name) is None


# What is told


def panel(browser: Client, address: str) -> str:
    """What came of it, as it is read; empty where nothing is told."""
    page = browser.get(address.partition("#")[0])
    assert page.status_code == 200
    found = re.search(r'<div[^>]*id="came-of-it".*?(?=<h3|<details|<p class="notice)', page.text, re.DOTALL)
    return text(found[0]) if found else ""


def test_mended_one_new_one(browser: Client, partner: Partner) -> None:
    told = complaint(partner.program, "none-accountable", "Training")
    response = mend(browser, told.mend.url, nobody_accountable(partner))
    unsigned = "Health office is accountable for Training, and no signed agreement covers it. Write an agreement"
    assert panel(browser, response["Location"]) == (
        "Mended: Nobody was accountable for Training. 1 new complaint came of it, "
        f"the next to settle: {unsigned} Also 1 new hint, for later."
    )
    new = complaint(partner.program, "no-agreement")
    assert f'href="{new.mend.url}"'.replace("&", "&amp;") in browser.get(response["Location"]).text


def test_loaded_again_it_tells_the_same(browser: Client, partner: Partner) -> None:
    told = complaint(partner.program, "none-accountable", "Training")
    back = mend(browser, told.mend.url, nobody_accountable(partner))["Location"]
    first = panel(browser, back)
    assert first
    browser.get(told.mend.url)  # the way back of the browser
    assert panel(browser, back) == first


def test_a_draft_mends_nothing_yet_and_the_next_form_is_at_hand(browser: Client, partner: Partner) -> None:
    give(partner)
    program, told = partner.program, complaint(partner.program, "no-agreement")
    said = {"title": "On training", "starts_on": TODAY.isoformat(), "ends_on": LATER.isoformat()}
    response = mend(browser, told.mend.url, said)
    assert response["Location"] == done(program, told.complaint.name)
    assert panel(browser, response["Location"]) == (
        f"Not mended yet: {told.sentence} The draft “On training” would cover it, but nobody has said that it is "
        "signed. Say that the draft is signed"
    )
    next_form = complaint(program, "no-agreement").mend.url
    response = mend(browser, next_form, {"signed_on": TODAY.isoformat()})
    assert panel(browser, response["Location"]) == (
        "Mended: Health office was accountable for Training without a signed agreement. Nothing new came of it."
    )


def test_several_at_once_are_all_told_and_five_are_at_hand(browser: Client, partner: Partner) -> None:
    told = complaint(partner.program, "none-accountable", "Training")
    roles = Responsibility.objects.filter(partner=partner)
    response = mend(browser, told.mend.url, {f"letter-{role.pk}": "A" for role in roles})
    found = panel(browser, response["Location"])
    assert found.startswith("Mended: Nobody was accountable for Training. Nobody was accountable for ")
    assert (found.count("was accountable"), found.count("no signed agreement")) == (roles.count(), 5)
    assert "10 new complaints came of it, the next to settle:" in found
    assert "5 more stand below. Also 10 new hints, for later." in found


def test_what_somebody_mended_meanwhile_is_said_above_the_form(browser: Client, partner: Partner) -> None:
    told = complaint(partner.program, "none-accountable", "Training")
    give(partner)
    page = text(browser.get(told.mend.url).text)
    assert "The matrix does not complain about this any more. Somebody mended it. Back to the complaints" in page


def test_a_mistake_keeps_the_way_back(browser: Client, partner: Partner) -> None:
    give(partner, held_by=person(partner))
    told = complaint(partner.program, "no-deputy")
    wrong = mend(browser, told.mend.url, {"name": ""})
    assert wrong.status_code == 422
    assert f"To mend: {told.sentence}" in text(wrong.text)
    right = browser.post(told.mend.url, filled_in(Page(wrong.text, here=told.mend.url), {"name": "Ana", "deputy": "D"}))
    assert right["Location"] == done(partner.program, told.complaint.name)


def test_two_at_one_cell_choose_and_come_back(
    browser: Client, client_for: Sign, editor: User, partner: Partner
) -> None:
    role = give(partner, until_on=SOON)
    told = complaint(partner.program, "accountable-gap")
    here = told.mend.url
    mine = filled_in(Page(browser.get(here).text, here=here), {"until_on": ""})
    mend(client_for(editor), here, {"until_on": (SOON + timedelta(days=3)).isoformat()})
    clash = browser.post(here, mine)
    assert clash.status_code == 409
    response = browser.post(here, filled_in(Page(clash.text, here=here), {"keep_until_on": "mine"}))
    assert response["Location"] == done(partner.program, told.complaint.name)
    role.refresh_from_db()
    assert role.until_on is None


def test_who_came_another_way_goes_where_the_form_leads(browser: Client, partner: Partner) -> None:
    give(partner, held_by=person(partner))
    found = FocalPerson.objects.get()
    there = url("person_edit", partner.program_id, found.pk)
    assert "To mend" not in browser.get(there).text
    response = mend(browser, there, {"deputy": "Sok Dara"})
    assert response["Location"] == url("partner", partner.program_id, partner.pk)


# Nothing but this program's complaints


@pytest.mark.parametrize(
    "asked", ["", "x", "//elsewhere.example", "https://elsewhere.example/", "no-such-check-role-1", "no-deputy-role-٣"]
)
def test_nonsense_in_the_address_is_as_if_nothing_was_asked(browser: Client, partner: Partner, asked: str) -> None:
    there = url("levels", partner.program_id) + f"?mending={asked}"
    assert "Back to the complaints" not in browser.get(there).text
    assert mend(browser, there, {"levels": ["region"]})["Location"] == url("partners", partner.program_id)
    assert panel(browser, url("matrix", partner.program_id) + f"?mended={asked}") == ""
    assert "complaints_before" not in browser.session


def test_of_another_program_nothing_is_told(
    browser: Client, client_for: Sign, lead: User, other_lead: User, partner: Partner, other_program: Program
) -> None:
    told = complaint(partner.program, "none-accountable", "Training")
    theirs = complaint(add_partner(other_program, "Canary trust").program, "none-accountable", "Training")
    browser.get(told.mend.url)
    give(partner)
    elsewhere = url("matrix", partner.program_id) + f"?mended={theirs.anchor}"
    assert panel(browser, elsewhere) == ""
    strange = url("levels", partner.program_id) + f"?mending={theirs.anchor}"
    assert "Canary" not in browser.get(strange).text
    assert panel(client_for(other_lead), url("matrix", other_program.pk) + f"?mended={told.anchor}") == ""


def test_who_only_reads_is_not_asked_to_mend(client_for: Sign, viewer: User, partner: Partner) -> None:
    role = give(partner, until_on=SOON)
    browser = client_for(viewer)
    page = browser.get(
        url("responsibility", partner.program_id, role.pk) + f"?mending=accountable-gap-function-{role.function_id}"
    )
    assert (page.status_code, "To mend" in page.text, "complaints_before" in browser.session) == (200, False, False)


def test_the_way_there_and_back_costs_few_queries(browser: Client, partner: Partner) -> None:
    """Opened from a complaint, a form reads them once; the matrix then looks up what was mended."""
    told = complaint(partner.program, "none-accountable", "Training")
    plain, asked = url("matrix_edit", partner.program_id), told.mend.url.partition("#")[0]
    browser.get(plain)
    assert queries(lambda: browser.get(asked)) - queries(lambda: browser.get(plain)) == 9  # 7, and a session is saved
    mend(browser, asked, nobody_accountable(partner))
    there = url("matrix", partner.program_id)
    assert queries(lambda: browser.get(f"{there}?mended={told.anchor}")) - queries(lambda: browser.get(there)) == 1
