"""Our own faults in sending: mails that cannot be written, workers that die, a database that goes, late mails."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from accounts.domain import invitations, letters, mail_verdicts, mailing
from accounts.domain.mail_verdicts import Verdict
from accounts.models import Invitation, Letter, Mailing, Organisation, User
from accounts.tests.test_smtp_faults import after_pauses, states

pytestmark = pytest.mark.django_db
Invite = Callable[[int], None]
SECRET = "Words nobody else may read"


@pytest.fixture
def invite(organisation: Organisation, admin: User) -> Invite:
    def many(count: int) -> None:
        for number in range(count):
            email = f"{number}@example.org"
            invitations.invite("organisation", organisation.pk, email=email, role="member", by=admin)

    return many


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """Mails to the addresses in it cannot be written."""
    found: dict[str, Exception] = {}

    def write(row: Invitation) -> object:
        if row.email in found:
            raise found[row.email]
        return letters.write(row)

    monkeypatch.setitem(mailing.WRITERS, Invitation, write)
    return found


@pytest.fixture
def given_up(invite: Invite) -> Invitation:
    invite(1)
    Invitation.objects.update(mail_wanted=False, mail_error="refused", mail_attempts=3, mail_faults=0)
    return Invitation.objects.get()


@pytest.mark.parametrize("error", [ValueError(SECRET), MemoryError(), RecursionError(), KeyError("x")])
def test_a_mail_that_cannot_be_written_is_given_up_in_the_end_and_holds_nobody_up(
    error: Exception, invite: Invite, poisoned: dict[str, Exception], caplog: pytest.LogCaptureFixture
) -> None:
    invite(3)
    poisoned["0@example.org"] = error
    assert mailing.send_waiting() == 2
    assert states()[0] == (True, "broken", False)
    for _try in range(mailing.MOST_FAULTS - 1):
        after_pauses()
    assert states() == [(False, "broken", False), (True, "", True), (True, "", True)]
    assert Invitation.objects.order_by("pk").first().mail_attempts == mailing.MOST_FAULTS
    assert len([line for line in caplog.messages if "could not be written" in line]) == mailing.MOST_FAULTS
    assert SECRET not in caplog.text
    assert "example.org" not in caplog.text


def test_a_fault_that_is_mended_in_time_costs_nothing(invite: Invite, poisoned: dict[str, Exception]) -> None:
    invite(1)
    poisoned["0@example.org"] = ValueError()
    mailing.send_waiting()
    poisoned.clear()
    assert after_pauses() == 1
    row = Invitation.objects.get()
    assert (row.mail_error, row.mail_faults, row.mail_attempts) == ("", 0, 2)


def test_a_mail_whose_query_fails_does_not_spoil_the_next(invite: Invite, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(2)

    def write(row: Invitation) -> object:
        if row.email.startswith("0"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return letters.write(row)

    monkeypatch.setitem(mailing.WRITERS, Invitation, write)
    assert mailing.send_waiting() == 1
    assert states() == [(True, "broken", False), (True, "", True)]


def test_a_mail_that_kills_its_worker_is_given_up_in_the_end(invite: Invite, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(2)
    deaths = []

    def write(row: Invitation) -> object:
        if row.email.startswith("0"):
            deaths.append(row.pk)
            raise SystemExit  # as good as a kill: nothing of ours runs after it
        return letters.write(row)

    monkeypatch.setitem(mailing.WRITERS, Invitation, write)
    for _run in range(mailing.MOST_FAULTS + 2):
        Invitation.objects.update(mail_not_before=None)
        try:
            mailing.send_waiting()
        except SystemExit:
            continue
    assert len(deaths) == mailing.MOST_FAULTS
    assert states() == [(False, "broken", False), (True, "", True)]


def test_a_server_that_fails_often_is_no_fault_of_the_mail(invite: Invite, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(1)

    def fail(*_args: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", fail)
        for _try in range(mailing.MOST_FAULTS * 2):
            after_pauses()
    assert after_pauses() == 1
    assert Invitation.objects.get().mail_attempts == mailing.MOST_FAULTS * 2 + 1


def test_what_could_not_be_sent_in_time_is_given_up_and_visible(lead: User) -> None:
    letters.post(lead.email, Letter.Kind.TWO_STEP_OFF)
    Letter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert mailing.send_waiting() == 0
    assert list(Letter.objects.given_up().values_list("mail_error", flat=True)) == ["expired"]
    letters.post(lead.email, Letter.Kind.TWO_STEP_OFF)
    assert mailing.send_waiting() == 1
    assert not Letter.objects.given_up().exists()


def test_a_claimed_mail_is_not_said_to_be_too_late(lead: User) -> None:
    letters.post(lead.email, Letter.Kind.TWO_STEP_OFF)
    now = timezone.now()
    Letter.objects.update(expires_at=now - timedelta(seconds=1), mail_not_before=now + timedelta(minutes=1))
    mailing.send_waiting()
    assert not Letter.objects.given_up().exists()


def test_what_was_given_up_is_tried_again_when_asked(given_up: Invitation) -> None:
    assert mailing.send_waiting() == 0
    assert mailing.retry(given_up) is True
    assert mailing.retry(given_up) is False, "it is on its way already"
    assert mailing.send_waiting() == 1
    assert Invitation.objects.get().mail_attempts == 1
    assert mailing.retry(given_up) is False, "it was sent"


def test_an_expired_invitation_is_not_revived(given_up: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert mailing.retry(given_up) is False


def test_a_letter_that_expired_gets_another_day(lead: User) -> None:
    letters.post(lead.email, Letter.Kind.TWO_STEP_OFF)
    Letter.objects.update(expires_at=timezone.now() - timedelta(days=3))
    mailing.send_waiting()
    assert mailing.retry(Letter.objects.get()) is True
    assert mailing.send_waiting() == 1


def test_when_the_time_is_up_another_worker_is_rung_for(invite: Invite, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(mailing.doorbell, "ring_now", rung.append)
    invite(2)
    mailing.send_waiting()
    assert rung == []
    invite_more = Invitation.objects.update(mailed_at=None, mail_not_before=None)
    monkeypatch.setattr(mailing, "SECONDS_A_RUN", 0)
    assert (invite_more, mailing.send_waiting(), rung) == (2, 0, [invitations.SEND])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_for_a_moment_after_the_mail_went_sends_it_once(
    invite: Invite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "PAUSES_FOR_DATABASE", (0.01, 0.01))
    invite(2)
    send = EmailBackend.send_messages

    def send_and_cut(self: EmailBackend, messages: list[Any]) -> int:
        sent = send(self, messages)
        if len(mail.outbox) == 1:
            connection.connection.close()  # as when the server is started anew
        return sent

    monkeypatch.setattr(EmailBackend, "send_messages", send_and_cut)
    assert mailing.send_waiting() == 2
    assert after_pauses() == 0
    assert [one.to for one in mail.outbox] == [["0@example.org"], ["1@example.org"]]


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"")}), Verdict.NO_ADDRESS),
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (450, b"")}), Verdict.LATER),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"")}), Verdict.SERVER_FAILED),
        (smtplib.SMTPSenderRefused(552, b"", "a"), Verdict.NOT_TAKEN),
        (smtplib.SMTPSenderRefused(550, b"", "a"), Verdict.SERVER_FAILED),
        (smtplib.SMTPSenderRefused(451, b"", "a"), Verdict.LATER),
        (smtplib.SMTPDataError(554, b""), Verdict.NOT_TAKEN),
        (smtplib.SMTPDataError(451, b""), Verdict.LATER),
        (smtplib.SMTPDataError(421, b""), Verdict.SERVER_FAILED),
        (smtplib.SMTPNotSupportedError(), Verdict.NOT_TAKEN),
        (smtplib.SMTPServerDisconnected(), Verdict.SERVER_FAILED),
        (TimeoutError(), Verdict.SERVER_FAILED),
        (ValueError(), Verdict.FAULT),
    ],
)
def test_what_an_error_means(error: Exception, verdict: Verdict) -> None:
    assert mail_verdicts.of(error) == verdict


def test_every_way_to_fail_fits_its_column() -> None:
    assert max(len(one) for one in Mailing.MailError.values) <= Invitation._meta.get_field("mail_error").max_length
