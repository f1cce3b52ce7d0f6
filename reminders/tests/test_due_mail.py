"""The mail of reminders: what is still true when it is sent, in groups and words, for people and mail programs."""

import email
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.domain import mailing
from accounts.models import User
from programs.models import Membership, Program
from reminders.domain import letters
from reminders.models import Delivery, Notice, Snooze, Wish
from reminders.tests.due_cases import DUE_ON, at, item_of, lives_in, sweep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def owner(editor: User) -> User:
    return lives_in(editor)


@pytest.fixture(autouse=True)
def item(program: Program, owner: User) -> Any:
    return item_of(program, owner=owner, due_on=DUE_ON)


def sent(moment: Any) -> list[Any]:
    """Sends what waits, as if it were that moment."""
    mail.outbox.clear()
    with time_machine.travel(moment, tick=False):
        mailing.send_waiting()
    return mail.outbox


def told_and_sent(day: Any = DUE_ON) -> Any:
    sweep(at(day))
    Delivery.objects.update(made_at=at(day))
    (message,) = sent(at(day, 8, 1))
    return message


def parsed(message: Any) -> Message:
    return email.message_from_bytes(message.message().as_bytes())


def test_it_says_what_where_when_and_leads_there(owner: User, item: Any, program: Program) -> None:
    message = told_and_sent(DUE_ON - 7 * DAY)
    assert message.subject == "Reminders: 1 coming up, next on 31 March 2027"
    assert message.to == [owner.email]
    words = " ".join(message.body.split())
    assert f"COMING UP - {item.item.number} {item.item.text}" in words
    assert f"{program.name} In 7 days: 31 March 2027 http" in words
    path = f"/programs/{program.pk}/steps/{item.plan.step.number}/items/{item.item.key}/"
    assert re.findall(r"http://\S+", message.body)[0] == letters.absolute(path)
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert f'<a href="{letters.absolute(path)}">' in html


def test_the_most_urgent_group_comes_first(owner: User, program: Program) -> None:
    for number, days in (("1.2", 1), ("1.3", 0), ("2.1", -7), ("2.2", -1)):
        item_of(program, number, owner=owner, due_on=DUE_ON - days * DAY)
    item_of(program, "1.1", due_on=None)
    message = told_and_sent()
    assert message.subject == "Reminders: 1 overdue, 1 due today, 2 coming up, next on 1 April 2027"
    assert re.findall(r"^[A-Z][A-Z ]+$", message.body, re.MULTILINE) == ["OVERDUE", "DUE TODAY", "COMING UP"]
    said = re.findall(r"^  (Today|In .*|\d day.*)$", message.body, re.MULTILINE)
    assert said == ["1 day late: 30 March 2027", "Today", "In 1 day: 1 April 2027", "In 7 days: 7 April 2027"]


def test_what_a_reviewer_sent_back_waits_for_its_owner(owner: User, item: Any) -> None:
    item.due_on, item.returned_note, item.returned_at = None, "Shorter, please", at(DUE_ON)
    item.save()
    message = told_and_sent(DUE_ON + 3 * DAY)
    assert message.subject == "Reminders: 1 waits for you"
    assert "\nOTHERS WAIT FOR YOU\n" in message.body
    assert "  Waiting for 3 days\n" in message.body
    assert "Shorter" not in message.body


@pytest.mark.parametrize("end", ["done", "put off", "put away", "not by mail", "no longer in the team", "closed out"])
def test_what_is_over_before_it_is_sent_is_not_sent(end: str, owner: User, item: Any, program: Program) -> None:
    sweep(at(DUE_ON))
    if end == "done":
        item_of(program, answer="done")
    elif end == "put off":
        until = {"until_on": DUE_ON + DAY, "reason": "Waits"}
        Snooze.objects.create(user=owner, program=program, kind="item_due", subject_id=item.pk, **until)
    elif end == "put away":
        Notice.objects.update(done_at=at(DUE_ON))
    elif end == "not by mail":
        Wish.objects.create(user=owner, kind="item_due", by_mail=False, in_inbox=True)
    elif end == "no longer in the team":
        Membership.objects.filter(user=owner).delete()
    else:
        User.objects.filter(pk=owner.pk).update(is_active=False)
    assert sent(at(DUE_ON, 8, 1)) == []
    assert list(Delivery.objects.values_list("mail_wanted", "mail_error", "mailed_at")) == [(False, "", None)]


def test_the_newest_date_is_told(owner: User, program: Program) -> None:
    sweep(at(DUE_ON))
    item_of(program, due_on=DUE_ON + 2 * DAY)
    (message,) = sent(at(DUE_ON, 8, 1))
    assert "In 2 days: 2 April 2027" in message.body


def test_who_shares_a_demonstration_account_gets_none(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_demo=True)
    sweep(at(DUE_ON))
    assert sent(at(DUE_ON, 8, 1)) == []


@pytest.mark.parametrize(("sent_after", "is_said"), [(0, False), (2, True)])
def test_what_was_held_up_says_so(sent_after: int, is_said: bool, owner: User) -> None:
    sweep(at(DUE_ON))
    Delivery.objects.update(made_at=at(DUE_ON))
    (message,) = sent(at(DUE_ON + sent_after * DAY, 8, 1))
    assert ("while mail was held up" in " ".join(message.body.split())) is is_said


