"""Forms about partners: adding, changing and taking one off the list, and the levels of the program."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Affiliation, Organisation, User
from journal.facts import facts_of
from partners.domain import partners
from partners.domain.partners import FACTS, PARTNERSHIP_FACTS
from partners.models import Partner, Partnership
from partners.tests.partner_pages import Sign, of, page_of, url, words
from partners.tests.role_cases import add_partner, give, organisation
from programs.models import Program

TODAY = timezone.localdate()


# Adding


def added(**said: Any) -> dict[str, Any]:
    return {"kind": "ngo", "levels": ["district", "national"], "nonce": "n" * 32} | said


def test_a_new_organisation_is_added_by_its_name(client_for: Sign, editor: User, program: Program) -> None:
    said = added(name="Village  council", brings="Two rooms", since_on=TODAY)
    response = client_for(editor).post(url("partner_add", program.pk), said)
    made = Partner.objects.get()
    assert (response.status_code, response["Location"]) == (302, of(made))
    assert (made.organisation.name, made.kind, made.levels, made.brings, made.since_on, made.created_by) == (
        "Village council",
        "ngo",
        ["national", "district"],
        "Two rooms",
        TODAY,
        editor,
    )


def test_an_organisation_is_picked_from_those_offered(client_for: Sign, lead: User, program: Program) -> None:
    client, before = client_for(lead), Organisation.objects.count()
    assert f'<option value="{program.organisation_id}">own organisation</option>' in page_of(
        client, url("partner_add", program.pk)
    )
    client.post(url("partner_add", program.pk), added(organisation=program.organisation_id))
    assert (Partner.objects.get().organisation, Organisation.objects.count()) == (program.organisation, before)


@pytest.mark.parametrize("is_offered", [True, False])
def test_sent_twice_it_is_added_once(client_for: Sign, lead: User, program: Program, is_offered: bool) -> None:
    client = client_for(lead)
    form = added(organisation=program.organisation_id) if is_offered else added(name="Village council")
    places = [client.post(url("partner_add", program.pk), form)["Location"] for _ in range(2)]
    assert places == [of(Partner.objects.get())] * 2


def test_a_partner_is_offered_no_more(client_for: Sign, lead: User, program: Program) -> None:
    client, address = client_for(lead), url("partner_add", program.pk)
    client.post(address, added(organisation=program.organisation_id))
    assert f'value="{program.organisation_id}"' not in page_of(client, address)
    again = client.post(address, added(organisation=program.organisation_id, brings="More"))
    assert (again.status_code, Partner.objects.count()) == (422, 1)
    assert "“own organisation” is a partner already." in words(again.text)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose an organisation, or enter its name here."),
        ({"name": "Village council", "organisation": "own"}, "Choose an organisation or enter a new one, not both."),
        ({"organisation": "foreign"}, "Select a valid choice."),
        ({"name": "Village council", "levels": ["moon"]}, "Choose from the levels shown."),
        (
            {"name": "Village council", "since_on": "2027-02-01", "until_on": "2027-01-31"},
            "The last day must not be before the first one.",
        ),
        ({"name": "Village council", "kind": ""}, "Choose: Kind"),
    ],
)
def test_mistakes_are_told_and_nothing_is_lost(
    client_for: Sign, lead: User, program: Program, other_program: Program, said: dict[str, Any], sentence: str
) -> None:
    numbers = {"own": program.organisation_id, "foreign": other_program.organisation_id}
    said = said | {"organisation": numbers.get(said.get("organisation", ""), "")}
    response = client_for(lead).post(url("partner_add", program.pk), added(brings="Two rooms") | said)
    assert (response.status_code, Partner.objects.count()) == (422, 0)
    page = words(response.text)
    assert sentence in page
    assert "Two rooms</textarea>" in page


def test_almost_the_same_name_is_pointed_out(client_for: Sign, lead: User, program: Program) -> None:
    Affiliation.objects.create(organisation=organisation("Ministry of Health"), user=lead)
    client, form = client_for(lead), added(name="Health Ministry")
    assert 'type="checkbox" name="is_another"' not in page_of(client, url("partner_add", program.pk))
    response = client.post(url("partner_add", program.pk), form)
    assert (response.status_code, Partner.objects.count()) == (422, 0)
    page = words(response.text)
    assert "“Ministry of Health” is in the list above: choose it there." in page
    assert 'type="checkbox" name="is_another"' in page
    client.post(url("partner_add", program.pk), form | {"is_another": "on"})
    assert str(Partner.objects.get()) == "Health Ministry"


def test_a_name_like_that_of_a_partner_is_pointed_out(client_for: Sign, lead: User, program: Program) -> None:
    add_partner(program, "Save the Children")
    client = client_for(lead)
    page = words(client.post(url("partner_add", program.pk), added(name="Save the Childern")).text)
    assert "“Save the Children” is a partner already. If you mean another organisation, tick the box below." in page
    again = client.post(url("partner_add", program.pk), added(name="save the children", is_another="on"))
    assert (again.status_code, Partner.objects.count()) == (422, 1)
    assert "“Save the Children” is a partner already." in words(again.text)


# Changing


def edited(partner: Partner, **said: Any) -> dict[str, Any]:
    seen = facts_of(partner, FACTS)
    shown = {name: "" if value is None else value for name, value in seen.items()}
    return shown | {"seen": json.dumps(seen), "nonce": "n" * 32} | said


def test_a_fact_is_changed(client_for: Sign, editor: User, program: Program) -> None:
    partner = add_partner(program, brings="Two rooms")
    response = client_for(editor).post(of(partner, "partner_edit"), edited(partner, until_on=TODAY, brings=""))
    partner.refresh_from_db()
    assert (response["Location"], partner.until_on, partner.brings) == (of(partner), TODAY, "")


def test_the_form_shows_what_is_there(client_for: Sign, lead: User, program: Program) -> None:
    partner = add_partner(program, levels=["region", "community"], since_on=TODAY, wants="A seat")
    page = page_of(client_for(lead), of(partner, "partner_edit"))
    assert f'value="{TODAY.isoformat()}"' in page
    assert "A seat</textarea>" in page
    boxes = re.findall(r'type="checkbox" name="levels" value="(\w+)"[^>]* checked', page)
    assert (boxes, 'name="organisation"' in page) == (["region", "community"], False)


def test_two_people_change_the_same_fact(client_for: Sign, lead: User, program: Program) -> None:
    partner, client = add_partner(program, brings="Two rooms"), client_for(lead)
    form = edited(partner, brings="Three rooms", levels=["national"])
    Partner.objects.filter(pk=partner.pk).update(brings="One room", levels=["region", "community"])
    response = client.post(of(partner, "partner_edit"), form)
    partner.refresh_from_db()
    assert (response.status_code, partner.brings, partner.levels) == (409, "One room", ["region", "community"])
    page = words(response.text)
    assert "Somebody changed this meanwhile to “One room”." in page
    assert "Somebody changed this meanwhile to “region, community”." in page
    assert "Three rooms</textarea>" in page
    again = {field.html_name: field.value() for field in response.context["form"] if field.value() is not None}
    assert client.post(of(partner, "partner_edit"), again).status_code == 302
    partner.refresh_from_db()
    assert (partner.brings, partner.levels) == ("Three rooms", ["national"])


def test_two_people_change_different_facts(client_for: Sign, lead: User, program: Program) -> None:
    partner = add_partner(program, brings="Two rooms")
    form = edited(partner, brings="Three rooms")
    Partner.objects.filter(pk=partner.pk).update(wants="A seat")
    assert client_for(lead).post(of(partner, "partner_edit"), form).status_code == 302
    partner.refresh_from_db()
    assert (partner.brings, partner.wants) == ("Three rooms", "A seat")


@pytest.mark.parametrize("seen", ["", "not json", "[]", '{"brings": 7}'])
def test_a_broken_memory_of_the_form_overwrites_nothing(
    client_for: Sign, lead: User, program: Program, seen: str
) -> None:
    partner = add_partner(program, brings="Two rooms")
    form = edited(partner, brings="Three rooms", seen=seen)
    assert client_for(lead).post(of(partner, "partner_edit"), form).status_code == 409
    partner.refresh_from_db()
    assert partner.brings == "Two rooms"


def test_a_day_that_somebody_else_set_meanwhile_does_not_break_it(
    client_for: Sign, lead: User, program: Program
) -> None:
    partner = add_partner(program)
    form = edited(partner, until_on=TODAY)
    Partner.objects.filter(pk=partner.pk).update(since_on=TODAY + timedelta(days=9))
    response = client_for(lead).post(of(partner, "partner_edit"), form)
    assert response.status_code == 422
    assert "It cannot end before it begins. Somebody changed the other day meanwhile." in words(response.text)


# Its name


def test_a_wrong_name_is_corrected(client_for: Sign, editor: User, program: Program) -> None:
    partner, client = add_partner(program, "Minisry of Health"), client_for(editor)
    assert f'href="{of(partner, "partner_rename")}"' in page_of(client, of(partner, "partner_edit"))
    assert 'value="Minisry of Health"' in page_of(client, of(partner, "partner_rename"))
    form = {"name": "Ministry of Health", "seen": '{"name": "Minisry of Health"}', "nonce": "n" * 32}
    assert client.post(of(partner, "partner_rename"), form)["Location"] == of(partner)
    assert str(Partner.objects.get()) == "Ministry of Health"


def test_of_an_organisation_that_others_know_it_says_who_can(client_for: Sign, lead: User, program: Program) -> None:
    partner, client = add_partner(program, "Minisry of Health"), client_for(lead)
    Affiliation.objects.create(organisation=partner.organisation, user=lead)
    page = page_of(client, of(partner, "partner_rename"))
    assert ("its administrators can" in page, 'name="name"' in page) == (True, False)
    form = {"name": "Ministry of Health", "seen": '{"name": "Minisry of Health"}', "nonce": "n" * 32}
    assert client.post(of(partner, "partner_rename"), form).status_code == 422
    assert str(Partner.objects.get()) == "Minisry of Health"


# Taking it off the list


def test_it_asks_once_and_takes_it_off(client_for: Sign, lead: User, program: Program) -> None:
    partner, client = add_partner(program, "Minisry of Health"), client_for(lead)
    assert "Take Minisry of Health off the list?" in page_of(client, of(partner, "partner_remove"))
    assert Partner.objects.count() == 1
    response = client.post(of(partner, "partner_remove"))
    assert (response["Location"], Partner.objects.count()) == (url("partners", program.pk), 0)


def test_of_one_that_is_used_it_says_how_it_leaves(client_for: Sign, lead: User, program: Program) -> None:
    partner, client = add_partner(program), client_for(lead)
    give(partner, "I")
    page = page_of(client, of(partner, "partner_remove"))
    assert f'href="{of(partner, "partner_edit")}"' in page
    assert "<button" not in page[page.index("<h1") :]
    response = client.post(of(partner, "partner_remove"), follow=True)
    assert "Enter the day until which it is a partner instead." in words(response.text)
    assert Partner.objects.count() == 1


# Levels


def test_levels_are_ticked_before_there_is_any_partner(client_for: Sign, editor: User, program: Program) -> None:
    client, address = client_for(editor), url("levels", program.pk)
    assert "checked" not in page_of(client, address)
    assert Partnership.objects.count() == 0
    form = {"levels": ["community", "national"], "seen": '{"levels": []}', "nonce": "n" * 32}
    assert client.post(address, form)["Location"] == url("partners", program.pk)
    assert "national, community" in page_of(client, url("partners", program.pk))
    assert Partnership.objects.get().levels == ["national", "community"]


def test_two_people_change_the_levels(client_for: Sign, lead: User, program: Program) -> None:
    client, seen = client_for(lead), facts_of(partners.partnership_of(program), PARTNERSHIP_FACTS)
    partners.change_levels(program, wanted={"levels": ["region"]}, seen=seen, by=lead)
    form = {"levels": ["community"], "seen": json.dumps(seen), "nonce": "n" * 32}
    response = client.post(url("levels", program.pk), form)
    assert (response.status_code, Partnership.objects.get().levels) == (409, ["region"])
    assert "Somebody changed this meanwhile to “region”." in words(response.text)
