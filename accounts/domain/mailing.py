"""Sending the mails that wait in the tables: one row at a time, each try counted, none lost."""

import logging
import time
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from accounts.domain import letters
from accounts.models import Invitation, Letter

Row = Invitation | Letter
logger = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)  # longer than one mail can take
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
PERMANENT = 500  # SMTP codes from here on mean: do not try again
SECONDS_A_RUN = 40


def send_waiting() -> int:
    """Sends what is due until nothing is left, the server fails or the time is up; says how many went.

    Several workers may do this at once: each takes rows the others do not hold.
    """
    ends_at = time.monotonic() + SECONDS_A_RUN
    connection = get_connection()
    sent = 0
    try:
        while time.monotonic() < ends_at and (row := _claim(Letter) or _claim(Invitation)):
            if not _send(row, connection):
                break
            sent += 1
    finally:
        connection.close()
    return sent


@transaction.atomic
def _claim(model: type[Row]) -> Row | None:
    """The oldest mail that is due, out of reach of others for a while. The try counts from here on."""
    row = model.objects.due().select_for_update(skip_locked=True).order_by("pk").first()
    if row is not None:
        row.mail_attempts += 1
        row.mail_not_before = timezone.now() + CLAIM
        row.save(update_fields=["mail_attempts", "mail_not_before"])
    return row


def _send(row: Row, connection: BaseEmailBackend) -> bool:
    """Deals with one mail; False when the mail server failed, so that nothing else is tried now."""
    mail = letters.write(row)
    if mail is None:
        _forget(row)
        return True
    mail.connection = connection
    try:
        connection.open()  # once for all mails of a run
        mail.send()
    except SMTPRecipientsRefused as error:
        _put_off(row, for_good=all(code >= PERMANENT for code, _ in error.recipients.values()))
    except (SMTPException, OSError) as error:
        logger.warning("The mail server failed (%s); %s %s waits.", type(error).__name__, row._meta.model_name, row.pk)
        _put_off(row)
        return False
    else:
        _settle(row, mailed_at=timezone.now(), mail_error="")
    return True


def _forget(row: Row) -> None:
    """There is nothing to say. A letter to an address nobody has is not kept either."""
    if isinstance(row, Letter):
        row.delete()
    else:
        _settle(row, mail_wanted=False)


def _put_off(row: Row, *, for_good: bool = False) -> None:
    """Tries again after a pause that doubles each time, or never, when there is no such address."""
    if for_good:
        _settle(row, mail_wanted=False, mail_error=row.MailError.REFUSED)
        return
    pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(row.mail_attempts - 1, 10))
    _settle(row, mail_not_before=timezone.now() + pause, mail_error=row.MailError.WAITING)


def _settle(row: Row, **values: object) -> None:
    # By a query, so that what happened to the row meanwhile (accepted, sent again) stands.
    type(row).objects.filter(pk=row.pk, expires_at=row.expires_at).update(**values)
