"""The page behind an invitation's link, for whoever opens it in whatever state it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import invitations
from accounts.models import Affiliation, Invitation, Organisation, User

Post = Callable[..., HttpResponse]
TYPED = {"name": "Noor Haddad", "password1": "mango river lantern", "password2": "mango river lantern"}


@pytest.fixture
def link_for(organisation: Organisation, admin: User) -> Callable[..., str]:
    def make(email: str, role: str = "member") -> str:
        return invitations.path_of(
            invitations.invite("organisation", organisation.pk, email=email, role=role, by=admin)
        )

    return make


def test_a_newcomer_sees_what_it_is_and_joins(client: Client, link: str, organisation: Organisation) -> None:
    page = client.get(link).content.decode()
    for words in ("Join own organisation", "Own Admin Person", "Member", 'value="new@example.org"'):
        assert words in page
    assert client.post(link, TYPED)["Location"] == reverse("accounts:organisation", args=[organisation.pk])
    user = User.objects.get(email="new@example.org")
    assert user.name == "Noor Haddad"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get(link)["Location"] == reverse("accounts:organisation", args=[organisation.pk])


def test_opening_it_changes_nothing(client: Client, link: str, lead: User) -> None:
    before = list(Invitation.objects.values())
    for _ in range(2):
        client.get(link)
        client.head(link)
    assert list(Invitation.objects.values()) == before
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_address_cannot_be_changed_by_who_joins(client: Client, link: str) -> None:
    client.post(link, TYPED | {"email": "other@example.org", "is_admin": "1", "role": "admin"})
    user = User.objects.get(email="new@example.org")
    assert not Affiliation.objects.get(user=user).is_admin
    assert not User.objects.filter(email="other@example.org").exists()


def test_a_planted_session_is_worth_nothing_after_joining(client: Client, link: str) -> None:
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.post(link, TYPED)
    assert client.session.session_key != session.session_key


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Fill in: Your name"),
        ("password1", "short", "at least 12 characters"),
        ("password1", "own organisation 1", "little more than a name"),
        ("password2", "another one", "The two passwords are not the same."),
    ],
)
def test_bad_input_is_told_and_the_link_stays_good(
    field: str, value: str, message: str, client: Client, link: str
) -> None:
    response = client.post(link, TYPED | {field: value})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert client.post(link, TYPED).status_code == 302


def test_somebody_with_an_account_signs_in_and_accepts(
    client: Client, lead: User, link_for: Callable[..., str], sign_in: Post
) -> None:
    link = link_for(lead.email, "admin")
    page = client.get(link).content.decode()
    assert f'href="{reverse("account_login")}?next={link}"' in page
    assert "password1" not in page
    client.post(link, TYPED)
    assert not Affiliation.objects.get(user=lead).is_admin, "a password on this page is not for them"
    assert sign_in(client, lead.email, url=link)["Location"] == link
    assert "Accept" in client.get(link).content.decode()
    assert not Affiliation.objects.get(user=lead).is_admin
    client.post(link)
    assert Affiliation.objects.get(user=lead).is_admin


def test_in_another_persons_browser_it_says_so(client: Client, link: str, stranger: User) -> None:
    client.force_login(stranger)
    for response in (client.get(link), client.post(link, TYPED)):
        page = response.content.decode()
        assert response.status_code == 403
        assert "This invitation is for somebody else" in page
        assert "It is for new@example.org, but Stranger Person is signed in" in page
    assert not Affiliation.objects.filter(user=stranger).exists()
    after = client.post(reverse("account_logout"), {"next": link})
    assert after["Location"] == link
    assert "Make your account" in client.get(link).content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "This invitation has ended"),
        ({"revoked_at": timezone.now()}, "This invitation was withdrawn"),
        ({"accepted_at": timezone.now()}, "This invitation was accepted already"),
        ({"object_id": 0}, "What you were invited to is gone"),
        ({"role": "emperor"}, "What you were invited to is gone"),
    ],
)
def test_a_dead_link_says_why(state: dict[str, object], words: str, client: Client, link: str, stranger: User) -> None:
    Invitation.objects.update(**state)
    for browser in (client, Client()):
        for response in (browser.get(link), browser.post(link, TYPED)):
            assert response.status_code == 410
            assert words in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_wrong_links_are_told_apart_by_nothing(
    client: Client, invitation: Invitation, says: Callable[[HttpResponse], str]
) -> None:
    right = invitations.path_of(invitation)
    token = right.rstrip("/").rpartition("/")[2]
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=timezone.now())
    no_such_number = client.get(reverse("accounts:invitation", args=[987654321, token]))
    wrong_token = client.get(reverse("accounts:invitation", args=[invitation.pk, "x" * 43]))
    huge_number = client.get(f"/invitation/{10**40}/{token}/")
    assert {r.status_code for r in (no_such_number, wrong_token, huge_number)} == {404}
    assert says(no_such_number) == says(wrong_token) == says(huge_number)
    assert "This link is not right" in says(wrong_token)
    assert client.get(right).status_code == 410


def test_no_cache_and_no_search_engine_keeps_it(client: Client, link: str) -> None:
    for response in (client.get(link), client.get("/invitation/1/x/")):
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "same-origin"


def test_an_account_made_meanwhile_is_asked_to_sign_in(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch, make_user: Callable[..., User]
) -> None:
    monkeypatch.setattr(invitations, "has_account", lambda found: False)
    make_user("new")
    response = client.post(link, TYPED)
    assert response.status_code == 200
    assert "There is an account for new@example.org" in response.content.decode()
    assert "_auth_user_id" not in client.session
