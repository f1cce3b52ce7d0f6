"""The demonstration on its first day: whoever enters finds that the product has spoken to them before."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.domain import mailing
from accounts.models import Invitation, User
from conftest import PASSWORD
from dashboards.demo.cast import Cast
from dashboards.tests import demo_cases
from programs.domain import owed
from reminders.demo import load
from reminders.domain import announcing, chasing, inbox, snoozing, telling, wishes
from reminders.models import ChasingPlan, Delivery, Notice, SweepMark

CHOOSERS = ("team", "chikondi", "facilitator", "joao", "admin", "donor")


def person(key: str) -> User:
    return User.objects.get(email=f"{key}@demo.example")


def told(key: str, **those: object) -> set[str]:
    return set(Notice.objects.in_inbox().filter(user=person(key), **those).values_list("kind", flat=True))


@pytest.mark.django_db
def test_everybody_finds_an_inbox_that_lives(guide, instrument) -> None:
    assert load.load(say=lambda line: None) is True

    demo_cases.tells_eight_different_stories()
    today = timezone.localdate()
    _the_lead_has_some_of_each(today)
    _the_facilitator_is_waited_for(today)
    assert told("admin") == {"invitation_waiting"}  # who owes nothing in a program
    assert Notice.objects.filter(user=person("admin")).exclude(done_at=None).exists()
    assert not Notice.objects.filter(user=person("donor")).exists()  # home leads to the dashboard at once
    _everybody_has_chosen_a_digest()
    _the_number_in_the_header_is_right()

    # it is told as the running product would tell it, and none of it again
    assert set(SweepMark.objects.values_list("name", flat=True)) == {"due", "news"}
    assert not Notice.objects.filter(told_at__gt=timezone.now()).exists()
    before = Notice.objects.count()
    assert load.load(say=lambda line: None) is False
    yesterday = timezone.now() - timedelta(days=1)
    telling.tell_due(yesterday), announcing.tell_news(yesterday)
    assert Notice.objects.count() == before

    # nobody gets a mail
    assert Invitation.objects.count() == 2
    assert not Invitation.objects.filter(mail_wanted=True).exists()
    assert Delivery.objects.count() == 0
    telling.tell_due(timezone.now()), announcing.tell_news(timezone.now())
    mailing.send_waiting()
    assert mail.outbox == []


def _the_lead_has_some_of_each(today) -> None:
    lead = person("team")
    things = owed.by(lead, today=today)
    urgent = {one.urgency(today) for one in things}
    assert {owed.Urgency.OVERDUE, owed.Urgency.ASKED, owed.Urgency.SOON} <= urgent
    assert {"item_due", "news_mentioned"} <= told("team", read_at=None)
    assert told("team", reason="escalated") == {"item_due", "round_action", "support_need"}
    assert "news_decided" in told("team")
    assert Notice.objects.filter(user=lead, kind="news_round_closed").exclude(done_at=None).exists()
    [pause] = snoozing.of_user(lead, today=today)
    assert (pause.snooze.kind, pause.snooze.until_on) == ("condition_due", today + timedelta(days=8))
    plan = ChasingPlan.objects.get()
    assert (plan.program.name, plan.lead_after, plan.facilitator_after) == ("Newborn visits, Amani", 3, 7)


def _the_facilitator_is_waited_for(today) -> None:
    assert {"review_promised", "news_mentioned", "condition_due"} <= told("facilitator", read_at=None)
    assert Notice.objects.filter(user=person("facilitator"), kind="news_submitted").exclude(done_at=None).exists()
    home = person("facilitator").watching.get().portfolio
    put_off = chasing.put_off_in(home, today=today, after="", before="")
    assert sorted(one.snooze.user.name for one in put_off.rows) == ["Chikondi Example", "Lindiwe Made-up"]
    late = chasing.late_in(home, today=today, after="", before="")
    assert any(one.pause and one.is_owed for one in late.rows)


def _everybody_has_chosen_a_digest() -> None:
    found = {
        key: wishes.rhythm_of(person(key)) for key in ("team", "chikondi", "facilitator", "joao", "admin", "donor")
    }
    assert {key: one.digest_on for key, one in found.items() if one.pk} == {
        "team": 4, "chikondi": 0, "facilitator": 0, "joao": 1, "admin": 2, "donor": 3,
    }  # fmt: skip


def _the_number_in_the_header_is_right() -> None:
    for user in User.objects.filter(is_demo=True):
        assert user.unread_count == Notice.objects.filter(user=user).unread().count()
        shown = inbox.read(user, show="unread", put_away="", today=timezone.localdate(), after="", before="")
        assert len(shown.page.rows) == min(user.unread_count, inbox.PAGE_SIZE), user


@pytest.mark.django_db
def test_where_others_live_nobody_hears_of_days_gone_by() -> None:
    nobody, today = Cast({}, {}, {}), timezone.localdate()
    played = list(load._events(nobody, today))
    User.objects.create_user("real@example.org", PASSWORD, name="Real Person")
    kept = list(load._events(nobody, today))
    assert len(played) - len(kept) == sum(one.happen is load._sweep for one in played) > 10
    assert not any(one.happen is load._sweep for one in kept)
