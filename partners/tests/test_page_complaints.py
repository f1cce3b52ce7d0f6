"""The panel of complaints on the matrix page, and living with one for a time."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, strip_tags

from accounts.models import User
from partners.domain import accepting, complaints
from partners.models import AcceptedComplaint, Function, Partner, Partnership
from partners.tests.role_cases import add_partner, cell, function_of, give, sign
from programs.models import Program
from programs.standing import Can

pytestmark = pytest.mark.django_db
Sign = Callable[[User | None], Client]
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=40)
CODE, REASON = "none-accountable", "The ministry signs in March."


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def browser(client_for: Sign, lead: User) -> Client:
    return client_for(lead)


def subject(program: Program, key: str = "training") -> str:
    return f"function:{function_of(program, key).pk}"


def url(program: Program, page: str = "complaint_accept", *, about: str = "", code: str = CODE) -> str:
    return reverse(f"partners:{page}", args=[program.pk, code, about or subject(program)])


def matrix(browser: Client, program: Program) -> str:
    response = browser.get(reverse("partners:matrix", args=[program.pk]))
    assert response.status_code == 200
    return response.text


def text(html: str) -> str:
    return " ".join(strip_tags(html).split())


def panel(browser: Client, program: Program) -> str:
    """The panel as it is read."""
    [found] = re.findall(r'<section[^>]*id="complaints".*?</section>', matrix(browser, program), re.DOTALL)
    return found


def only(program: Program, *keys: str) -> None:
    """Of the functions only these are part of the scale-up."""
    Function.objects.filter(program=program).exclude(key__in=keys).update(dropped_at=timezone.now())


def typed(**said: Any) -> dict[str, Any]:
    return {"reason": REASON, "until_on": SOON, "nonce": "n" * 32} | said


def accept(program: Program, by: User, **said: Any) -> AcceptedComplaint:
    said = {"reason": REASON, "until_on": SOON} | said
    return accepting.accept(program, CODE, subject(program), **said, by=by)


# The panel


def test_each_complaint_stands_with_its_reason_and_the_form_that_mends_it(
    browser: Client, program: Program, partner: Partner
) -> None:
    give(partner)
    only(program, "training", "supply")
    Partnership.objects.filter(program=program).update(levels=["national"])
    found = panel(browser, program)
    assert [text(one) for one in re.findall(r"<h[34].*?</h[34]>", found, re.DOTALL)] == [
        "Serious (2)",
        "Nobody is accountable",
        "Accountable without an agreement",
        "Capacity never checked",
    ]
    assert text(re.search(r"<h2.*?</h2>", found, re.DOTALL)[0]) == "What the matrix complains about 2 complaints"
    assert "Nobody is accountable for Supply." in found
    assert "When it stops, nobody has to answer for it." in found
    row = function_of(program, "supply").pk
    there = f"?mending=none-accountable-function-{row}#function-{row}"
    assert f'href="{reverse("partners:matrix_edit", args=[program.pk])}{there}"' in found
    named = f"?partner={partner.pk}&amp;function={function_of(program, 'training').pk}"
    named += f"&amp;mending=no-agreement-role-{cell(partner).pk}"
    assert f'href="{reverse("partners:agreement_add", args=[program.pk])}{named}"' in found
    assert f'href="{url(program, about=f"function:{row}")}"' in found
    assert f'href="{url(program, about=f"role:{cell(partner).pk}", code="no-agreement")}"' in found


def test_hints_are_folded_and_counted(browser: Client, program: Program, partner: Partner) -> None:
    give(partner)
    [summary] = re.findall(r"<summary>\s*Hints.*?</summary>", panel(browser, program), re.DOTALL)
    assert text(summary) == "Hints (2)"


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin"])
def test_who_only_reads_sees_what_is_wrong_and_no_buttons(
    request: pytest.FixtureRequest, client_for: Sign, lead: User, program: Program, partner: Partner, who: str
) -> None:
    accept(program, lead)
    found = panel(client_for(request.getfixturevalue(who)), program)
    assert "Nobody is accountable for Supply." in found
    assert escape(f"“{REASON}”") in found
    assert ("<form" in found, "<a " in found) == (False, False)


def test_without_partners_nothing_is_said_to_be_right(client_for: Sign, lead: User, program: Program) -> None:
    request = RequestFactory().get("/")
    request.program, request.can = program, frozenset({Can.READ})
    values = {"complaints": complaints.read(program, TODAY)}
    found = text(render_to_string("partners/roles/_complaints.html", values, request=request))
    assert found == "What the matrix complains about Nothing was checked yet: that needs partners and functions."


def test_where_nothing_is_wrong_it_says_what_was_checked(browser: Client, program: Program, partner: Partner) -> None:
    give(partner)
    sign(partner, ends=TODAY.replace(year=TODAY.year + 9, day=1))
    only(program, "training")
    Function.objects.filter(program=program).update(capacity_needed=0, levels=[])
    found = text(panel(browser, program))
    assert "Nothing to complain about. 1 function was checked, with 1 partner." in found
    assert "Whether what stands in the matrix is true, only the partners can say." in found
    assert "13 checks found nothing wrong" in found
    assert "Somebody is accountable for every function." in found


def test_with_something_accepted_nothing_is_said_of_that_check(
    browser: Client, program: Program, partner: Partner, lead: User
) -> None:
    accept(program, lead)
    only(program, "training")
    Partnership.objects.filter(program=program).update(levels=["national"])
    found = text(panel(browser, program))
    assert "Nothing to complain about." in found
    assert "12 checks found nothing wrong" in found
    assert "Somebody is accountable for every function." not in found


def test_what_is_accepted_stays_on_the_page_with_who_why_and_until_when(
    browser: Client, program: Program, partner: Partner, lead: User
) -> None:
    accept(program, lead)
    found = panel(browser, program)
    apart = text(found[found.index('id="accepted"') :])
    day = f"{SOON.day} {SOON:%B %Y}"
    assert f"Nobody is accountable for Training. Accepted by {escape(lead.name)} until {day}: “{REASON}”" in apart
    assert found.count("Nobody is accountable for Training.") == 1
    assert f'action="{url(program, "complaint_end")}"' in found


def test_when_its_time_is_over_it_complains_again_and_says_so(
    browser: Client, program: Program, partner: Partner, lead: User
) -> None:
    row = accept(program, lead)
    AcceptedComplaint.objects.filter(pk=row.pk).update(until_on=TODAY - timedelta(days=1))
    found = panel(browser, program)
    assert 'id="accepted"' not in found
    assert f"Was accepted by {escape(lead.name)} until" in text(found)
    assert f"“{REASON}”" in found


def test_those_about_one_partner(program: Program, partner: Partner) -> None:
    give(partner)
    other = add_partner(program, "River trust")
    request = RequestFactory().get("/")
    request.program, request.can = program, frozenset({Can.READ})
    reading = complaints.read(program, TODAY)
    mine, theirs = (
        text(render_to_string("partners/roles/_complaints.html", {"complaints": reading.of_partner(one.pk)}, request))
        for one in (partner, other)
    )
    assert "no signed agreement covers it" in mine
    assert "Nobody is accountable for Supply." not in mine
    assert theirs == "What the matrix complains about The matrix has nothing to complain about with this partner."


def test_what_people_typed_is_no_markup(browser: Client, program: Program, lead: User) -> None:
    partner = add_partner(program, "<b>Trust</b> & %(function)s")
    give(partner)
    accepting.accept(program, "no-agreement", f"role:{cell(partner).pk}", reason="<i>1 < 2</i>", until_on=SOON, by=lead)
    found = panel(browser, program)
    assert "&lt;b&gt;Trust&lt;/b&gt; &amp; %(function)s is accountable for Training" in found
    assert "“&lt;i&gt;1 &lt; 2&lt;/i&gt;”" in found


@pytest.mark.parametrize("count", [1, 3])
def test_the_panel_asks_seven_questions(program: Program, lead: User, count: int) -> None:
    for number in range(count):
        partner = add_partner(program, f"Partner {number}")
        key = ("training", "supply", "advocacy")[number]
        give(partner, key=key)
        accepting.accept(
            program, "no-agreement", f"role:{cell(partner, key).pk}", reason=REASON, until_on=SOON, by=lead
        )
    request = RequestFactory().get("/")
    request.program, request.can = program, frozenset({Can.READ, Can.WRITE})
    with CaptureQueriesContext(connection) as captured:
        values = {"complaints": complaints.read(program, TODAY)}
        found = render_to_string("partners/roles/_complaints.html", values, request=request)
    assert (len(captured), found.count("Accepted by")) == (7, count)


# Accepting


def test_the_page_says_what_is_accepted_and_how_it_could_be_mended(
    browser: Client, program: Program, partner: Partner
) -> None:
    response = browser.get(url(program))
    assert response.status_code == 200
    assert "Nobody is accountable for Training. When it stops, nobody has to answer for it." in text(response.text)
    row = function_of(program).pk
    there = f"?mending=none-accountable-function-{row}#function-{row}"
    assert f'{reverse("partners:matrix_edit", args=[program.pk])}{there}"' in response.text
    latest = TODAY + timedelta(days=365)
    assert f"at most a year ahead: {latest.day} {latest:%B %Y}." in text(response.text)


def test_accepted_it_leads_back_to_the_complaint(browser: Client, program: Program, partner: Partner) -> None:
    response = browser.post(url(program), typed(), follow=True)
    matrix_url = reverse("partners:matrix", args=[program.pk])
    anchor = f"none-accountable-function-{function_of(program).pk}"
    assert response.redirect_chain == [(f"{matrix_url}#{anchor}", 302)]
    assert f'id="{anchor}"' in response.text
    assert "Accepted for a time. It stays on the page, with your reason." in response.text
    assert AcceptedComplaint.objects.get().reason == REASON


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"reason": " "}, "reason", "Say in a few words why you can live with it."),
        ({"reason": "x" * 501}, "reason", "500"),
        ({"until_on": ""}, "until_on", "Choose the last day on which it is accepted."),
        ({"until_on": TODAY}, "until_on", "Enter a date"),
        ({"until_on": TODAY + timedelta(days=366)}, "until_on", "Enter a date"),
    ],
)
def test_mistakes_are_told_and_what_was_typed_stays(
    browser: Client, program: Program, partner: Partner, said: dict[str, Any], field: str, sentence: str
) -> None:
    response = browser.post(url(program), typed(**said))
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    kept = typed(**said) | ({"reason": ""} if said.get("reason") == " " else {})
    assert escape(str(kept["reason"])) in response.text
    assert not AcceptedComplaint.objects.exists()


def test_a_domain_that_refuses_the_day_is_heard(
    browser: Client, program: Program, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Midnight between the form and the verb."""

    def refuse(*args: object, **options: object) -> None:
        raise accepting.Refused("Choose a day from tomorrow on, at most a year ahead.")

    monkeypatch.setattr(accepting, "accept", refuse)
    response = browser.post(url(program), typed())
    assert (response.status_code, response.context["form"].errors["until_on"]) == (
        422,
        ["Choose a day from tomorrow on, at most a year ahead."],
    )