@pytest.fixture
def escalated(owner: User, lead: User, item: Any) -> Notice:
    """The lead hears that the item of another is late."""
    sweep(at(DUE_ON + 7 * DAY))
    told = Notice.objects.filter(user=owner, occurrence=7).get()
    Notice.objects.exclude(pk=told.pk).delete()
    Delivery.objects.all().delete()
    told.pk, told.user, told.reason = None, lives_in(lead), Notice.Reason.ESCALATED
    told.facts["owner_id"] = owner.pk
    told.delivery = Delivery.objects.create(user=lead, kind="due", expires_at=at(DUE_ON + 14 * DAY))
    told.save()
    return told


def test_who_hears_of_what_others_owe_is_told_why(escalated: Notice, owner: User, program: Program) -> None:
    until = {"until_on": DUE_ON + 9 * DAY, "reason": "Waits for the ministry"}
    Snooze.objects.create(user=owner, program=program, kind="item_due", subject_id=escalated.subject_id, **until)
    Delivery.objects.update(made_at=at(DUE_ON + 7 * DAY))
    (message,) = sent(at(DUE_ON + 7 * DAY, 8, 1))
    assert message.subject == "Reminders: 1 late with others"
    assert "\nLATE, AND OWNED BY OTHERS\n" in message.body
    assert "  Its owner is late by 7 days\n" in message.body
    assert "  Put off until 9 April 2027: “Waits for the ministry”\n" in message.body
    assert owner.name not in message.body + message.alternatives[0][0]


@pytest.mark.parametrize("end", ["done", "hidden"])
def test_what_others_owe_no_more_or_is_out_of_sight_is_not_sent(end: str, escalated: Notice, program: Program) -> None:
    if end == "done":
        item_of(program, answer="done")
    else:
        Membership.objects.filter(user=escalated.user).delete()
    assert sent(at(DUE_ON + 7 * DAY, 8, 1)) == []


def test_headers_for_mail_programs(owner: User, client: Client) -> None:
    message = parsed(told_and_sent())
    delivery = Delivery.objects.get()
    assert re.fullmatch(rf"<delivery-{delivery.pk}-\d{{20}}@127\.0\.0\.1>", message["Message-ID"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_all("Precedence") is None
    (address,) = re.findall(r"^<http://127\.0\.0\.1:\d+(/mails/stop/\S+/)>$", message["List-Unsubscribe"].strip())
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Wish.objects.get().by_mail is False


def test_each_kind_can_be_stopped_by_a_link(owner: User, item: Any, program: Program, client: Client) -> None:
    item_of(program, "1.2", owner=owner, returned_note="Again", returned_at=at(DUE_ON - DAY), due_on=None)
    message = told_and_sent()
    pattern = r"- (.*)\n  http://127\.0\.0\.1:\d+(/mails/stop/\S+/)"
    found = dict(re.findall(pattern, message.body))
    assert list(found) == ["Items that are due", "Items a reviewer sent back"]
    client.post(found["Items that are due"], {"wanted": "stop"})
    assert list(Wish.objects.values_list("kind", "by_mail", "in_inbox")) == [("item_due", False, True)]


def test_a_name_adds_no_header_and_no_markup(owner: User, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(name="<img src=x>\r\nBcc: all@example.org")
    User.objects.filter(pk=owner.pk).update(name="<b>Mallory</b>\r\nBcc: all@example.org")
    message = told_and_sent()
    assert set(parsed(message).keys()) & {"Bcc", "bcc"} == set()
    assert re.findall("<img|<b>", message.alternatives[0][0]) == []


def test_it_asks_nobody_for_anything_and_reads_in_its_direction(owner: User) -> None:
    html = told_and_sent().alternatives[0][0]
    assert re.findall(r"<(?:img|link|script|iframe)|\bsrc=|url\(|@import", html) == []
    assert [link for link in re.findall(r'href="([^"]*)"', html) if not link.startswith(letters.absolute("/"))] == []
    assert set(re.findall(r'\bdir="(\w+)"', html)) == {"ltr"}


def test_it_runs_from_right_to_left_for_who_reads_so(owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(language="ar")
    html = told_and_sent().alternatives[0][0]
    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [("ar", "rtl")]
    assert set(re.findall(r'\bdir="(\w+)"', html)) == {"rtl"}


def test_plain_text_is_narrow_enough_to_read(owner: User, program: Program) -> None:
    Program.objects.filter(pk=program.pk).update(name="A program with a name of many words " * 3)
    lines = told_and_sent().body.splitlines()
    assert [line for line in lines if len(line) > letters.WIDTH and "://" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []
    assert max(len(line) for line in lines) > 60, "some line was long enough to be folded"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int, owner: User, program: Program, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in ("1.2", "1.3")[: count - 1]:
        item_of(program, number, owner=owner, due_on=DUE_ON)
    sweep(at(DUE_ON))
    delivery = Delivery.objects.select_related("user").get()
    with time_machine.travel(at(DUE_ON), tick=False), django_assert_num_queries(5):
        assert letters.write(delivery)
