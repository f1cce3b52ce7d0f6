"""What those who invited somebody read of the mail: whether it arrived, and what to do when it did not."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Invitation, Organisation

DAY = timedelta(days=1)
MailError = Invitation.MailError


def told(browser: Client, organisation: Organisation) -> str:
    """The words beside the only invitation."""
    page = browser.get(f"/organisations/{organisation.pk}/").text
    [words] = re.findall(r"<small>(.*?)</small>", page[page.index('id="invitations"') :], re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({}, "The mail is on its way."),
        ({"mail_wanted": False}, "Not mailed: give them the link yourself."),
        ({"mailed_at": timezone.now()}, f"Mailed on {date_format(timezone.localdate())}."),
        (
            {"mail_error": MailError.WAITING},
            (
                "mail waits The mail server did not take it, and is asked again by itself. "
                "You can give them the link meanwhile."
            ),
        ),
        (
            {"mail_error": MailError.BROKEN},
            (
                "mail waits It could not be written yet, and is tried again by itself. "
                "You can give them the link meanwhile."
            ),
        ),
        (
            {"mail_wanted": False, "mail_error": MailError.REFUSED},
            (
                "mail did not arrive There is no such address. "
                "Withdraw this invitation, and invite again with the right one."
            ),
        ),
        (
            {"mail_wanted": False, "mail_error": MailError.REJECTED},
            "mail did not arrive The mail server refuses what the mail says. Give them the link yourself.",
        ),
        (
            {"mail_wanted": False, "mail_error": MailError.BROKEN},
            "mail did not arrive It could not be written: that is a fault of ours. Give them the link yourself.",
        ),
    ],
)
def test_while_the_link_works(
    state: dict[str, Any], words: str, invitation: Invitation, organisation: Organisation, admin_browser: Client
) -> None:
    Invitation.objects.update(**state)
    until = date_format(timezone.localtime(invitation.expires_at))
    assert told(admin_browser, organisation) == f"{words} The link works until {until}."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"mail_wanted": False, "mail_error": MailError.EXPIRED}, "mail did not arrive It could not be sent in time. "),
        ({"mail_error": MailError.WAITING}, "mail did not arrive It could not be sent in time. "),
        ({"mailed_at": timezone.now() - 15 * DAY}, f"Mailed on {date_format(timezone.localdate() - 15 * DAY)}. "),
        ({}, ""),
    ],
)
def test_after_the_link_has_ended(
    state: dict[str, Any], words: str, invitation: Invitation, organisation: Organisation, admin_browser: Client
) -> None:
    ended: datetime = timezone.now() - DAY
    Invitation.objects.update(expires_at=ended, **state)
    day = date_format(timezone.localtime(ended))
    said = f"{words}The link ended on {day}; sending again renews it."
    assert told(admin_browser, organisation) == said


@pytest.mark.parametrize("error", sorted(set(MailError) - {MailError.WAITING}))
def test_every_fault_of_a_mail_that_was_given_up_is_said_in_words(
    error: str, invitation: Invitation, organisation: Organisation, admin_browser: Client
) -> None:
    is_over = {"expires_at": timezone.now() - DAY} if error == MailError.EXPIRED else {}
    Invitation.objects.update(mail_wanted=False, mail_error=error, **is_over)
    assert told(admin_browser, organisation).startswith("mail did not arrive ")