def test_accepted_before_it_shows_what_was_said_and_takes_other_words(
    browser: Client, program: Program, partner: Partner, lead: User
) -> None:
    accept(program, lead)
    page = browser.get(url(program)).text
    assert f'value="{SOON:%Y-%m-%d}"' in page
    assert page.count(REASON) == 2
    browser.post(url(program), typed(reason="It takes longer."))
    assert AcceptedComplaint.objects.get(ended_at=None).reason == "It takes longer."


def test_a_day_that_is_over_is_not_offered_again(
    browser: Client, program: Program, partner: Partner, lead: User
) -> None:
    row = accept(program, lead)
    AcceptedComplaint.objects.filter(pk=row.pk).update(until_on=TODAY)
    form = browser.get(url(program)).context["form"]
    assert (form["reason"].value(), form["until_on"].value()) == (REASON, None)


def test_sent_twice_it_is_accepted_once(browser: Client, program: Program, partner: Partner) -> None:
    for _ in range(2):
        browser.post(url(program), typed())
    assert AcceptedComplaint.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_somebody_mended_meanwhile_is_told(
    browser: Client, program: Program, partner: Partner, method: str
) -> None:
    give(partner)
    response = getattr(browser, method)(url(program), typed(), follow=True)
    assert response.redirect_chain == [(f"{reverse('partners:matrix', args=[program.pk])}#complaints", 302)]
    assert "The matrix does not complain about this any more. Somebody mended it." in response.text
    assert not AcceptedComplaint.objects.exists()


