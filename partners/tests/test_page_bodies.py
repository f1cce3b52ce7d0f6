"""Coordination bodies on the register’s page, and the forms that add, change and dissolve one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from partners.domain import bodies
from partners.models import CoordinationBody, Partner
from partners.tests.agreement_cases import body, day, queries, typed
from partners.tests.role_cases import add_partner
from programs.models import Program

ClientFor = Callable[[User | None], Client]


def url(name: str, program: Program, *parts: int) -> str:
    return reverse(f"partners:{name}", args=[program.pk, *parts])


def at(name: str, made: CoordinationBody) -> str:
    return url(name, made.program, made.pk)


def listed(client: Client, program: Program) -> str:
    """The part of the register’s page about bodies."""
    return client.get(url("agreements", program)).text.partition('id="bodies"')[2]


def new(*members: Partner, **said: Any) -> dict[str, Any]:
    usual = {"name": "Steering group", "level": "district", "rhythm": "monthly", "nonce": "a" * 32}
    return usual | {"members": [one.pk for one in members], "next_meeting_on": day(9).isoformat()} | said


def test_each_stands_with_what_one_must_know(signed_in: Client, office: Partner, program: Program) -> None:
    made = body(office, add_partner(program, "Bright Path"), name="Steering group")
    page = listed(signed_in, program)
    for words in ("Steering group", "district · every month · Bright Path, Health office", "in 12 days"):
        assert words in page
    assert (at("body_edit", made) in page, at("body_dissolve", made) in page) == (True, True)
    assert "past its next meeting" not in page


def test_past_its_next_meeting_it_says_so(signed_in: Client, office: Partner, program: Program) -> None:
    body(office, next_meeting_on=day(-12))
    page = listed(signed_in, program)
    assert ("past its next meeting" in page, "12 days ago" in page, "Enter the next meeting" in page) == (
        True,
        True,
        True,
    )
    CoordinationBody.objects.update(next_meeting_on=None)
    page = listed(signed_in, program)
    assert ("past its next meeting" in page, "no next meeting is set" in page) == (False, True)


def test_dissolved_ones_stand_below(signed_in: Client, office: Partner, program: Program) -> None:
    made = body(office, name="Pilot committee")
    bodies.dissolve(made, by=program.created_by)
    page = listed(signed_in, program)
    assert ("1 that was dissolved" in page, "Pilot committee" in page, f'"{at("body_edit", made)}"' in page) == (
        True,
        True,
        False,
    )


def test_who_only_reads_finds_nothing_to_press(client_for: ClientFor, viewer: User, office: Partner) -> None:
    made, client = body(office), client_for(viewer)
    page = listed(client, made.program)
    assert ("District steering group" in page, at("body_edit", made) in page) == (True, False)
    for name in ("body_edit", "body_dissolve"):
        assert (client.get(at(name, made)).status_code, client.post(at(name, made)).status_code) == (403, 403)
    assert client.get(url("body_add", made.program)).status_code == 403


def test_the_page_asks_the_same_for_one_and_for_three(signed_in: Client, office: Partner, program: Program) -> None:
    asked = []
    for count in (1, 3):
        while CoordinationBody.objects.filter(dissolved_at=None).count() < count:
            body(office, add_partner(program, f"Partner {Partner.objects.count()}"))
            bodies.dissolve(body(office), by=program.created_by)
        asked.append(queries(lambda: signed_in.get(url("agreements", program))))
    assert (asked[0] == asked[1], asked[0] <= 12) == (True, True)


def test_one_is_added_once(signed_in: Client, office: Partner, program: Program) -> None:
    for _ in range(2):
        response = signed_in.post(url("body_add", program), new(office))
        assert (response.status_code, response["Location"]) == (302, f"{url('agreements', program)}#bodies")
    made = CoordinationBody.objects.get()
    assert (made.name, made.next_meeting_on, list(made.members.all())) == ("Steering group", day(9), [office])


def test_without_partners_there_is_nobody_to_meet(signed_in: Client, program: Program) -> None:
    page = signed_in.get(url("body_add", program)).text
    assert (url("partner_add", program) in page, 'name="rhythm"' in page) == (True, False)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"members": []}, "Choose at least one partner who comes."),
        ({"level": ""}, "Choose at which level it meets."),
        ({"next_meeting_on": "soon"}, "year-month-day"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    signed_in: Client, office: Partner, program: Program, said: dict[str, Any], words: str
) -> None:
    response = signed_in.post(url("body_add", program), new(office, **said))
    assert (response.status_code, CoordinationBody.objects.count()) == (422, 0)
    assert (words in response.text, "Steering group" in response.text) == (True, True)


def test_partners_of_others_are_no_members(
    signed_in: Client, office: Partner, program: Program, other_program: Program
) -> None:
    foreign, made = add_partner(other_program), body(office)
    for way in (url("body_add", program), at("body_edit", made)):
        response = signed_in.post(way, new(office, foreign, seen="{}"))
        assert (response.status_code, "Choose among the partners of this program." in response.text) == (422, True)
    assert (CoordinationBody.objects.count(), list(made.members.all())) == (1, [office])


def test_it_is_changed(signed_in: Client, office: Partner) -> None:
    made = body(office)
    page = signed_in.get(at("body_edit", made))
    response = signed_in.post(at("body_edit", made), typed(page, next_meeting_on=day(40)))
    made.refresh_from_db()
    assert (response.status_code, made.next_meeting_on, made.name) == (302, day(40), "District steering group")


def test_another_change_meanwhile_is_shown(signed_in: Client, office: Partner) -> None:
    made = body(office)
    page = signed_in.get(at("body_edit", made))
    signed_in.post(at("body_edit", made), typed(page, name="By another"))
    clash = signed_in.post(at("body_edit", made), typed(page, name="By me"))
    made.refresh_from_db()
    assert (clash.status_code, made.name, "By another" in clash.text, "By me" in clash.text) == (
        409,
        "By another",
        True,
        True,
    )
    assert signed_in.post(at("body_edit", made), typed(clash)).status_code == 302
    made.refresh_from_db()
    assert made.name == "By me"


def test_it_is_dissolved(signed_in: Client, office: Partner, program: Program) -> None:
    made = body(office)
    page = signed_in.get(at("body_dissolve", made)).text
    assert ("Dissolve “District steering group”?" in page, CoordinationBody.objects.get().dissolved_at) == (True, None)
    opened = signed_in.get(at("body_edit", made))
    assert signed_in.post(at("body_dissolve", made))["Location"] == f"{url('agreements', program)}#bodies"
    assert CoordinationBody.objects.get().dissolved_at is not None
    late = signed_in.post(at("body_edit", made), typed(opened, name="Too late"))
    assert (late.status_code, "This body was dissolved." in late.text) == (422, True)
    assert "This body was dissolved on" in signed_in.get(at("body_edit", made)).text


@pytest.mark.parametrize("name", ["body_edit", "body_dissolve"])
def test_one_of_another_program_is_not_here(
    signed_in: Client, program: Program, other_program: Program, name: str
) -> None:
    made = body(add_partner(other_program))
    assert signed_in.get(url(name, program, made.pk)).status_code == 404
    assert signed_in.post(url(name, program, made.pk)).status_code == 404
    assert CoordinationBody.objects.get().dissolved_at is None
