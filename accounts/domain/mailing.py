"""Sending the mails that wait in the tables: one row at a time, each try counted, none lost.

A mail goes twice in one case alone: the mail server took it, and we came to an end before that was written
down. Both have the same Message-ID.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from accounts.domain import invitations, letters, mail_verdicts
from accounts.domain.mail_verdicts import Verdict
from accounts.models import Invitation, Letter, Mailing
from scaleup import doorbell

Write = Callable[[Any], EmailMultiAlternatives | None]
logger = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)  # longer than one mail can take
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
MOST_FAULTS = 5  # tries in a row that failed on our side: an error, or a worker that died
RETRY_IS_WORTH = timedelta(days=1)
EXPIRED_AT_ONCE = 1000
SECONDS_A_RUN = 25  # and half a minute for the last mail: a task may take a minute
PAUSES_FOR_DATABASE = (0.5, 2, 5)  # seconds

# Who writes the mails of which rows; those named first go first.
WRITERS: dict[type[Mailing], Write] = {Letter: letters.write, Invitation: letters.write}


def register(model: type[Mailing], write: Write) -> None:
    """Has mails sent that an app above wants. `write(row)` gives the mail, or None when there is nothing left to say.

    It is called with the row claimed, right before sending: what it says is true then.
    """
    WRITERS[model] = write


def send_waiting() -> int:
    """Sends what is due until nothing is left, the server fails or the time is up; says how many went.

    Several workers may do this at once: each takes rows the others do not hold.
    """
    for model in WRITERS:
        _give_up_expired(model)
    return _Run().go()


def retry(row: Mailing) -> bool:
    """Has tried again what was given up; False if it was not. A mail whose time is over gets a day more.

    An invitation that has expired is not revived by this.
    """
    found = type(row).objects.filter(pk=row.pk).given_up()  # type: ignore[attr-defined]
    fresh: dict[str, Any] = {"mail_wanted": True, "mail_attempts": 0, "mail_faults": 0, "mail_error": ""}
    if isinstance(row, Invitation):
        found = found.filter(expires_at__gt=timezone.now())
    else:
        fresh["expires_at"] = Greatest("expires_at", timezone.now() + RETRY_IS_WORTH)
    is_wanted = bool(found.update(mail_not_before=None, **fresh))
    doorbell.ring(invitations.SEND)
    return is_wanted


@transaction.atomic
def _give_up_expired(model: type[Any]) -> None:
    """What could not be sent in time is visible as that, and no longer in the way."""
    late = model.objects.overdue().select_for_update(skip_locked=True).values("pk")[:EXPIRED_AT_ONCE]
    model.objects.filter(pk__in=list(late.values_list("pk", flat=True))).update(
        mail_wanted=False, mail_error=Mailing.MailError.EXPIRED
    )


@transaction.atomic
def _claim(model: type[Any], *, after: int) -> Mailing | None:
    """The oldest mail that is due, out of reach of others for a while. The try counts from here on.

    It counts as a fault until its outcome is known: a mail that kills its worker is given up in the end.
    """
    due = model.objects.due().filter(pk__gt=after)
    row = due.select_for_update(skip_locked=True, of=["self"]).order_by("pk").first()
    if row is not None:
        row.mail_attempts += 1
        row.mail_faults += 1
        counted = {"mail_attempts": row.mail_attempts, "mail_faults": row.mail_faults}
        model.objects.filter(pk=row.pk).update(mail_not_before=Now() + CLAIM, **counted)
    return row


class _Run:
    """One worker's turn: its line to the mail server, and how far it has come in each table."""

    def __init__(self) -> None:
        self.line = get_connection()
        self.is_line_tried = False  # has carried a mail
        self.reached: dict[type[Mailing], int] = {}
        self.sent = 0

    def go(self) -> int:
        ends_at = time.monotonic() + SECONDS_A_RUN
        try:
            while time.monotonic() < ends_at:
                row = self._next()
                if row is None or not self._deal_with(row):
                    return self.sent
        finally:
            self._hang_up()
        doorbell.ring_now(invitations.SEND)  # the time is up, the work is not
        return self.sent

    def _next(self) -> Mailing | None:
        return next((row for model in WRITERS if (row := self._next_of(model))), None)

    def _next_of(self, model: type[Mailing]) -> Mailing | None:
        """On from where it was, past all that is put off; then once more from the beginning."""
        reached = self.reached.pop(model, 0)
        row = _claim(model, after=reached) or (_claim(model, after=0) if reached else None)
        if row is not None:
            self.reached[model] = row.pk
        return row

    def _deal_with(self, row: Mailing) -> bool:
        """Brings one mail on its way, or says why not; False when the mail server is of no use now."""
        if row.mail_faults > MOST_FAULTS:
            _give_up(row, row.MailError.BROKEN)
            return True
        try:
            with transaction.atomic():
                mail = WRITERS[type(row)](row)
        except Exception as error:  # noqa: BLE001 one mail that cannot be written must not stop the others
            _note_fault(row, error)
            return True
        if mail is None:
            _forget(row)
            return True
        return self._hand_over(row, mail)

    def _hand_over(self, row: Mailing, mail: EmailMultiAlternatives) -> bool:
        mail.connection = self.line
        try:
            self.line.open()  # once for many mails
        except (SMTPException, OSError) as error:
            return self._server_failed(row, error)
        try:
            mail.send()
        except Exception as error:  # noqa: BLE001 whatever it is, the row must tell
            return self._not_handed_over(row, error)
        self.sent += 1
        self.is_line_tried = True
        _note_sent(row)
        return True

    def _not_handed_over(self, row: Mailing, error: Exception) -> bool:
        match mail_verdicts.of(error):
            case Verdict.SERVER_FAILED:
                return self._server_failed(row, error)
            case Verdict.LATER:
                _put_off(row)
            case Verdict.NO_ADDRESS:
                _give_up(row, row.MailError.REFUSED)
            case Verdict.NOT_TAKEN:
                _give_up(row, row.MailError.REJECTED)
            case Verdict.FAULT:
                _note_fault(row, error)
        return True

    def _server_failed(self, row: Mailing, error: Exception) -> bool:
        """A line that has carried mails may just be worn out: then others go by a new one."""
        logger.warning("The mail server failed (%s); %s waits.", type(error).__name__, _name(row))
        _put_off(row)
        self._hang_up()
        may_go_on, self.is_line_tried = self.is_line_tried, False
        return may_go_on

    def _hang_up(self) -> None:
        with suppress(SMTPException, OSError):
            self.line.close()


