"""Somebody chooses what comes by mail, gets one, and stops its kind by the link in it; a plain browser is enough."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts.domain import mailing
from accounts.models import User
from programs.models import Program
from reminders.domain import wishes
from reminders.models import Delivery
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep
from scaleup.tests.browser.visitors import NARROW, Visitors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLAIN = {"java_script_enabled": False, "viewport": NARROW}


def test_choosing_getting_and_stopping_mails(visitors: Visitors, program: Program, editor: User) -> None:
    item_of(program, owner=lives_in(editor), due_on=DUE_ON)
    page = visitors.open(editor, "/account/reminders/", **PLAIN)
    page.get_by_role("heading", name="Due dates").click()
    page.get_by_label("Steps near their target date: by mail").uncheck()
    page.get_by_label("Remind me from this hour on").select_option("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    expect(page.get_by_label("Steps near their target date: by mail")).not_to_be_checked()
    page.get_by_role("button", name="Send me a test mail").click()
    expect(page.get_by_text("It is on its way to the mail server.")).to_be_visible()

    assert sweep(at(DUE_ON, 7)) == 1
    assert mailing.send_waiting() == Delivery.objects.count() == 2
    reminder = next(one for one in mail.outbox if one.subject.startswith("Reminders"))
    link = re.findall(r"https?://[^/\s]+(/mails/stop/\S+)", reminder.body)[0]
    page.reload()
    expect(page.get_by_text("The mail server took it on")).to_be_visible()
    page.get_by_role("link", name="All mails that were sent to you").click()
    expect(page.get_by_text("sent", exact=True)).to_have_count(2)

    stranger = visitors.open(None, link, **PLAIN)  # a mail program opens it in another browser
    stranger.get_by_role("button", name="Stop these mails").click()
    expect(stranger.get_by_role("heading", name="These mails are stopped")).to_be_visible()
    assert wishes.of(editor)["item_due"].by_mail is False
    page.goto("/account/reminders/")
    expect(page.get_by_label("Items that are due: by mail")).not_to_be_checked()
    expect(page.get_by_label("Items that are due: in the inbox")).to_be_checked()
    stranger.get_by_role("button", name="Send them again").click()
    expect(stranger.get_by_role("heading", name="Stop these mails?")).to_be_visible()
