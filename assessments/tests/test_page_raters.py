"""Pages about the raters of a round, and their personal links."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.domain import raters
from assessments.models import Assessment, Rater
from assessments.tests.round_cases import add_rater, give_link, make_round, rate
from programs.models import Program

Sign = Callable[[User | None], Client]


@pytest.fixture
def coming(program: Program) -> Assessment:
    """A round that is being set up, without raters."""
    return make_round(program, state="setup", raters=[])


def url(name: str, found: Assessment, *parts: int) -> str:
    return reverse(f"assessments:{name}", args=[found.program_id, found.pk, *parts])


def typed(**said: Any) -> dict[str, Any]:
    return {"name": "Ana Sok", "role_group": "ministry", "nonce": "n" * 32} | said


def test_a_name_is_asked(client_for: Sign, lead: User, coming: Assessment) -> None:
    response = client_for(lead).post(url("rater_add", coming), typed(parts=["doing"]))
    rater = Rater.objects.get()
    assert response["Location"] == f"{url('round', coming)}#raters"
    assert (rater.name, rater.role_group, rater.user, rater.parts) == ("Ana Sok", "ministry", None, ["doing"])


def test_all_parts_are_no_choice(client_for: Sign, lead: User, coming: Assessment) -> None:
    client_for(lead).post(url("rater_add", coming), typed(parts=["doing", "leading"]))
    assert Rater.objects.get().parts == []


def test_a_person_is_asked_by_their_account(client_for: Sign, lead: User, editor: User, coming: Assessment) -> None:
    client_for(lead).post(url("rater_add", coming), typed(name="", user=editor.pk, role_group="team"))
    assert (Rater.objects.get().user, Rater.objects.get().name) == (editor, editor.name)


def test_only_people_who_are_free_are_offered(
    client_for: Sign, lead: User, editor: User, viewer: User, facilitator: User, other_lead: User, program: Program
) -> None:
    found = make_round(program, by=lead, keyer=facilitator, raters=[editor], state="setup")
    page = client_for(lead).get(url("rater_add", found)).text
    offered = re.findall(r'<option value="(\d+)"', page)
    assert offered == [str(viewer.pk)]


def test_somebody_who_became_busy_meanwhile_is_told(
    client_for: Sign, lead: User, editor: User, coming: Assessment
) -> None:
    client, said = client_for(lead), typed(name="", user=editor.pk)
    again = [client.post(url("rater_add", coming), said | {"nonce": nonce}) for nonce in ("n" * 32, "n" * 32, "m" * 32)]
    assert [response.status_code for response in again] == [302, 302, 422]
    assert "Editor Person rates in this round already." in again[2].text


def test_sent_twice_somebody_is_asked_once(client_for: Sign, lead: User, coming: Assessment) -> None:
    client = client_for(lead)
    for _ in range(2):
        client.post(url("rater_add", coming), typed())
    client.post(url("rater_add", coming), typed(name="Ly Chan"))  # Back, edit, submit
    assert list(Rater.objects.values_list("name", flat=True)) == ["Ana Sok", "Ly Chan"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Choose a person, or write a name."),
        ({"role_group": ""}, "Choose one of the groups."),
        ({"parts": ["nothing"]}, "Choose from the parts of this instrument."),
        ({"is_on_paper": "on"}, "Say first who types in paper sheets"),
    ],
)
def test_what_is_wrong_is_said(
    client_for: Sign, lead: User, coming: Assessment, said: dict[str, Any], sentence: str
) -> None:
    response = client_for(lead).post(url("rater_add", coming), typed(**said))
    assert (response.status_code, sentence in response.text, Rater.objects.count()) == (422, True, 0)


def test_a_person_and_a_name_are_one_too_many(client_for: Sign, lead: User, editor: User, coming: Assessment) -> None:
    response = client_for(lead).post(url("rater_add", coming), typed(user=editor.pk))
    assert (response.status_code, "Choose a person or write a name, not both." in response.text) == (422, True)


def test_who_signs_in_has_no_sheet(client_for: Sign, lead: User, editor: User, coming: Assessment) -> None:
    response = client_for(lead).post(url("rater_add", coming), typed(name="", user=editor.pk, is_on_paper="on"))
    assert (response.status_code, "Who signs in does not rate on paper." in response.text) == (422, True)


# Several at once


def test_several_are_asked_a_line_each(client_for: Sign, lead: User, coming: Assessment) -> None:
    lines = "Ana Sok; ministry\n\n  Ly  Chan ;PARTNER\nSam Oum\n"
    client_for(lead).post(url("raters_add", coming), {"lines": lines, "nonce": "n" * 32})
    asked = list(Rater.objects.values_list("name", "role_group"))
    assert asked == [("Ana Sok", "ministry"), ("Ly Chan", "partner"), ("Sam Oum", "team")]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("", "Write at least one name."),
        ("Ana Sok; friends", "“Ana Sok; friends”: there is no group “friends”. Write one of: team, ministry"),
        ("; team", "“; team” has no name before the semicolon."),
        ("x" * 130, "This has 130 characters; at most 120 fit."),
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_asked(
    client_for: Sign, lead: User, coming: Assessment, lines: str, sentence: str
) -> None:
    said = {"lines": f"Good Person; team\n{lines}" if lines else "", "nonce": "n" * 32}
    response = client_for(lead).post(url("raters_add", coming), said)
    assert (response.status_code, sentence in response.text, Rater.objects.count()) == (422, True, 0)


# Changing and removing


def test_a_rater_is_changed(client_for: Sign, lead: User, coming: Assessment) -> None:
    rater, client = add_rater(coming, ("Ana Sok", "team"), parts=["doing"]), client_for(lead)
    page = client.get(url("rater_edit", coming, rater.pk)).text
    assert ('value="Ana Sok"' in page, re.findall(r'value="(\w+)"[^>]*checked', page)) == (True, ["team", "doing"])
    client.post(url("rater_edit", coming, rater.pk), typed(name="Ana S."))
    rater.refresh_from_db()
    assert (rater.name, rater.role_group, rater.parts) == ("Ana S.", "ministry", [])


def test_a_refusal_is_said_in_the_form(client_for: Sign, lead: User, editor: User, program: Program) -> None:
    found = make_round(program)
    rater = found.raters.first()
    rate(rater, "vision", 2)
    response = client_for(lead).post(url("rater_edit", found, rater.pk), typed(name="", user=editor.pk))
    assert (response.status_code, "Ana Sok has rated already" in response.text) == (422, True)


def test_somebody_is_taken_off_after_a_question(client_for: Sign, lead: User, program: Program) -> None:
    found, client = make_round(program), client_for(lead)
    rater = found.raters.first()
    assert "Take Ana Sok off the round?" in client.get(url("rater_remove", found, rater.pk)).text
    client.post(url("rater_remove", found, rater.pk))
    assert [one.name for one in found.raters.standing()] == ["Ly Chan"]
    assert client.get(url("rater_edit", found, rater.pk)).status_code == 404  # gone


@pytest.mark.parametrize("name", ["rater_add", "raters_add", "rater_edit", "rater_remove"])
def test_after_the_reveal_there_is_no_form(client_for: Sign, lead: User, program: Program, name: str) -> None:
    found = make_round(program, state="discussing")
    parts = [found.raters.first().pk] if name in ("rater_edit", "rater_remove") else []
    page = client_for(lead).get(url(name, found, *parts)).text
    assert "The ratings are revealed, so the raters of this round stay as they are." in page
    assert "<form" not in page


# Links


def test_a_link_is_shown_once_with_a_message_to_copy(client_for: Sign, lead: User, coming: Assessment) -> None:
    rater, client = add_rater(coming, ("Ana Sok", "team")), client_for(lead)
    response = client.post(url("rater_give_link", coming, rater.pk))
    link = re.search(r'value="(http://testserver/rate/[\w-]+/)"', response.text)[1]
    assert response.text.count(link) == 2
    assert "Dear Ana Sok," in response.text
    assert "no-store" in response["Cache-Control"]
    assert raters.behind(link.rstrip("/").rsplit("/", 1)[1]) == rater
    page = client.get(url("round", coming)).text
    assert ("/rate/" in page, "by personal link: given, not opened yet" in page) == (False, True)


def test_a_new_link_ends_the_old_one(client_for: Sign, lead: User, coming: Assessment) -> None:
    rater, client = add_rater(coming, ("Ana Sok", "team")), client_for(lead)
    token = give_link(rater)
    assert "Replace the link" in client.get(url("round", coming)).text
    client.post(url("rater_give_link", coming, rater.pk))
    assert raters.behind(token) is None


def test_a_link_is_ended(client_for: Sign, lead: User, coming: Assessment) -> None:
    rater = add_rater(coming, ("Ana Sok", "team"))
    token = give_link(rater)
    response = client_for(lead).post(url("rater_revoke_link", coming, rater.pk), follow=True)
    assert (raters.behind(token), "The link of Ana Sok ended." in response.text) == (None, True)


def test_when_it_was_first_opened_is_shown(client_for: Sign, lead: User, coming: Assessment) -> None:
    rater = add_rater(coming, ("Ana Sok", "team"))
    give_link(rater)
    raters.opened(rater)
    assert "by personal link: first opened " in client_for(lead).get(url("round", coming)).text


def test_who_signs_in_gets_no_link(client_for: Sign, lead: User, editor: User, coming: Assessment) -> None:
    rater, client = add_rater(coming, editor), client_for(lead)
    assert url("rater_give_link", coming, rater.pk) not in client.get(url("round", coming)).text
    response = client.post(url("rater_give_link", coming, rater.pk), follow=True)
    assert "signs in to rate, and needs no link." in response.text


def test_links_are_for_who_runs_the_round(
    client_for: Sign, facilitator: User, lead: User, viewer: User, program: Program
) -> None:
    found = make_round(program, by=facilitator, raters=[lead, ("Ana Sok", "team")])
    rater = found.raters.last()
    for person in (lead, viewer):  # the lead rates in it
        client = client_for(person)
        assert url("rater_give_link", found, rater.pk) not in client.get(url("round", found)).text
        for name in ("rater_give_link", "rater_revoke_link"):
            assert client.post(url(name, found, rater.pk)).status_code == 403
    rater.refresh_from_db()
    assert rater.link_digest == ""


def test_a_rater_of_another_round_is_not_there(
    client_for: Sign, lead: User, program: Program, coming: Assessment
) -> None:
    theirs = make_round(program).raters.first()
    client = client_for(lead)
    for name in ("rater_edit", "rater_remove"):
        assert client.get(url(name, coming, theirs.pk)).status_code == 404
    for name in ("rater_give_link", "rater_revoke_link"):
        assert client.post(url(name, coming, theirs.pk)).status_code == 404
