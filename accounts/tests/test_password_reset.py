"""A new password by a link in a mail, and a changed password: without telling who has an account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Letter, User
from accounts.tasks import send_pending_mail
from conftest import PASSWORD

Post = Callable[..., HttpResponse]
NEW = {"password1": "mango river lantern", "password2": "mango river lantern"}


def ask(browser: Client, email: str) -> HttpResponse:
    return browser.post(reverse("account_reset_password"), {"email": email})


@pytest.fixture
def link(client: Client, lead: User) -> str:
    """The path of the link the lead got by mail."""
    ask(client, lead.email)
    send_pending_mail()
    (message,) = mail.outbox
    assert message.to == [lead.email]
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


def test_the_link_leads_to_a_new_password_and_in(client: Client, lead: User, link: str) -> None:
    form = client.get(link)["Location"]
    assert "set-password" in form, "the key does not stay in the address"
    assert client.get(form).status_code == 200
    assert client.post(form, NEW)["Location"] == "/"
    lead.refresh_from_db()
    assert lead.check_password(NEW["password1"])
    assert client.session["_auth_user_id"] == str(lead.pk)


def test_a_bad_new_password_is_told_at_its_field(client: Client, lead: User, link: str) -> None:
    form = client.get(link)["Location"]
    response = client.post(form, {"password1": "short", "password2": "short"})
    assert response.status_code == 422
    assert "at least 12 characters" in response.content.decode()
    response = client.post(form, NEW | {"password2": "something else"})
    assert response.status_code == 422


def test_the_link_works_once(client: Client, link: str) -> None:
    client.post(client.get(link)["Location"], NEW)
    other = Client().get(link)
    assert other.status_code == 200
    assert "This link does not work any more" in other.content.decode()


def test_the_link_works_for_a_day(client: Client, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert client.get(link).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "This link does not work any more" in Client().get(link).content.decode()


def test_the_link_dies_when_the_address_changes(client: Client, lead: User, link: str) -> None:
    User.objects.filter(pk=lead.pk).update(email="moved@example.org")
    assert "This link does not work any more" in client.get(link).content.decode()


@pytest.fixture
def thief(lead: User) -> Client:
    """Somebody else in the lead's account. Signing in ends earlier links, so the thief comes first."""
    browser = Client()
    browser.force_login(lead)
    return browser


def test_a_new_password_ends_every_session(client: Client, lead: User, thief: Client, link: str) -> None:
    assert thief.get(reverse("accounts:account")).status_code == 200
    client.post(client.get(link)["Location"], NEW)
    assert thief.get(reverse("accounts:account")).status_code == 302
    assert Letter.objects.filter(email=lead.email, kind=Letter.Kind.PASSWORD_CHANGED).exists()


def test_it_does_not_get_around_the_second_step(client: Client, lead: User, link: str) -> None:
    TOTP.activate(lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    response = client.post(client.get(link)["Location"], NEW)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_the_page_says_the_same_for_unknown_addresses(
    client: Client, lead: User, says: Callable[[HttpResponse], str]
) -> None:
    known, unknown = ask(client, lead.email), ask(client, "nobody@example.org")
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"] == reverse("account_reset_password_done")
    assert known.headers == unknown.headers
    send_pending_mail()
    assert [message.to for message in mail.outbox] == [[lead.email]]
    assert [letter.email for letter in Letter.objects.all()] == [lead.email], "a stranger's address is not kept"


def test_asking_costs_the_same_for_unknown_addresses(
    client: Client, lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for email in (lead.email, "nobody@example.org"):
        with django_assert_num_queries(6):
            ask(client, email)


def test_the_page_says_the_same_while_mail_is_down(client: Client, lead: User, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1
    assert ask(client, lead.email).status_code == 302
    send_pending_mail()
    assert Letter.objects.get().mail_error == "waiting"


def test_nobody_floods_a_mailbox(client: Client, lead: User) -> None:
    answers = [ask(client, lead.email) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1]["Retry-After"] == "60"
    send_pending_mail()
    assert len(mail.outbox) == 1


def test_the_link_points_to_the_site_whatever_the_request_said(client: Client, lead: User, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": lead.email}, headers={"Host": "evil.example"})
    send_pending_mail()
    assert "evil.example" not in mail.outbox[0].body
    assert settings.PUBLIC_URL in mail.outbox[0].body


def test_no_table_holds_the_link(lead: User, link: str) -> None:
    key = link.rstrip("/").rpartition("-")[2]
    assert not any(key in str(row) for row in Letter.objects.values())
    assert not EmailAddress.objects.exists(), "one table of addresses is enough"


def test_changing_the_password_keeps_this_session_and_ends_the_others(
    client: Client, lead: User, sign_in: Post
) -> None:
    thief = Client()
    for browser in (client, thief):
        sign_in(browser, lead.email)
    change = reverse("account_change_password")
    assert client.post(change, NEW | {"oldpassword": "wrong"}).status_code == 422
    assert client.post(change, NEW | {"oldpassword": PASSWORD}).status_code == 302
    assert client.get(change).status_code == 200
    assert thief.get(change).status_code == 302


def test_demo_people_have_no_password_to_change(client: Client, lead: User) -> None:
    lead.is_demo = True
    lead.set_unusable_password()
    lead.save()
    client.force_login(lead)
    page = client.get(reverse("account_change_password")).content.decode()
    assert "Demo people have no password and no address" in page
    ask(client, lead.email)
    send_pending_mail()
    assert mail.outbox == []
