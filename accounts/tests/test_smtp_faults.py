"""A mail server that misbehaves at any stage: nothing is lost, and nothing goes twice but what it swallowed."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.domain import invitations, mailing
from accounts.models import Invitation, Organisation, User
from scaleup import smtp
from scaleup.testing.smtp_server import DRIBBLE, DROP, HANG, KEEP_AND_DROP, SAY_AND_DROP, SmtpServer

pytestmark = pytest.mark.django_db
BEFORE_THE_BODY = ("connect", "ehlo", "mail", "rcpt", "data")


@pytest.fixture
def server(settings: Any) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "scaleup.smtp.SmtpBackend", "", server.port
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
        yield server


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All times a fiftieth."""
    for name in ("OPENS_WITHIN", "GOES_WITHIN", "ENDS_WITHIN", "STEP"):
        monkeypatch.setattr(smtp, name, getattr(smtp, name) / 50)


@pytest.fixture
def invite(organisation: Organisation, admin: User) -> Callable[[int], None]:
    def many(count: int) -> None:
        for number in range(count):
            email = f"{number}@example.org"
            invitations.invite("organisation", organisation.pk, email=email, role="member", by=admin)

    return many


def after_pauses() -> int:
    """A run after all pauses are over."""
    Invitation.objects.update(mail_not_before=None)
    return mailing.send_waiting()


def kept(server: SmtpServer) -> list[str]:
    return sorted(one.to for one in server.kept)


def states() -> list[tuple[bool, str, bool]]:
    rows = Invitation.objects.order_by("pk")
    return [(row.mail_wanted, row.mail_error, row.mailed_at is not None) for row in rows]


SENT, WAITS = (True, "", True), (True, "waiting", False)
UNTRIED = (True, "", False)


def test_good_weather(server: SmtpServer, invite: Callable[[int], None]) -> None:
    invite(3)
    assert mailing.send_waiting() == 3
    assert kept(server) == ["0@example.org", "1@example.org", "2@example.org"]
    assert server.talks == 1, "all by one line"
    assert b"0@example.org" in server.kept[0].content
    assert all(one.was_acknowledged for one in server.kept)


@pytest.mark.parametrize("stage", BEFORE_THE_BODY)
@pytest.mark.parametrize("how", [DROP, HANG, DRIBBLE])
def test_a_server_that_hangs_drops_or_dribbles_before_the_mail_holds_nobody_up(
    stage: str, how: str, server: SmtpServer, invite: Callable[[int], None], hurried: None
) -> None:
    invite(2)
    server.misbehave(stage, how)
    began = time.monotonic()
    assert mailing.send_waiting() == 0
    assert time.monotonic() - began < (smtp.OPENS_WITHIN + smtp.GOES_WITHIN + smtp.ENDS_WITHIN) * 2
    assert (server.kept, states()) == ([], [WAITS, UNTRIED])
    server.misbehave(stage, "")
    assert after_pauses() == 2
    assert (kept(server), states()) == (["0@example.org", "1@example.org"], [SENT, SENT])


@pytest.mark.parametrize("how", [DROP, HANG])
def test_a_server_that_leaves_before_it_took_the_mail_gets_it_again(
    how: str, server: SmtpServer, invite: Callable[[int], None], hurried: None
) -> None:
    invite(1)
    server.misbehave("body", how, times=1)
    assert mailing.send_waiting() == 0
    assert (server.kept, states()) == ([], [WAITS])
    assert after_pauses() == 1
    assert (kept(server), states()) == (["0@example.org"], [SENT])


def test_what_it_took_without_a_word_goes_twice_under_one_number(
    server: SmtpServer, invite: Callable[[int], None]
) -> None:
    invite(2)
    server.misbehave("body", KEEP_AND_DROP, times=1)
    assert mailing.send_waiting() == 0
    assert after_pauses() == 2
    assert kept(server) == ["0@example.org", "0@example.org", "1@example.org"]
    first, second = [one.message_id for one in server.kept if one.to == "0@example.org"]
    assert first == second


