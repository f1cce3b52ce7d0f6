"""Mail goes by the tables: each once, whatever the mail server and the workers do."""

import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.domain import invitations, letters, mailing
from accounts.models import Invitation, Letter, Organisation, User
from accounts.tasks import send_pending_mail


class Server(EmailBackend):
    """A mail server that fails as told."""

    error: Exception | None = None

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        if Server.error:
            raise Server.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings: object, monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    settings.EMAIL_BACKEND = "accounts.tests.test_mailing.Server"
    monkeypatch.setattr(Server, "error", None)
    return Server


def sent_ids() -> list[str]:
    return [message.extra_headers["Message-ID"] for message in mail.outbox]


def test_an_invitation_is_mailed_once_with_its_link(invitation: Invitation) -> None:
    send_pending_mail()
    send_pending_mail()
    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    assert message.subject == f"{invitation.invited_by.name} invites you to own organisation"
    assert invitations.path_of(invitation) in message.body
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert invitations.path_of(invitation) in html
    invitation.refresh_from_db()
    assert (invitation.mail_attempts, invitation.mail_error, invitation.mailed_at is not None) == (1, "", True)


def test_no_mail_where_none_is_wanted(organisation: Organisation, admin: User) -> None:
    invitations.invite("organisation", organisation.pk, email="new@example.org", role="member", by=admin, by_mail=False)
    send_pending_mail()
    assert mail.outbox == []


def test_nothing_is_mailed_for_what_is_withdrawn_used_or_expired(invitation: Invitation, admin: User) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    send_pending_mail()
    invitations.resend(invitation, by=admin)
    invitations.revoke(invitation, by=admin)
    send_pending_mail()
    assert mail.outbox == []


def test_a_dead_mail_server_loses_nothing(invitation: Invitation, server: type[Server]) -> None:
    server.error = ConnectionRefusedError()
    now = timezone.now()
    for minutes, attempts in ((0, 1), (0.5, 1), (1.1, 2), (2, 2), (3.2, 3)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            Invitation.objects.filter(mail_not_before__lte=timezone.now()).update(mail_not_before=None)
            send_pending_mail()
        invitation.refresh_from_db()
        assert (minutes, invitation.mail_attempts, invitation.mail_error) == (minutes, attempts, "waiting")
    server.error = None
    Invitation.objects.update(mail_not_before=None)
    send_pending_mail()
    assert len(mail.outbox) == 1
    invitation.refresh_from_db()
    assert invitation.mail_error == ""


def test_a_run_ends_with_the_first_failure_of_the_server(
    organisation: Organisation, admin: User, server: type[Server]
) -> None:
    for number in range(3):
        invitations.invite("organisation", organisation.pk, email=f"{number}@example.org", role="member", by=admin)
    server.error = smtplib.SMTPServerDisconnected()
    send_pending_mail()
    assert list(Invitation.objects.order_by("pk").values_list("mail_attempts", flat=True)) == [1, 0, 0]


def test_an_address_that_does_not_exist_is_not_tried_again(
    organisation: Organisation, admin: User, invitation: Invitation, server: type[Server]
) -> None:
    server.error = smtplib.SMTPRecipientsRefused({"new@example.org": (550, b"no such user")})
    send_pending_mail()
    invitation.refresh_from_db()
    assert (invitation.mail_wanted, invitation.mail_error) == (False, "refused")
    assert not Invitation.objects.due().exists()


def test_a_full_mailbox_is_tried_again(invitation: Invitation, server: type[Server]) -> None:
    server.error = smtplib.SMTPRecipientsRefused({"new@example.org": (452, b"mailbox full")})
    send_pending_mail()
    invitation.refresh_from_db()
    assert (invitation.mail_wanted, invitation.mail_error) == (True, "waiting")


def test_the_number_of_a_mail_is_the_same_on_every_try_and_new_when_sent_again(
    invitation: Invitation, admin: User
) -> None:
    send_pending_mail()
    Invitation.objects.update(mailed_at=None, mail_not_before=None)  # the worker died before it could note it
    send_pending_mail()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        invitations.resend(invitation, by=admin)
    send_pending_mail()
    first, second, third = sent_ids()
    assert first == second
    assert third != first


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_mail_once(
    organisation: Organisation, admin: User, at_once: Callable[..., list[object]]
) -> None:
    for number in range(12):
        invitations.invite("organisation", organisation.pk, email=f"{number}@example.org", role="member", by=admin)
    assert sum(at_once(mailing.send_waiting, times=4)) == 12
    assert len(set(sent_ids())) == len(mail.outbox) == 12


@pytest.mark.django_db(transaction=True)
def test_what_happens_while_a_mail_is_sent_stands(
    invitation: Invitation, admin: User, monkeypatch: pytest.MonkeyPatch, at_once: Callable[..., list[object]]
) -> None:
    write = letters.write

    def write_while_resent(row: Invitation) -> object:
        message = write(row)
        with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
            at_once(lambda: invitations.resend(row, by=admin), times=1)
        monkeypatch.setitem(mailing.WRITERS, Invitation, write)
        return message

    monkeypatch.setitem(mailing.WRITERS, Invitation, write_while_resent)
    mailing.send_waiting()
    assert len(mail.outbox) == 2, "the mail of the second wish goes out as well"


def test_a_name_cannot_add_a_header(invitation: Invitation, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(name="Mallory\nBcc: all@example.org")
    send_pending_mail()
    (message,) = mail.outbox
    assert message.subject == "Mallory Bcc: all@example.org invites you to own organisation"
    assert set(message.message().keys()) & {"Bcc", "bcc"} == set()


def test_names_are_text_in_the_html_part(invitation: Invitation, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(name="<img src=x onerror=alert(1)>")
    send_pending_mail()
    html, _ = mail.outbox[0].alternatives[0]
    assert "<img" not in html
    assert "<img src=x" in mail.outbox[0].body


def test_a_letter_is_not_doubled_while_it_waits(lead: User) -> None:
    letters.post(lead.email, Letter.Kind.PASSWORD_RESET)
    letters.post(lead.email, Letter.Kind.PASSWORD_RESET)
    send_pending_mail()
    assert len(mail.outbox) == 1
    letters.post(lead.email, Letter.Kind.PASSWORD_RESET)
    send_pending_mail()
    assert len(mail.outbox) == 2


def test_a_link_for_a_new_password_is_not_sent_days_later(lead: User, server: type[Server]) -> None:
    letters.post(lead.email, Letter.Kind.PASSWORD_RESET)
    Letter.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    send_pending_mail()
    assert mail.outbox == []
    letters.post(lead.email, Letter.Kind.PASSWORD_RESET)
    send_pending_mail()
    assert len(mail.outbox) == 1


def test_news_of_a_change_names_it(lead: User) -> None:
    letters.post(lead.email, Letter.Kind.TWO_STEP_OFF)
    send_pending_mail()
    (message,) = mail.outbox
    assert message.subject == "Your ScaleUp account was changed"
    assert "two-step sign-in was turned off" in message.body