def test_mended_between_reading_and_accepting(
    browser: Client, program: Program, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **options: object) -> None:
        raise accepting.NotThere

    monkeypatch.setattr(accepting, "accept", gone)
    assert browser.post(url(program), typed()).status_code == 302


@pytest.mark.parametrize("page", ["complaint_accept", "complaint_end"])
def test_what_no_complaint_of_the_program_is_about_is_not_found(
    browser: Client, program: Program, partner: Partner, other_program: Program, page: str
) -> None:
    theirs = add_partner(other_program, "River trust")
    strange = [subject(other_program), f"partner:{theirs.pk}", f"role:{cell(theirs).pk}", "function:x", "x", "x:1"]
    for about in strange:
        assert browser.post(url(program, page, about=about), typed()).status_code == 404
    assert browser.get(url(program, code="no-such-check")).status_code == 404


# No longer


def test_it_can_be_accepted_no_longer(browser: Client, program: Program, partner: Partner, lead: User) -> None:
    accept(program, lead)
    response = browser.post(url(program, "complaint_end"), follow=True)
    assert "It is not accepted any more." in response.text
    assert 'id="accepted"' not in response.text
    again = browser.post(url(program, "complaint_end"), follow=True)
    assert "It was not accepted, or somebody ended that before you." in again.text


def test_looking_at_the_address_ends_nothing(browser: Client, program: Program, partner: Partner, lead: User) -> None:
    accept(program, lead)
    assert browser.get(url(program, "complaint_end")).status_code == 405
    assert AcceptedComplaint.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("facilitator", 403), ("admin", 403), ("donor", 403), ("stranger", 404)]
)
def test_who_may_not_write_is_stopped_at_the_door(
    request: pytest.FixtureRequest, client_for: Sign, program: Program, partner: Partner, who: str, status: int
) -> None:
    browser = client_for(request.getfixturevalue(who))
    answers = [
        browser.get(url(program)),
        browser.post(url(program), typed()),
        browser.post(url(program, "complaint_end")),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
