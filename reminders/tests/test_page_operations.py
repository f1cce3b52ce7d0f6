"""The page of operations: figures of the whole server that name nobody, and mails of one's own people to send again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.domain import invitations, mailing
from accounts.models import Invitation, Letter, Organisation, User
from reminders.domain import operations
from reminders.models import Delivery, SweepMark
from scaleup.models import Heartbeat

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Sign = Callable[[User | None], Client]


def delivery(user: User, **fields: Any) -> Delivery:
    return Delivery.objects.create(user=user, **{"kind": Delivery.Kind.TEST} | fields)


def given_up(user: User, **fields: Any) -> Delivery:
    return delivery(user, mail_wanted=False, mail_error="refused", mail_attempts=3, **fields)


def url(organisation: Organisation) -> str:
    return reverse("reminders:operations", args=[organisation.pk])


def page_of(client: Client, organisation: Organisation) -> str:
    response = client.get(url(organisation))
    assert response.status_code == 200
    return response.content.decode()


def again(client: Client, organisation: Organisation, row: Delivery) -> Any:
    return client.post(reverse("reminders:delivery_retry", args=[organisation.pk, row.pk]))


def line(kind: str) -> list[Any]:
    """Waiting, of them tried, sent in an hour, in a day, given up."""
    found = {one.kind: one for one in operations.figures(timezone.now()).lines}[kind]
    return [found.waiting, found.tried, found.in_hour, found.in_day, found.given_up]


# Figures


def test_what_became_of_each_kind_is_counted(lead: User, other_lead: User) -> None:
    now = timezone.now()
    delivery(lead)
    delivery(other_lead, mail_attempts=1, mail_error="waiting", mail_not_before=now + HOUR)
    delivery(lead, mailed_at=now - HOUR / 2)
    delivery(lead, mailed_at=now - DAY / 2)
    delivery(lead, mailed_at=now - 2 * DAY)
    delivery(lead, mail_wanted=False)  # nothing was left to say
    given_up(other_lead)
    Letter.objects.create(email="a@example.org", kind="password_changed", expires_at=now + DAY)
    assert (line("test"), line("letter"), line("due")) == ([2, 1, 1, 2, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0])


def test_an_invitation_waits_since_it_was_asked_for_again(organisation: Organisation, admin: User) -> None:
    invitations.invite("organisation", organisation.pk, email="new@example.org", role="member", by=admin)
    assert line("invitation") == [1, 0, 0, 0, 0]
    Invitation.objects.update(created_at=timezone.now() - 5 * DAY)
    assert not operations.figures(timezone.now()).is_late


@pytest.mark.parametrize(("minutes", "is_late"), [(4.9, False), (5.1, True)])
def test_the_oldest_that_waits_is_warned_of(minutes: float, is_late: bool, lead: User) -> None:
    now = timezone.now()
    row = delivery(lead, made_at=now - timedelta(minutes=minutes))
    delivery(lead)
    found = operations.figures(now)
    assert (found.is_late, found.oldest_at) == (is_late, row.made_at)


def test_a_mail_that_is_kept_for_the_morning_is_not_late(lead: User) -> None:
    now = timezone.now()
    held = {"made_at": now - DAY / 3, "mail_not_before": now + HOUR}
    delivery(lead, **held)
    assert (operations.figures(now).is_late, operations.figures(now).waiting) == (False, 1)
    delivery(lead, **held, mail_attempts=1, mail_error="waiting")
    assert operations.figures(now).oldest_at == now - DAY / 3


@pytest.mark.parametrize("name", SweepMark.Name.values)
@pytest.mark.parametrize(("minutes", "expected"), [(1, False), (16, True)])
def test_a_sweep_that_does_not_come_is_seen(name: str, minutes: int, expected: bool) -> None:
    now = timezone.now()
    assert [part.is_silent for part in operations.figures(now).sweeps] == [True, True, True]
    SweepMark.objects.create(name=name, through=now, swept_at=now - timedelta(minutes=minutes), took=0.5, told=7)
    (found,) = [part for part in operations.figures(now).sweeps if part.heard_at]
    assert (found.label, found.is_silent, found.took, found.told) == (SweepMark.Name(name).label, expected, 0.5, 7)


def test_parts_that_are_alive_and_those_that_are_not() -> None:
    assert [part.is_silent for part in operations.figures(timezone.now()).parts] == [True, True, True]
    Heartbeat.objects.beat(Heartbeat.Name.WORKER)
    Heartbeat.objects.create(name=Heartbeat.Name.BEAT, beat_at=timezone.now() - HOUR)
    found = operations.figures(timezone.now()).parts
    assert [(part.is_silent, part.heard_at is None) for part in found] == [(False, False), (True, False), (True, True)]


# The page


def test_who_may_look(client_for: Sign, organisation: Organisation, request: pytest.FixtureRequest) -> None:
    expected = {"admin": 200, "lead": 403, "donor": 404, "stranger": 404, "other_lead": 404}
    people = {name: request.getfixturevalue(name) for name in expected}
    assert {name: client_for(user).get(url(organisation)).status_code for name, user in people.items()} == expected


def test_with_nothing_to_do_it_says_so(client_for: Sign, admin: User, organisation: Organisation) -> None:
    page = page_of(client_for(admin), organisation)
    assert ("None. A mail is given up" in page, "The oldest mail has waited" in page) == (True, False)


def test_a_late_mail_stands_above_all_else(
    client_for: Sign, admin: User, other_lead: User, organisation: Organisation
) -> None:
    delivery(other_lead, made_at=timezone.now() - timedelta(minutes=11))
    page = page_of(client_for(admin), organisation)
    assert "The oldest mail has waited for 11\xa0minutes." in page


def test_it_shows_mails_of_its_own_people_alone(
    client_for: Sign, admin: User, viewer: User, other_lead: User, organisation: Organisation, make_user: Any
) -> None:
    given_up(viewer)  # of a program, not of the organisation
    given_up(admin)
    given_up(other_lead)
    given_up(make_user("shared", is_demo=True))
    found = operations.given_up(organisation)
    assert [row.user for row in found] == [admin, viewer]
    page = page_of(client_for(admin), organisation)
    assert ("Viewer Person" in page, "there is no such address" in page) == (True, True)
    assert (other_lead.name in page, other_lead.email in page) == (False, False)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    count: int,
    client_for: Sign,
    admin: User,
    lead: User,
    organisation: Organisation,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _ in range(count):
        given_up(lead)
        delivery(lead)
        delivery(lead, mailed_at=timezone.now())
    browser = client_for(admin)
    browser.get(url(organisation))
    with django_assert_num_queries(14):
        browser.get(url(organisation))


# Sending again


def test_it_is_sent_again_once(client_for: Sign, admin: User, lead: User, organisation: Organisation) -> None:
    row = given_up(lead, expires_at=timezone.now() - DAY)
    browser = client_for(admin)
    for _ in range(2):
        assert again(browser, organisation, row).url == url(organisation)
    mailing.send_waiting()
    assert [message.to for message in mail.outbox] == [[lead.email]]
    assert "This mail is not given up" in page_of(browser, organisation)


def test_one_that_was_sent_is_not_sent_again(
    client_for: Sign, admin: User, lead: User, organisation: Organisation
) -> None:
    row = delivery(lead, mailed_at=timezone.now(), mail_wanted=False)
    again(client_for(admin), organisation, row)
    mailing.send_waiting()
    assert mail.outbox == []


def test_only_to_ones_own_people(
    client_for: Sign, admin: User, lead: User, other_lead: User, organisation: Organisation, other_tenant: Any
) -> None:
    row, theirs = given_up(lead), given_up(other_lead)
    answers = [
        again(client_for(admin), organisation, theirs),
        again(client_for(lead), organisation, row),
        again(client_for(other_tenant.admin), organisation, row),
    ]
    assert [answer.status_code for answer in answers] == [404, 403, 404]
    assert Delivery.objects.filter(mail_wanted=True).count() == 0
