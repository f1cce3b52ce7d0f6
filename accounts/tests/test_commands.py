"""Commands for whoever runs the server: the set-up link, a further organisation, two-step sign-in lost."""

from collections.abc import Callable
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import Affiliation, Invitation, Organisation, User
from accounts.tasks import send_pending_mail
from journal.models import Change


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_the_set_up_link_opens_the_set_up_page(db: None, client: Client, settings: object) -> None:
    link = run("setup_link")
    assert link.startswith(f"{settings.PUBLIC_URL}/set-up/")
    assert client.get(urlsplit(link).path).status_code == 200


def test_there_is_none_once_there_are_people(lead: User) -> None:
    with pytest.raises(CommandError, match="There are people already"):
        run("setup_link")


def test_a_further_organisation_gets_its_administrator(client: Client, admin: User) -> None:
    link = run("add_organisation", "Second  Trust", "Chief@example.org").splitlines()[-1]
    send_pending_mail()
    (message,) = mail.outbox
    assert message.subject == "You are invited to Second Trust"
    assert link in message.body
    typed = {"name": "Chief", "password1": "mango river lantern", "password2": "mango river lantern"}
    assert client.post(urlsplit(link).path, typed).status_code == 302
    assert Affiliation.objects.get(user__email="chief@example.org").is_admin
    told = [line.verb for line in Change.objects.order_by("-id")[:4]]
    assert told == ["accepted", "granted", "invited", "founded"]
    with pytest.raises(CommandError, match="has an administrator already"):
        run("add_organisation", "Second Trust", "thief@example.org")


def test_a_lost_link_is_printed_again(db: None) -> None:
    first = run("add_organisation", "Second Trust", "chief@example.org")
    assert run("add_organisation", "Second Trust", "chief@example.org") == first
    assert (Organisation.objects.count(), Invitation.objects.count()) == (1, 1)


@pytest.mark.parametrize("words", [("", "a@example.org"), ("Trust", "nonsense"), ("n" * 161, "a@example.org")])
def test_bad_words_make_nothing(db: None, words: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run("add_organisation", *words)
    assert not Organisation.objects.exists()


def test_who_lost_phone_and_codes_gets_in_again(
    client: Client, lead: User, sign_in: Callable[..., HttpResponse]
) -> None:
    TOTP.activate(lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(lead)
    assert "_auth_user_id" not in sign_in(client, lead.email).client.session
    assert run("two_step_off", lead.email.upper()).startswith(f"Two-step sign-in is off for {lead.email}")
    assert "_auth_user_id" in sign_in(Client(), lead.email).client.session
    send_pending_mail()
    (message,) = mail.outbox
    assert "two-step sign-in was turned off" in message.body


@pytest.mark.parametrize("email", ["nobody@example.org", "own_lead@example.org", ""])
def test_it_is_turned_off_only_where_it_is_on(lead: User, email: str) -> None:
    with pytest.raises(CommandError, match="Nobody signs in as"):
        run("two_step_off", email)


def test_turning_it_off_ends_every_session_and_a_role_asks_for_it_again_at_once(
    client: Client, admin: User, sign_in: Callable[..., HttpResponse], settings: Settings
) -> None:
    settings.REQUIRE_TWO_STEP = True
    sign_in(client, admin.email)
    TOTP.activate(admin, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    run("two_step_off", admin.email)
    assert client.get("/account/").status_code == 302
    sign_in(client, admin.email)
    assert client.get("/home/")["Location"] == "/account/two-step/"
