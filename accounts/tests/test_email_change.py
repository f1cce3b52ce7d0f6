"""Another e-mail address: asked for with the password, confirmed by a link, told to the old one and nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Letter, User
from accounts.tasks import send_pending_mail
from conftest import PASSWORD

Post = Callable[..., HttpResponse]
URL = "/account/email/"
NEW = "moved@example.org"


@pytest.fixture
def owner(client: Client, lead: User, sign_in: Post) -> Client:
    """The lead's browser, the password just entered once more."""
    sign_in(client, lead.email)
    client.post(client.get(URL)["Location"], {"password": PASSWORD})
    return client


def ask(browser: Client, email: str = NEW) -> HttpResponse:
    return browser.post(URL, {"email": email})


def mails() -> dict[str, object]:
    """What went out, by whom it went to."""
    mail.outbox.clear()
    send_pending_mail()
    return {message.to[0]: message for message in mail.outbox}


def link_in(message: object) -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]


@pytest.fixture
def link(owner: Client) -> str:
    """The path of the link sent to the new address."""
    ask(owner)
    return link_in(mails()[NEW])


def email_of(user: User) -> str:
    return User.objects.values_list("email", flat=True).get(pk=user.pk)


def test_it_asks_for_the_password_first_and_keeps_what_was_typed(client: Client, lead: User, sign_in: Post) -> None:
    sign_in(client, lead.email)
    confirm = ask(client)["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    assert not Letter.objects.exists()
    assert client.post(confirm, {"password": "wrong"}).status_code == 422
    assert client.post(confirm, {"password": PASSWORD})["Location"] == reverse("accounts:account"), "then it goes on"
    lead.refresh_from_db()
    assert lead.email_wanted == NEW


def test_nothing_changes_until_the_link_is_opened(owner: Client, lead: User) -> None:
    assert ask(owner, NEW.upper())["Location"] == reverse("accounts:account")
    assert email_of(lead) == lead.email
    page = owner.get(reverse("accounts:account")).content.decode()
    assert f"You sign in as {lead.email} until you open the link we sent to {NEW}." in page


def test_the_link_goes_to_the_new_address_and_news_to_the_old(owner: Client, lead: User) -> None:
    ask(owner)
    sent = mails()
    assert set(sent) == {lead.email, NEW}
    assert sent[NEW].subject == "Confirm your new address for ScaleUp"
    assert sent[lead.email].subject == "Another address was asked for your ScaleUp account"
    assert link_in(sent[lead.email]) == reverse("account_reset_password")
    assert NEW not in sent[lead.email].body


def test_opening_the_link_changes_nothing_and_a_click_does(owner: Client, lead: User, link: str, sign_in: Post) -> None:
    assert "This is my address" in owner.get(link).content.decode()
    assert email_of(lead) == lead.email
    assert owner.post(link)["Location"] == reverse("accounts:account")
    assert email_of(lead) == NEW
    page = owner.get(reverse("accounts:account")).content.decode()
    assert "Your new address is in force." in page
    assert f"You sign in as {NEW}." in page
    assert sign_in(Client(), lead.email).status_code == 422
    assert sign_in(Client(), NEW).status_code == 302


def test_it_works_on_a_device_where_nobody_is_signed_in(lead: User, link: str) -> None:
    phone = Client()
    assert phone.get(link).status_code == 200
    assert phone.post(link)["Location"] == reverse("account_login")
    assert email_of(lead) == NEW
    assert "_auth_user_id" not in phone.session, "a link alone lets nobody in"


def test_the_link_works_once(link: str) -> None:
    assert Client().post(link).status_code == 302
    again = Client().post(link)
    assert again.status_code == 404
    assert "This link does not work any more" in again.content.decode()


def test_the_link_works_for_a_day(lead: User, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert Client().post(link).status_code == 404
    assert email_of(lead) == lead.email


@pytest.mark.parametrize("ending", ["another wish", "kept", "new password", "closed account"])
def test_the_link_dies_with_what_it_was_for(ending: str, owner: Client, lead: User, link: str) -> None:
    if ending == "another wish":
        ask(owner, "elsewhere@example.org")
    elif ending == "kept":
        assert owner.post(reverse("accounts:email_keep"))["Location"] == reverse("accounts:account")
        assert "until you open the link" not in owner.get(reverse("accounts:account")).content.decode()
    elif ending == "new password":
        lead.refresh_from_db()
        lead.set_password("mango river lantern")
        lead.save()
    else:
        User.objects.filter(pk=lead.pk).update(is_active=False)
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404
    assert email_of(lead) == lead.email


def test_a_link_for_one_person_opens_nothing_for_another(link: str, lead: User, admin: User) -> None:
    assert Client().get(link.replace(f"/{lead.pk}/", f"/{admin.pk}/")).status_code == 404


def test_the_page_says_the_same_for_a_taken_address(
    owner: Client, lead: User, admin: User, says: Callable[[HttpResponse], str]
) -> None:
    told = []
    for email in (NEW, admin.email.upper()):
        answer = ask(owner, email)
        page = says(owner.get(answer["Location"])).replace(email.lower(), "")
        told.append((answer.status_code, sorted(answer.headers.items()), page))
    assert told[0] == told[1]
    sent = mails()
    assert sent[admin.email].subject == "Your address was entered for another ScaleUp account"
    assert "/email/" not in sent[admin.email].body, "no link that would change anything"
    assert lead.email not in sent[admin.email].body, "who asked is not told either"


def test_asking_costs_the_same_for_a_taken_address(owner: Client, admin: User) -> None:
    ask(owner, "first@example.org")
    costs = []
    for email in (NEW, admin.email):
        with CaptureQueriesContext(connection) as queries:
            ask(owner, email)
        costs.append([re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries])
    assert costs[0] == costs[1]


def test_an_address_taken_meanwhile_stays_with_its_owner(lead: User, link: str, make_user: Callable[..., User]) -> None:
    make_user("moved")
    answer = Client().post(link)
    assert answer.status_code == 409
    assert "There is another account with this address by now." in answer.content.decode()
    assert email_of(lead) == lead.email


@pytest.mark.parametrize("people", ["closed", "demo"])
def test_a_closed_or_demo_account_at_the_address_gets_no_mail(people: str, owner: Client, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(**{"closed": {"is_active": False}, "demo": {"is_demo": True}}[people])
    ask(owner, admin.email)
    assert admin.email not in mails()


def test_of_two_wishes_only_the_last_is_mailed(owner: Client, lead: User) -> None:
    ask(owner)
    ask(owner, "elsewhere@example.org")
    assert set(mails()) == {lead.email, "elsewhere@example.org"}


def test_two_people_may_want_the_same_address(owner: Client, admin: User, sign_in: Post) -> None:
    other = Client()
    sign_in(other, admin.email)
    other.post(other.get(URL)["Location"], {"password": PASSWORD})
    ask(owner)
    ask(other)
    mail.outbox.clear()
    send_pending_mail()
    assert [message.to for message in mail.outbox].count([NEW]) == 2


def test_news_reaches_the_old_address_even_after_the_change(owner: Client, lead: User, link: str) -> None:
    ask(owner)
    Letter.objects.filter(kind=Letter.Kind.EMAIL_ASKED).update(mail_not_before=timezone.now() + timedelta(minutes=1))
    Client().post(link_in(mails()[NEW]))
    assert email_of(lead) == NEW
    Letter.objects.filter(kind=Letter.Kind.EMAIL_ASKED).update(mail_not_before=None)
    assert set(mails()) == {"own_lead@example.org"}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Fill in: New e-mail address"),
        ("nonsense", "Enter a valid email address"),
        ("own_lead@example.org", "You sign in with this address already."),
        ("a" * 250 + "@example.org", "at most 254 characters"),
        ("two@example.org\r\nBcc: all@example.org", "Enter a valid email address"),
    ],
)
def test_a_bad_address_is_told_and_kept(typed: str, message: str, owner: Client) -> None:
    answer = ask(owner, typed)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Letter.objects.exists()


def test_nobody_floods_a_mailbox_with_it(owner: Client, lead: User) -> None:
    answers = [ask(owner) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert f'value="{NEW}"' in answers[-1].content.decode()
    assert set(mails()) == {lead.email, NEW}


def test_demo_people_have_no_address_to_change(client: Client, lead: User) -> None:
    lead.set_unusable_password()
    lead.save()
    client.force_login(lead)
    assert "Demo people have no password and no address" in client.get(URL).content.decode()
    ask(client)
    assert not Letter.objects.exists()


def test_no_table_holds_the_link(link: str) -> None:
    key = link.rstrip("/").rpartition("-")[2]
    assert not any(key in str(row) for row in Letter.objects.values())
