"""Inviting and accepting: once, in time, by the right person, and written down."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from accounts.domain import invitations, organisations
from accounts.models import Affiliation, Invitation, Organisation, Portfolio, User, Watcher
from journal.models import Change


def token_of(invitation: Invitation) -> str:
    return invitations.path_of(invitation).rstrip("/").rpartition("/")[2]


def verbs(kind: str, object_id: int) -> list[tuple[str, str | None]]:
    changes = Change.objects.about(kind, object_id).order_by("id")
    return [(change.verb, change.actor and change.actor.email) for change in changes]


def test_accepting_makes_a_member(organisation: Organisation, admin: User, stranger: User) -> None:
    invitation = invitations.invite("organisation", organisation.pk, email=stranger.email, role="member", by=admin)
    offer = invitations.accept(invitation, by=stranger)
    assert offer.name == organisation.name
    assert not Affiliation.objects.get(user=stranger, organisation=organisation).is_admin
    invitation.refresh_from_db()
    assert invitation.accepted_by == stranger
    assert verbs("organisation", organisation.pk) == [
        ("invited", admin.email),
        ("granted", admin.email),
        ("accepted", stranger.email),
    ]


@pytest.mark.parametrize("role", ["facilitator", "donor"])
def test_accepting_lets_somebody_watch_a_portfolio(
    role: str, portfolio: Portfolio, admin: User, stranger: User
) -> None:
    invitation = invitations.invite("portfolio", portfolio.pk, email=stranger.email, role=role, by=admin)
    invitations.accept(invitation, by=stranger)
    assert Watcher.objects.get(portfolio=portfolio, user=stranger).role == role


def test_an_administrator_stays_one_when_invited_as_member(organisation: Organisation, admin: User) -> None:
    organisations.join(admin, organisation, is_admin=False, by=None)
    assert Affiliation.objects.get(user=admin, organisation=organisation).is_admin


def test_a_newcomer_gets_an_account_and_the_place(invitation: Invitation, organisation: Organisation) -> None:
    user, _ = invitations.accept_as_newcomer(invitation, name="Noor", password="an own long password")
    assert (user.email, user.name, user.language) == ("new@example.org", "Noor", "en")
    assert user.check_password("an own long password")
    assert Affiliation.objects.filter(user=user, organisation=organisation).exists()


def test_the_invitation_is_for_one_person(invitation: Invitation, stranger: User) -> None:
    with pytest.raises(invitations.NotYours):
        invitations.accept(invitation, by=stranger)
    assert not Affiliation.objects.filter(user=stranger).exists()


def test_the_address_is_compared_without_regard_to_case(
    organisation: Organisation, admin: User, stranger: User
) -> None:
    invitation = invitations.invite(
        "organisation", organisation.pk, email=stranger.email.upper(), role="member", by=admin
    )
    invitations.accept(invitation, by=stranger)
    assert Affiliation.objects.filter(user=stranger).exists()


def test_it_works_for_fourteen_days(invitation: Invitation) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=13, hours=23), tick=False):
        assert invitations.open_offer(invitation)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1), tick=False):
        with pytest.raises(invitations.Dead, match="expired"):
            invitations.open_offer(invitation)
        with pytest.raises(invitations.Dead, match="expired"):
            invitations.accept_as_newcomer(invitation, name="Late", password="an own long password")
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_used_link_opens_nothing_for_anybody_else(invitation: Invitation) -> None:
    user, offer = invitations.accept_as_newcomer(invitation, name="Noor", password="an own long password")
    with pytest.raises(invitations.Dead, match="used"):
        invitations.accept_as_newcomer(invitation, name="Noor", password="another long password")
    assert invitations.accept(invitation, by=user) == offer, "the same person's second click is as good"


def test_a_withdrawn_link_opens_nothing(invitation: Invitation, admin: User) -> None:
    invitations.revoke(invitation, by=admin)
    with pytest.raises(invitations.Dead, match="revoked"):
        invitations.accept_as_newcomer(invitation, name="Noor", password="an own long password")
    with pytest.raises(invitations.Dead, match="revoked"):
        invitations.resend(invitation, by=admin)
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_invitation_to_something_gone_opens_nothing(portfolio: Portfolio, admin: User) -> None:
    invitation = invitations.invite("portfolio", portfolio.pk, email="new@example.org", role="donor", by=admin)
    portfolio.listings.all().delete()
    portfolio.delete()
    with pytest.raises(invitations.Dead, match="gone"):
        invitations.accept_as_newcomer(invitation, name="Noor", password="an own long password")
    assert not User.objects.filter(email="new@example.org").exists()


def test_sending_again_renews_the_same_link(invitation: Invitation, admin: User) -> None:
    day = timedelta(days=1)
    Invitation.objects.update(mailed_at=timezone.now() - day, expires_at=timezone.now() - day)
    before = token_of(invitation)
    again = invitations.resend(invitation, by=admin)
    assert token_of(again) == before
    assert not again.is_expired
    assert list(Invitation.objects.due()) == [again]


def test_inviting_again_changes_the_role_of_the_same_invitation(invitation: Invitation, admin: User) -> None:
    again = invitations.invite("organisation", invitation.object_id, email="NEW@example.org", role="admin", by=admin)
    assert (again.pk, again.role) == (invitation.pk, "admin")
    assert Invitation.objects.count() == 1


def test_nobody_is_mailed_twice_within_minutes(invitation: Invitation, admin: User) -> None:
    Invitation.objects.update(mailed_at=timezone.now())
    with pytest.raises(invitations.Refused, match="minutes ago"):
        invitations.resend(invitation, by=admin)
    again = invitations.invite("organisation", invitation.object_id, email="new@example.org", role="admin", by=admin)
    assert again.role == "admin"
    assert not Invitation.objects.due().exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert invitations.resend(invitation, by=admin).mailed_at is None


def test_who_has_the_role_is_not_invited_to_it(organisation: Organisation, admin: User, lead: User) -> None:
    with pytest.raises(invitations.Refused, match="has this role already"):
        invitations.invite("organisation", organisation.pk, email=lead.email, role="member", by=admin)
    invitation = invitations.invite("organisation", organisation.pk, email=lead.email, role="admin", by=admin)
    assert invitation.role == "admin"


def test_an_unknown_role_is_refused(organisation: Organisation, admin: User) -> None:
    with pytest.raises(invitations.Refused):
        invitations.invite("organisation", organisation.pk, email="new@example.org", role="owner", by=admin)


def test_nobody_invites_a_crowd_within_an_hour(
    monkeypatch: pytest.MonkeyPatch, organisation: Organisation, admin: User, other_lead: User
) -> None:
    monkeypatch.setattr(invitations, "MOST_AN_HOUR", 2)
    for number in range(2):
        invitations.invite("organisation", organisation.pk, email=f"{number}@example.org", role="member", by=admin)
    with pytest.raises(invitations.Refused, match="many people"):
        invitations.invite("organisation", organisation.pk, email="3@example.org", role="member", by=admin)
    invitations.invite("organisation", organisation.pk, email="3@example.org", role="member", by=other_lead)


def test_the_database_alone_does_not_give_the_link(invitation: Invitation) -> None:
    row = str(Invitation.objects.filter(pk=invitation.pk).values().get())
    assert token_of(invitation) not in row
    assert len(token_of(invitation)) == 43  # 256 bits


def test_only_the_right_token_finds_it(invitation: Invitation) -> None:
    token = token_of(invitation)
    assert invitations.find(invitation.pk, token) == invitation
    assert invitations.find(invitation.pk, token[:-1]) is None
    assert invitations.find(invitation.pk + 1, token) is None
    assert invitations.find(invitation.pk, invitation.nonce) is None
    assert invitations.find(10**30, "é\x00") is None


def test_links_survive_a_new_secret_key_while_the_old_one_is_kept(invitation: Invitation) -> None:
    token = token_of(invitation)
    with override_settings(SECRET_KEY="a new key " * 6, SECRET_KEY_FALLBACKS=[]):
        assert invitations.find(invitation.pk, token) is None
    from django.conf import settings

    with override_settings(SECRET_KEY="a new key " * 6, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert invitations.find(invitation.pk, token) == invitation


def test_who_loses_the_right_to_invite_loses_open_invitations(
    organisation: Organisation, portfolio: Portfolio, admin: User, lead: User
) -> None:
    member = Affiliation.objects.get(user=lead)
    organisations.set_admin(member, is_admin=True, by=admin)
    mine = invitations.invite("organisation", organisation.pk, email="second@example.org", role="admin", by=lead)
    watch = invitations.invite("portfolio", portfolio.pk, email="second@example.org", role="donor", by=lead)
    kept = invitations.invite("organisation", organisation.pk, email="kept@example.org", role="member", by=admin)
    organisations.set_admin(member, is_admin=False, by=admin)
    for invitation in (mine, watch):
        with pytest.raises(invitations.Dead, match="revoked"):
            invitations.open_offer(Invitation.objects.get(pk=invitation.pk))
    assert invitations.open_offer(Invitation.objects.get(pk=kept.pk))


@pytest.mark.django_db(transaction=True)
def test_five_newcomers_by_one_link_make_one_account(
    invitation: Invitation, at_once: Callable[..., list[object]]
) -> None:
    results = at_once(lambda: invitations.accept_as_newcomer(invitation, name="Noor", password="an own long password"))
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(result) for result in refused] == [invitations.Dead] * 4
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Change.objects.filter(verb="accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_links_for_one_address_at_once_make_one_account(
    organisation: Organisation, portfolio: Portfolio, admin: User, at_once: Callable[..., list[object]]
) -> None:
    links = [
        invitations.invite("organisation", organisation.pk, email="new@example.org", role="member", by=admin),
        invitations.invite("portfolio", portfolio.pk, email="new@example.org", role="donor", by=admin),
    ]
    results = at_once(
        lambda: invitations.accept_as_newcomer(links.pop(), name="Noor", password="an own long password"), times=2
    )
    assert sorted(type(result).__name__ for result in results) == ["HasAccount", "tuple"]
    assert User.objects.filter(email="new@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_accepts_once(
    organisation: Organisation, admin: User, stranger: User, at_once: Callable[..., list[object]]
) -> None:
    invitation = invitations.invite("organisation", organisation.pk, email=stranger.email, role="member", by=admin)
    offers = at_once(lambda: invitations.accept(invitation, by=stranger).name)
    assert offers == [organisation.name] * 5
    assert Change.objects.filter(verb="accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_inviting_the_same_person_at_once_makes_one_invitation(
    organisation: Organisation, admin: User, at_once: Callable[..., list[object]]
) -> None:
    def invite() -> int:
        return invitations.invite("organisation", organisation.pk, email="new@example.org", role="member", by=admin).pk

    numbers = [result for result in at_once(invite) if not isinstance(result, invitations.Refused)]
    assert numbers == [Invitation.objects.get().pk] * len(numbers)
