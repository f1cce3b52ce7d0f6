"""Every address of the accounts has a door, and the door does what it says."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from accounts import urls
from accounts.models import Invitation, User

Entry = URLPattern | URLResolver
VALUES = {"<int:invitation_id>": "{invitation}", "<int:organisation_id>": "{organisation}", "<str:entrance>": "team"}


def walk(entries: list[Entry], prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in entries:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(entry.url_patterns, path)
        else:
            yield path, entry


ALL = list(walk(urls.urlpatterns))
every_address = pytest.mark.parametrize(("path", "pattern"), ALL, ids=[pattern.name for _, pattern in ALL])


def address(path: str, invitation: Invitation) -> str:
    """The path with real numbers where it asks for some."""
    path = path.replace("^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\\w]+)/$", "password/new/1-x/")
    path = path.replace("<str:kind>/<int:object_id>", "organisation/<int:organisation_id>")
    for placeholder, value in VALUES.items():
        path = path.replace(placeholder, value.format(invitation=invitation.pk, organisation=invitation.object_id))
    for other in ("<int:person_id>", "<int:portfolio_id>", "<int:watcher_id>", "<int:session_id>", "<str:token>"):
        path = path.replace(other, "0")
    return path


@every_address
def test_it_has_a_door(path: str, pattern: URLPattern) -> None:
    assert pattern.callback.door in {"open", "signed in", "organisation", "inviting"}


@every_address
def test_only_open_doors_let_strangers_in(
    path: str, pattern: URLPattern, invitation: Invitation, client: Client
) -> None:
    response = client.get(address(path, invitation))
    sent_to_sign_in = response.status_code == 302 and response["Location"].startswith("/account/sign-in/")
    follows_a_first_step = pattern.name == "mfa_authenticate"
    assert sent_to_sign_in == (follows_a_first_step or pattern.callback.door != "open")


@pytest.mark.parametrize(
    ("path", "pattern"),
    [(path, pattern) for path, pattern in ALL if pattern.callback.door in {"organisation", "inviting"}],
    ids=lambda value: getattr(value, "name", ""),
)
def test_who_does_not_belong_finds_nothing_and_members_are_told_no(
    path: str,
    pattern: URLPattern,
    invitation: Invitation,
    client_for: Callable[[User], Client],
    lead: User,
    other_lead: User,
) -> None:
    url = address(path, invitation)
    for method in ("get", "post"):
        assert getattr(client_for(other_lead), method)(url).status_code == 404
    needs = getattr(pattern.callback, "needs", "admin")
    assert client_for(lead).get(url).status_code == (403 if needs == "admin" else 200)
