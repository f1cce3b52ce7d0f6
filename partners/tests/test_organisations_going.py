"""What becomes of an organisation when its partner is taken off the list: a mistake is offered to nobody again."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.domain import organisations
from accounts.models import Affiliation, Invitation, Organisation, User
from journal.tests.haste import at_once
from partners.domain import partners
from partners.domain.partners import Refused
from partners.models import Partner
from partners.tests.role_cases import add_partner
from programs.models import Program

SAID = {"kind": "ngo", "levels": ["district"]}


def is_there(name: str) -> bool:
    return Organisation.objects.filter(name=name).exists()


def test_entered_by_mistake_it_is_offered_to_nobody(program: Program, lead: User) -> None:
    made = add_partner(program, "Minisry of Helth")
    partners.remove(made, by=lead)
    assert (is_there("Minisry of Helth"), list(partners.known(lead).filter(name__startswith="Min"))) == (False, [])


def member(of: Organisation, lead: User, other: Program) -> None:
    Affiliation.objects.create(organisation=of, user=lead)


def invited(of: Organisation, lead: User, other: Program) -> None:
    to = {"kind": "organisation", "object_id": of.pk, "role": "member"}
    Invitation.objects.create(email="a@example.org", invited_by=lead, expires_at=timezone.now(), **to)


def partner_elsewhere(of: Organisation, lead: User, other: Program) -> None:
    Partner.objects.create(program=other, organisation=of, kind="ngo", created_by=lead)


def runs_a_program(of: Organisation, lead: User, other: Program) -> None:
    Program.objects.filter(pk=other.pk).update(organisation=of)


@pytest.mark.parametrize("use", [member, invited, partner_elsewhere, runs_a_program])
def test_whoever_else_has_to_do_with_it_keeps_it(
    program: Program, other_program: Program, lead: User, use: Callable[..., None]
) -> None:
    made = add_partner(program, "Ministry of Health")
    use(made.organisation, lead, other_program)
    partners.remove(made, by=lead)
    assert (is_there("Ministry of Health"), Partner.objects.filter(program=program).count()) == (True, 0)


def test_one_that_was_founded_stays(program: Program, lead: User) -> None:
    """Also before anybody belongs to it."""
    founded = organisations.found("Ministry of Health")
    made = Partner.objects.create(program=program, organisation=founded, kind="ngo", created_by=lead)
    partners.begin(program)
    assert partners.is_entered_here(made) is False
    partners.remove(made, by=lead)
    assert is_there("Ministry of Health")


def test_with_its_last_partner_it_goes(program: Program, other_program: Program, lead: User, other_lead: User) -> None:
    made = add_partner(program, "Ministry of Health")
    other = Partner.objects.create(
        program=other_program, organisation=made.organisation, kind="ngo", created_by=other_lead
    )
    partners.begin(other_program)
    partners.remove(made, by=lead)
    assert is_there("Ministry of Health")
    partners.remove(other, by=other_lead)
    assert not is_there("Ministry of Health")


@pytest.mark.django_db(transaction=True)
def test_taken_in_again_while_it_goes(guide: object, program: Program, lead: User) -> None:
    """Whoever comes first: a partner has its organisation, or is told that there is none."""
    for number in range(4):
        made = add_partner(program, f"Office {number}")
        done = at_once(
            lambda made=made: partners.remove(made, by=lead),
            lambda made=made: partners.add(program, made.organisation, SAID, by=lead),
        )
        assert done[0] is None
        assert isinstance(done[1], Partner | Refused)
        partner = Partner.objects.filter(program=program, organisation__name=f"Office {number}").first()
        assert (partner is not None) == isinstance(done[1], Partner)
