"""`manage.py send_due`: what beat has done each minute, by hand, in plain words."""

from io import StringIO
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from accounts.domain import mailing
from accounts.models import User
from journal.tests.haste import at_once
from programs.models import Program
from reminders.domain import telling
from reminders.management.commands.send_due import SWEEPS
from reminders.models import Delivery, Notice, SweepMark
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in

pytestmark = pytest.mark.django_db


class DeadServer(EmailBackend):
    """Nobody answers."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def owner(program: Program, editor: User) -> User:
    """Somebody in whose morning two things are due."""
    for number in ("1.1", "1.2"):
        item_of(program, number, owner=editor, due_on=DUE_ON)
    return lives_in(editor)


def send_due(*words: str) -> list[str]:
    """What it prints."""
    said = StringIO()
    with time_machine.travel(at(DUE_ON), tick=False):
        call_command("send_due", *words, stdout=said)
    return said.getvalue().splitlines()


def test_it_does_all_that_beat_rings_for() -> None:
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {sweep.name for sweep in SWEEPS.values()} == {name for name in rung if name.startswith("reminders.")}
    assert set(SWEEPS) == set(SweepMark.Name)


def test_it_tells_and_sends_once(owner: User) -> None:
    assert send_due() == [
        "Looking for what is due: 2 new.",
        "Looking for what happened: 0 new.",
        "Looking for digests: 0 new.",
        "Mails: 1 sent, 0 wait.",
    ]
    assert [message.to for message in mail.outbox] == [[owner.email]]
    assert send_due()[0] == "Looking for what is due: 0 new."
    assert len(mail.outbox) == 1


def test_a_dry_run_says_what_it_would_tell_and_leaves_nothing_behind(owner: User) -> None:
    for _ in range(2):
        assert send_due("--dry-run") == [
            "Looking for what is due: 2 would be new, in 1 mails.",
            "  Items that are due: 2",
            "Looking for what happened: 0 would be new, in 0 mails.",
            "Looking for digests: 0 would be new, in 0 mails.",
            "Nothing was written and nothing was sent.",
        ]
    owner.refresh_from_db()
    left = Notice.objects.count(), Delivery.objects.count(), SweepMark.objects.count(), owner.unread_count
    assert (left, mail.outbox) == ((0, 0, 0, 0), [])


def test_a_mail_server_that_is_away_is_a_failure(settings: Any) -> None:
    settings.EMAIL_BACKEND = "reminders.tests.test_send_due.DeadServer"
    with pytest.raises(CommandError, match=r"^Failed: 1 of the mails\."):
        send_due()
    assert Delivery.objects.get().mailed_at is None


def test_a_sweep_that_fails_does_not_keep_the_others_from_running(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fail(now: Any) -> int:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("reminders.domain.announcing.tell_news", fail)
    with pytest.raises(CommandError, match=r"^Failed: looking for what happened\."):
        send_due()
    assert (Notice.objects.count(), len(mail.outbox)) == (2, 1)
    assert caplog.messages == ["Looking for what happened failed."]


@pytest.mark.django_db(transaction=True)
def test_beside_workers_it_tells_and_sends_nothing_twice() -> None:
    def by_hand() -> None:
        call_command("send_due", stdout=StringIO())

    def work() -> None:
        telling.tell_due(at(DUE_ON))
        mailing.send_waiting()

    with time_machine.travel(at(DUE_ON), tick=False):
        assert at_once(by_hand, work, by_hand, work) == [None] * 4
    assert (Notice.objects.count(), Delivery.objects.count(), len(mail.outbox)) == (2, 1, 1)
