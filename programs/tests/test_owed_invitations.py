"""Invitations nobody has accepted: who hears of them, from when on, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.domain import invitations
from accounts.models import Invitation, Organisation, Portfolio, User
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Program

TODAY = timezone.now().date()
DAY = timedelta(days=1)


def of(user: User) -> list[Owed]:
    return owed.by(user, today=TODAY)


def sent(days_ago: int, **fields: Any) -> Invitation:
    """The invitation there is, as if its mail had gone out so many days ago."""
    at = datetime.combine(TODAY - days_ago * DAY, datetime.min.time(), UTC) + timedelta(hours=9)
    fields = {"created_at": at, "mailed_at": at, "expires_at": at + invitations.VALID_FOR} | fields
    Invitation.objects.update(**fields)
    return Invitation.objects.get()


@pytest.fixture
def invited(program: Program, lead: User) -> Invitation:
    return invitations.invite("program", program.pk, email="new@example.org", role="editor", by=lead)


@pytest.mark.parametrize(("days", "is_listed"), [(0, False), (2, False), (3, True), (14, True), (16, False)])
def test_it_is_owed_from_three_days_on_until_it_expired(
    invited: Invitation, lead: User, days: int, is_listed: bool
) -> None:
    made = sent(days)
    assert [one.subject_id for one in of(lead)] == [made.pk] * is_listed
    found = [one.subject_id for one in owed.on([TODAY - days * DAY], today=TODAY)]
    assert found == [made.pk] * (days < 16)


def test_it_is_told_three_times_and_no_more(invited: Invitation, lead: User, program: Program) -> None:
    sent(3)
    [one] = of(lead)
    assert (one.text, one.program_id) == ("Not accepted yet, the invitation to new@example.org", program.pk)
    assert one.url == reverse("programs:team", args=[program.pk])
    assert (one.due_on, one.anchor_on, one.urgency(TODAY)) == (None, TODAY - 3 * DAY, Urgency.LATER)
    assert (one.lead_days, one.rule.after_days) == ((), (3, 7, 14))


def test_a_name_is_said_rather_than_an_address(invited: Invitation, lead: User) -> None:
    sent(3, name="Rit Keo")
    assert [one.subject for one in of(lead)] == ["Rit Keo"]


@pytest.mark.parametrize("how", ["accepted", "withdrawn"])
def test_it_is_over_once_somebody_said_so(invited: Invitation, lead: User, stranger: User, how: str) -> None:
    if how == "accepted":
        sent(3, email=stranger.email)
        invitations.accept(Invitation.objects.get(), by=stranger)
    else:
        invitations.revoke(sent(3), by=lead)
    assert of(lead) == []


def test_one_whose_mail_waits_was_not_sent_yet(invited: Invitation, lead: User) -> None:
    sent(3, mailed_at=None)
    assert of(lead) == []
    sent(3, mailed_at=None, mail_wanted=False)  # handed over by its link
    assert len(of(lead)) == 1


def test_sent_again_it_counts_anew(invited: Invitation, lead: User) -> None:
    made = sent(5)
    invitations.resend(made, by=lead)
    Invitation.objects.update(mailed_at=timezone.now())
    assert of(lead) == []


def test_an_archived_program_invites_nobody(invited: Invitation, program: Program, lead: User) -> None:
    sent(3)
    Program.objects.filter(pk=program.pk).update(archived_at=timezone.now())
    assert of(lead) == []


@pytest.mark.parametrize("kind", ["organisation", "portfolio"])
def test_those_to_other_things_are_of_no_program(
    organisation: Organisation, portfolio: Portfolio, admin: User, kind: str
) -> None:
    thing, role = {"organisation": (organisation, "member"), "portfolio": (portfolio, "donor")}[kind]
    invitations.invite(kind, thing.pk, email="new@example.org", role=role, by=admin)
    sent(3)
    [one] = of(admin)
    assert (one.program_id, one.program_name) == (0, thing.name)
    numbers = [organisation.pk] if kind == "organisation" else [organisation.pk, portfolio.pk]
    assert one.url == reverse(f"accounts:{kind}", args=numbers)


def test_nobody_else_hears_of_it(invited: Invitation, lead: User, editor: User, admin: User, other_lead: User) -> None:
    sent(3)
    assert [len(of(user)) for user in (lead, editor, admin, other_lead)] == [1, 0, 0, 0]