@pytest.mark.parametrize("stage", ["body", "quit"])
def test_a_server_that_leaves_after_its_250_gets_it_once(
    stage: str, server: SmtpServer, invite: Callable[[int], None]
) -> None:
    invite(1)
    server.misbehave(stage, SAY_AND_DROP)
    assert mailing.send_waiting() == 1
    assert after_pauses() == 0
    assert (kept(server), states()) == (["0@example.org"], [SENT])


def test_a_line_that_is_worn_out_is_replaced(server: SmtpServer, invite: Callable[[int], None]) -> None:
    invite(4)
    server.misbehave("body", SAY_AND_DROP)  # one mail a line
    assert mailing.send_waiting() == 2, "each loss is noticed with the next mail, which waits"
    assert after_pauses() + after_pauses() == 2
    assert (kept(server), states()) == ([f"{number}@example.org" for number in range(4)], [SENT] * 4)


@pytest.mark.parametrize(
    ("stage", "code", "error"),
    [
        ("mail", "552 too big", "rejected"),
        ("rcpt", "550 no such user", "refused"),
        ("data", "554 no", "rejected"),
        ("body", "554 spam", "rejected"),
    ],
)
def test_what_is_refused_for_good_is_given_up_and_others_go_on(
    stage: str, code: str, error: str, server: SmtpServer, invite: Callable[[int], None]
) -> None:
    invite(3)
    server.misbehave(stage, code, times=1)
    assert mailing.send_waiting() == 2
    assert states() == [(False, error, False), SENT, SENT]
    assert after_pauses() == 0
    assert kept(server) == ["1@example.org", "2@example.org"]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "body"])
def test_what_is_refused_for_now_is_tried_again_and_others_go_on(
    stage: str, server: SmtpServer, invite: Callable[[int], None]
) -> None:
    invite(3)
    server.misbehave(stage, "450 later", times=1)
    assert mailing.send_waiting() == 2
    assert states() == [WAITS, SENT, SENT]
    assert after_pauses() == 1
    assert kept(server) == ["0@example.org", "1@example.org", "2@example.org"]


@pytest.mark.parametrize(
    ("stage", "code"), [("mail", "530 sign in first"), ("rcpt", "421 too busy"), ("body", "421 too busy")]
)
def test_what_speaks_of_the_server_gives_up_no_mail(
    stage: str, code: str, server: SmtpServer, invite: Callable[[int], None]
) -> None:
    invite(2)
    server.misbehave(stage, code)
    assert mailing.send_waiting() == 0
    assert states() == [WAITS, UNTRIED]


def test_an_hour_without_a_server_loses_nothing(server: SmtpServer, invite: Callable[[int], None]) -> None:
    invite(5)
    server.misbehave("connect", "421 closed")
    began = timezone.now()
    for minute in range(60):
        with time_machine.travel(began + timedelta(minutes=minute), tick=False):
            mailing.send_waiting()
    assert server.kept == []
    server.misbehave("connect", "")
    assert after_pauses() == 5
    assert states() == [SENT] * 5


def test_a_dribble_in_the_middle_of_many_mails_costs_one_try(
    server: SmtpServer, invite: Callable[[int], None], hurried: None
) -> None:
    invite(3)
    server.misbehave("rcpt", DRIBBLE, to="1@", times=1)
    assert mailing.send_waiting() == 2
    assert states() == [SENT, WAITS, SENT]


@pytest.mark.django_db(transaction=True)
def test_eight_senders_and_a_moody_server_send_each_once(
    server: SmtpServer, invite: Callable[[int], None], at_once: Callable[..., list[Any]], hurried: None
) -> None:
    invite(40)
    moods = iter(["", DROP, "450 later", "", HANG, "421 busy"] * 200)

    def act(stage: str, _to: str) -> str:
        with server.lock:
            return next(moods) if stage in {"connect", "rcpt", "data"} else ""

    server.act = act
    for _round in range(4):
        at_once(mailing.send_waiting, times=8)
        Invitation.objects.update(mail_not_before=None)
    server.act = lambda _stage, _to: ""
    at_once(mailing.send_waiting, times=8)
    assert kept(server) == sorted(f"{number}@example.org" for number in range(40))
    assert states() == [SENT] * 40
