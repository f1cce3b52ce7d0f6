"""A clock that jumps a day, forth or back, in the middle of sweeping and sending: nothing twice, nothing lost."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail

from accounts.domain import mailing
from accounts.models import User
from programs.models import Program
from reminders.domain import telling
from reminders.models import Delivery, Notice
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOLD_ON = (-7, -1, 0, 1, 3, 7)
STEPS = 18 * 4
ITEMS = ("1.1", "1.2", "2.1")


@pytest.fixture(autouse=True)
def owner(program: Program, editor: User) -> User:
    for number in ITEMS:
        item_of(program, number, owner=editor, due_on=DUE_ON)
    return lives_in(editor)


def sweep_and_send(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        telling.tell_due(moment)
        mailing.send_waiting()


def live_through(jumps: dict[int, timedelta]) -> None:
    """Four times a day from before the first occasion until after the last; from some steps on the clock is wrong."""
    first, wrong = at(DUE_ON - 9 * DAY), timedelta()
    for step in range(STEPS):
        wrong = jumps.get(step, wrong)
        sweep_and_send(first + 6 * step * HOUR + wrong)


@pytest.mark.parametrize("seed", range(3))
def test_each_occasion_is_told_and_mailed_once_whatever_the_clock_says(seed: int, owner: User) -> None:
    dice = random.Random(seed)
    jumps = {step: dice.choice((-DAY, DAY)) for step in range(2, STEPS - 4, 9)}
    jumps |= {step + dice.randrange(1, 8): timedelta() for step in jumps}  # put right again
    live_through(jumps)
    told = Notice.objects.filter(user=owner).values_list("occurrence", flat=True)
    assert Counter(told) == dict.fromkeys(TOLD_ON, len(ITEMS))
    numbers = [message.extra_headers["Message-ID"] for message in mail.outbox if message.to == [owner.email]]
    assert (len(numbers), len(set(numbers))) == (len(TOLD_ON), len(TOLD_ON))
    assert not Delivery.objects.filter(mailed_at=None).exists()


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_a_mail_that_failed_before_a_jump_still_goes(jump: timedelta, owner: User, settings: object) -> None:
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "reminders.tests.test_send_due.DeadServer"
    sweep_and_send(at(DUE_ON))
    assert Delivery.objects.get().mail_error == "waiting"
    settings.EMAIL_BACKEND = good
    Delivery.objects.update(mail_not_before=None)  # its pause ends by the clock of the database
    sweep_and_send(at(DUE_ON) + jump)
    sweep_and_send(at(DUE_ON))
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox)
    assert not Delivery.objects.filter(mailed_at=None, mail_wanted=True).exists()
