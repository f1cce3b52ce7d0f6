"""What it means when a mail could not be handed over: for this mail, and for those after it."""

from enum import Enum
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

PERMANENT = 500  # codes from here on mean: do not try again
SERVER_CLOSES = 421
TOO_LARGE = 552


class Verdict(Enum):
    """What to do about a mail."""

    SERVER_FAILED = "it may have gone or not; nothing else is tried on this line"
    LATER = "this one is tried again, others go on"
    NO_ADDRESS = "there is nobody to send it to"
    NOT_TAKEN = "the server wants none of it"
    FAULT = "it is our own fault"


def of(error: Exception) -> Verdict:
    """What an exception of handing over a mail means."""
    if isinstance(error, SMTPRecipientsRefused):
        return _of_codes({code for code, _words in error.recipients.values()}, for_good=Verdict.NO_ADDRESS)
    if isinstance(error, SMTPSenderRefused):
        return _of_sender(error.smtp_code)
    if isinstance(error, SMTPDataError):
        return _of_codes({error.smtp_code}, for_good=Verdict.NOT_TAKEN)
    if isinstance(error, SMTPNotSupportedError):  # an address in letters the server cannot read
        return Verdict.NOT_TAKEN
    return Verdict.SERVER_FAILED if isinstance(error, (SMTPException, OSError)) else Verdict.FAULT


def _of_codes(codes: set[int], *, for_good: Verdict) -> Verdict:
    if SERVER_CLOSES in codes:
        return Verdict.SERVER_FAILED
    return for_good if all(code >= PERMANENT for code in codes) else Verdict.LATER


def _of_sender(code: int) -> Verdict:
    """All mails have the same sender: whoever refuses it refuses our settings, and no mail is lost by that."""
    if code == TOO_LARGE:
        return Verdict.NOT_TAKEN
    return Verdict.SERVER_FAILED if code >= PERMANENT or code == SERVER_CLOSES else Verdict.LATER
