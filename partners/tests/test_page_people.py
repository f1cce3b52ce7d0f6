"""Pages about the people who speak for a partner: adding somebody, changing what is said, and saying who left."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from journal.facts import facts_of
from partners.domain.people import FACTS
from partners.models import FocalPerson, Partner
from partners.tests.partner_pages import Sign, of, words
from partners.tests.role_cases import add_partner, give
from programs.models import Program

TODAY = timezone.localdate()


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def ana(partner: Partner) -> FocalPerson:
    return FocalPerson.objects.create(partner=partner, name="Ana Sok", contact="ana@example.org")


def add_url(partner: Partner) -> str:
    return reverse("partners:person_add", args=[partner.program_id, partner.pk])


def edit_url(person: FocalPerson) -> str:
    return reverse("partners:person_edit", args=[person.program_id, person.pk])


def typed(**said: Any) -> dict[str, Any]:
    return {"name": "Ly Chan", "duty": "officer", "contact": "012 345 678", "nonce": "n" * 32} | said


def edited(person: FocalPerson, **said: Any) -> dict[str, Any]:
    seen = facts_of(person, FACTS)
    shown = {name: "" if value is None else value for name, value in seen.items()}
    return shown | {"seen": json.dumps(seen), "nonce": "n" * 32} | said


def test_somebody_is_added_once(client_for: Sign, editor: User, partner: Partner) -> None:
    client, said = client_for(editor), typed(deputy="Sophea Kim", deputy_contact="sophea@example.org")
    assert [client.post(add_url(partner), said)["Location"] for _ in range(2)] == [of(partner)] * 2
    found = FocalPerson.objects.values_list("name", "duty", "contact", "deputy", "deputy_contact", "left_on")
    assert list(found) == [("Ly Chan", "officer", "012 345 678", "Sophea Kim", "sophea@example.org", None)]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "Fill in: Name"),
        ({"deputy_contact": "sophea@example.org"}, "Enter the name of the deputy too."),
        ({"contact": "1" * 161}, "This has 161 characters; at most 160 fit."),
    ],
)
def test_mistakes_are_told_and_nothing_is_lost(
    client_for: Sign, lead: User, partner: Partner, said: dict[str, Any], sentence: str
) -> None:
    response = client_for(lead).post(add_url(partner), typed() | said)
    assert (response.status_code, FocalPerson.objects.count()) == (422, 0)
    assert sentence in words(response.text)
    assert 'value="officer"' in response.text


def test_a_new_person_cannot_have_left(client_for: Sign, lead: User, partner: Partner) -> None:
    client = client_for(lead)
    assert 'name="left_on"' not in client.get(add_url(partner)).text
    client.post(add_url(partner), typed(left_on=TODAY))
    assert FocalPerson.objects.get().left_on is None


def test_who_left_is_said_and_what_they_hold_is_pointed_out(client_for: Sign, lead: User, ana: FocalPerson) -> None:
    client = client_for(lead)
    give(ana.partner, "A", held_by=ana)
    response = client.post(edit_url(ana), edited(ana, left_on=TODAY), follow=True)
    ana.refresh_from_db()
    assert ana.left_on == TODAY
    assert "Roles still in the name of Ana Sok; choose who takes over:" in words(response.text)
    client.post(edit_url(ana), edited(ana, left_on=""))
    ana.refresh_from_db()
    assert ana.left_on is None


def test_nobody_left_tomorrow(client_for: Sign, lead: User, ana: FocalPerson) -> None:
    response = client_for(lead).post(edit_url(ana), edited(ana, left_on=TODAY + timedelta(days=1)))
    ana.refresh_from_db()
    assert (response.status_code, ana.left_on) == (422, None)


def test_two_people_change_the_same_fact(client_for: Sign, lead: User, ana: FocalPerson) -> None:
    client, form = client_for(lead), edited(ana, contact="ana@example.com")
    FocalPerson.objects.filter(pk=ana.pk).update(contact="012 345 678")
    response = client.post(edit_url(ana), form)
    ana.refresh_from_db()
    assert (response.status_code, ana.contact) == (409, "012 345 678")
    assert "Somebody changed this meanwhile to “012 345 678”." in words(response.text)
    assert 'value="ana@example.com"' in response.text
    again = {field.html_name: field.value() for field in response.context["form"] if field.value() is not None}
    assert client.post(edit_url(ana), again)["Location"] == of(ana.partner)
    ana.refresh_from_db()
    assert ana.contact == "ana@example.com"


@pytest.mark.parametrize(
    ("who", "status"),
    {"lead": 200, "editor": 200, "viewer": 403, "facilitator": 403, "admin": 403, "donor": 403}.items(),
)
def test_who_may(request: pytest.FixtureRequest, client_for: Sign, ana: FocalPerson, who: str, status: int) -> None:
    client = client_for(request.getfixturevalue(who))
    pages = [client.get(address) for address in (add_url(ana.partner), edit_url(ana))]
    assert [page.status_code for page in pages] == [status] * 2
    assert ["ana@example.org" in page.text for page in pages] == [False, status == 200]


@pytest.mark.parametrize("who", ["other_facilitator", "other_donor", "stranger", "other_lead"])
def test_others_find_nobody(request: pytest.FixtureRequest, client_for: Sign, ana: FocalPerson, who: str) -> None:
    client = client_for(request.getfixturevalue(who))
    assert [client.get(address).status_code for address in (add_url(ana.partner), edit_url(ana))] == [404, 404]


def test_a_person_is_found_in_their_program_alone(
    client_for: Sign, lead: User, ana: FocalPerson, other_program: Program
) -> None:
    elsewhere = FocalPerson.objects.create(partner=add_partner(other_program), name="Somebody")
    crossed = reverse("partners:person_edit", args=[ana.program_id, elsewhere.pk])
    assert client_for(lead).get(crossed).status_code == 404
