"""The people who speak for a partner: naming them, changing what is said of them, and what happens when they leave."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
from journal.facts import ChangedMeanwhile, facts_of
from journal.models import Change
from partners.domain import partner_reading, people
from partners.domain.partners import Refused
from partners.domain.people import FACTS, MOST
from partners.models import FocalPerson, Partner
from partners.tests.role_cases import add_partner, give, inputs_seq
from programs.models import Program

ANA = {"name": "Ana Sok", "duty": "training officer", "contact": "ana@example.org", "deputy": "Ly Chan"}


@pytest.fixture
def partner(program: Program) -> Partner:
    return add_partner(program)


@pytest.fixture
def ana(partner: Partner) -> FocalPerson:
    return FocalPerson.objects.create(partner=partner, **ANA)


def logged(**about: Any) -> list[tuple[Any, ...]]:
    found = Change.objects.filter(kind="focal_person", **about).order_by("pk")
    return list(found.values_list("verb", "field", "old", "new"))


def test_the_same_key_names_one_person(partner: Partner, lead: User) -> None:
    before = inputs_seq(partner.program)
    first, second = (people.add(partner, ANA, by=lead, key="k") for _ in range(2))
    assert (first, FocalPerson.objects.count(), inputs_seq(partner.program)) == (second, 1, before + 1)
    assert {name: getattr(first, name) for name in ANA} == ANA
    assert logged() == [("person_added", "", None, {"name": "Ana Sok"})]


def test_there_is_a_most_of_those_who_did_not_leave(partner: Partner, lead: User) -> None:
    FocalPerson.objects.bulk_create(FocalPerson(partner=partner, name=f"Person {number}") for number in range(MOST))
    with pytest.raises(Refused, match=f"At most {MOST} people"):
        people.add(partner, ANA, by=lead)
    FocalPerson.objects.filter(name="Person 1").update(left_on=timezone.localdate())
    assert people.add(partner, ANA, by=lead).name == "Ana Sok"


def test_facts_are_changed_with_their_history(ana: FocalPerson, lead: User) -> None:
    before, seen = inputs_seq(ana.partner.program), facts_of(ana, FACTS)
    people.change(ana, wanted={"deputy": "Sophea Kim", "name": "Ana Sok"}, seen=seen, by=lead)
    ana.refresh_from_db()
    assert (ana.deputy, inputs_seq(ana.partner.program)) == ("Sophea Kim", before + 1)
    assert logged() == [("changed", "deputy", "Ly Chan", "Sophea Kim")]
    people.change(ana, wanted={"deputy": "Sophea Kim"}, seen=facts_of(ana, FACTS), by=lead)
    assert (len(logged()), inputs_seq(ana.partner.program)) == (1, before + 1)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(ana: FocalPerson, lead: User) -> None:
    seen = facts_of(ana, FACTS)
    FocalPerson.objects.filter(pk=ana.pk).update(contact="012 345 678")
    with pytest.raises(ChangedMeanwhile) as clash:
        people.change(ana, wanted={"contact": "ana@example.com", "duty": "trainer"}, seen=seen, by=lead)
    ana.refresh_from_db()
    assert (clash.value.fields, ana.contact, ana.duty) == (
        {"contact": "012 345 678"},
        "012 345 678",
        "training officer",
    )


def test_roles_of_who_left_stay_in_that_name_and_are_pointed_out(ana: FocalPerson, lead: User) -> None:
    """Nobody else takes over in silence: the cell says who left, until somebody chooses."""
    cell = give(ana.partner, "A", held_by=ana)
    before = inputs_seq(ana.partner.program)
    people.change(ana, wanted={"left_on": timezone.localdate()}, seen=facts_of(ana, FACTS), by=lead)
    cell.refresh_from_db()
    assert (cell.held_by, inputs_seq(ana.partner.program)) == (ana, before + 1)
    page = partner_reading.read(ana.partner, today=timezone.localdate())
    assert (page.people, [one.person for one in page.gone], page.gone[0].holds) == ([], [ana], [cell])


@pytest.mark.parametrize("who", ["lead", "editor"])
def test_lead_and_editors_may(request: pytest.FixtureRequest, ana: FocalPerson, who: str) -> None:
    somebody = request.getfixturevalue(who)
    people.add(ana.partner, {"name": "Ly Chan"}, by=somebody)
    people.change(ana, wanted={"duty": "trainer"}, seen=facts_of(ana, FACTS), by=somebody)
    assert sorted(FocalPerson.objects.values_list("name", "duty")) == [("Ana Sok", "trainer"), ("Ly Chan", "")]


@pytest.mark.parametrize("who", ["viewer", "facilitator", "admin", "donor", "other_facilitator", "stranger"])
def test_others_may_not(request: pytest.FixtureRequest, ana: FocalPerson, who: str) -> None:
    somebody = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        people.add(ana.partner, {"name": "Ly Chan"}, by=somebody)
    with pytest.raises(PermissionDenied):
        people.change(ana, wanted={"duty": "trainer"}, seen=facts_of(ana, FACTS), by=somebody)
    assert list(FocalPerson.objects.values_list("name", "duty")) == [("Ana Sok", "training officer")]


def test_people_are_found_in_their_program_alone(ana: FocalPerson, program: Program, other_program: Program) -> None:
    assert (people.find(program, ana.pk), people.find(other_program, ana.pk)) == (ana, None)


@pytest.mark.parametrize(
    ("contact", "url"),
    [
        ("ana@example.org", "mailto:ana@example.org"),
        ("+855 12 345-678", "tel:+85512345678"),
        ("(012) 345.678", "tel:012345678"),
        ("12345", ""),
        ("ana@example.org, 012 345 678", ""),
        ("ask at the office", ""),
        ("ana@example.org?bcc=all@example.org", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_one_press_calls_or_writes(contact: str, url: str) -> None:
    assert partner_reading.contact_url(contact) == url
