"""The product's Celery for `bench.mail_faults`: pauses are short, so that minutes show what else takes an hour.

CARELESS=unclaimed sends without claiming a row first, CARELESS=early marks it sent before it is: both must be found.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")

import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone

settings.EMAIL_TIMEOUT = 3

from scaleup.celery import app  # noqa: E402  reads the settings changed above

CLAIM_SECONDS = 12
MEETING_SECONDS = 0.05


def shorten() -> None:
    from accounts.domain import mailing

    mailing.CLAIM = timedelta(seconds=CLAIM_SECONDS)
    mailing.SHORTEST_PAUSE, mailing.LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=4)
    mailing.MOST_FAULTS = 10_000  # here workers die by the dozen, and not by the mail
    if how := os.environ.get("CARELESS"):
        mailing.send_waiting = {"unclaimed": send_unclaimed, "early": send_early}[how]


def send_unclaimed() -> int:
    """The oldest that is due; whoever looks before it is marked finds the same, and sends it too."""
    from reminders.models import Delivery

    def mark(row: Delivery) -> None:
        time.sleep(MEETING_SECONDS)
        Delivery.objects.filter(pk=row.pk).update(mailed_at=timezone.now())

    return _send(lambda row: None, mark)


def send_early() -> int:
    """Marked first, in a transaction of its own, and then sent."""
    from reminders.models import Delivery

    def mark(row: Delivery) -> bool:
        return bool(Delivery.objects.filter(pk=row.pk, mailed_at=None).update(mailed_at=timezone.now()))

    return _send(mark, lambda row: None)


def _send(before: object, after: object) -> int:
    from reminders.domain import letters
    from reminders.models import Delivery

    sent = 0
    with get_connection() as line:
        while row := Delivery.objects.due().select_related("user").order_by("pk").first():
            if before(row) is False:  # type: ignore[operator]
                continue
            mail = letters.write(row)
            mail.connection = line
            mail.send()
            after(row)  # type: ignore[operator]
            sent += 1
    return sent


app.on_after_finalize.connect(lambda **_: shorten(), weak=False)
