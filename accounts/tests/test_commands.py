"""Commands for whoever runs the server: the set-up link, and a further organisation."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

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