def _name(row: Mailing) -> str:
    return f"{row._meta.model_name} {row.pk}"


def _forget(row: Mailing) -> None:
    """There is nothing to say. A letter to an address nobody has is not kept either."""
    if isinstance(row, Letter):
        row.delete()
    else:
        _settle(row, mail_wanted=False, mail_error="", mail_faults=0)


def _note_fault(row: Mailing, error: Exception) -> None:
    """Where it went wrong and how, but nothing of what was to be said."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    logger.error("%s could not be written (%s at %s).", _name(row), type(error).__name__, where)
    if row.mail_faults >= MOST_FAULTS:
        _give_up(row, row.MailError.BROKEN)
    else:
        _settle(row, mail_not_before=_after_a_pause(row), mail_error=row.MailError.BROKEN)


def _put_off(row: Mailing) -> None:
    _settle(row, mail_not_before=_after_a_pause(row), mail_error=row.MailError.WAITING, mail_faults=0)


def _give_up(row: Mailing, why: str) -> None:
    logger.warning("%s is given up: %s.", _name(row), why)
    _settle(row, mail_wanted=False, mail_error=why, mail_faults=0)


def _after_a_pause(row: Mailing) -> Any:
    """A pause that doubles each time, by the database's clock, which ends it."""
    return Now() + min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(row.mail_attempts - 1, 10))


def _note_sent(row: Mailing) -> None:
    """Writes down that it went; a database that is away for some seconds is waited for, or it would go twice."""
    for pause in PAUSES_FOR_DATABASE:
        try:
            return _settle(row, mailed_at=timezone.now(), mail_error="", mail_faults=0)
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    return _settle(row, mailed_at=timezone.now(), mail_error="", mail_faults=0)


def _settle(row: Mailing, **values: object) -> None:
    # By a query, so that what happened to the row meanwhile (accepted, sent again) stands.
    type(row)._default_manager.filter(pk=row.pk, expires_at=row.expires_at).update(**values)
