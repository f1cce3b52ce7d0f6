"""What somebody was told, once, and the mails that carried it."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Mailing, MailingQuerySet, Portfolio, User
from programs.models import Program

MAIL_IS_WORTH = timedelta(days=7)


def a_week_from_now() -> Any:
    return timezone.now() + MAIL_IS_WORTH


class Delivery(Mailing):
    """One mail to one person: notices of one moment, one piece of news, a week's digest, or a test.

    Its Message-ID follows from its number, so that a mail which arrives twice can be known as one.
    """

    class Kind(models.TextChoices):
        DUE = "due", _("reminders")
        NEWS = "news", _("news")
        WEEK = "week", _("digest of the week")
        PORTFOLIO = "portfolio", _("digest of a portfolio")
        TEST = "test", _("test mail")

    user = models.ForeignKey(User, models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=9, choices=Kind)
    portfolio = models.ForeignKey(Portfolio, models.CASCADE, null=True, related_name="+")
    week_of = models.DateField(null=True, help_text="The first day of the week a digest is about.")
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(default=a_week_from_now)

    objects = MailingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "portfolio", "week_of"],
                condition=models.Q(week_of__isnull=False),
                nulls_distinct=False,
                name="digest_once",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(mail_wanted=True, mailed_at=None), name="delivery_waiting"),
            models.Index(fields=["mailed_at"], condition=models.Q(mailed_at__isnull=False), name="delivery_sent"),
            models.Index(fields=["user", "-id"], name="delivery_to"),
            models.Index(
                fields=["user"],
                condition=models.Q(mail_wanted=False, mailed_at=None) & ~models.Q(mail_error=""),
                name="delivery_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} to {self.user_id}"


class NoticeQuerySet(models.QuerySet):
    """Which notices somebody looks at."""

    def in_inbox(self) -> Self:
        """Those not put away."""
        return self.filter(is_in_inbox=True, done_at=None)

    def unread(self) -> Self:
        return self.in_inbox().filter(read_at=None)


class Notice(models.Model):
    """One thing one person was told, on one occasion: unique, however often and by whomever it is looked for.

    `anchor_on` is the day it counts from: the due date, or since when somebody waits. `occurrence` is the
    number of days from there to the day it was told (-7: a week before); of news it is the minute of its day, by
    the clock of UTC. `facts` are those of
    `programs.domain.owed.Owed`, as they were told; words are made of them when somebody reads.
    """

    class Reason(models.TextChoices):
        DUE = "due", _("it is due")
        ESCALATED = "escalated", _("its owner is late")
        SNOOZED = "snoozed", _("the pause is over")
        NEWS = "news", _("it happened")

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=32)
    reason = models.CharField(max_length=9, choices=Reason)
    subject_id = models.BigIntegerField()
    program = models.ForeignKey(Program, models.CASCADE, null=True, related_name="+")
    anchor_on = models.DateField()
    occurrence = models.SmallIntegerField()
    facts = models.JSONField(default=dict)
    told_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False, help_text="Told more than a day after its morning.")
    is_in_inbox = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="Put away by its reader.")
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="notices")

    is_readable: bool  # whether its reader may read the program; only on notices found by `reminders.domain.sight`

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject_id", "anchor_on", "occurrence", "reason"], name="notice_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-id"], condition=models.Q(is_in_inbox=True, done_at=None), name="notice_in_inbox"
            ),
            models.Index(
                fields=["user", "-id"],
                condition=models.Q(is_in_inbox=True, done_at__isnull=False),
                name="notice_put_away",
            ),
            models.Index(fields=["program", "-id"], name="notice_of_program"),
            models.Index(fields=["program", "-id"], condition=models.Q(reason="escalated"), name="notice_escalated"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} to {self.user_id}, {self.occurrence:+d}"


class SweepMark(models.Model):
    """How far a sweep has come: everything until `through` has been looked at."""

    class Name(models.TextChoices):
        DUE = "due", _("what is due")
        NEWS = "news", _("what happened")
        DIGESTS = "digests", _("digests")

    name = models.CharField(max_length=8, choices=Name, primary_key=True)
    through = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, help_text="When the last pause in sweeping began.")
    made_up_at = models.DateTimeField(null=True, help_text="When everybody has been awake since that pause.")
    swept_at = models.DateTimeField(db_default=Now())
    took = models.FloatField(default=0, help_text="Seconds.")
    told = models.PositiveIntegerField(default=0, help_text="How many notices or digests the last one made.")

    def __str__(self) -> str:
        return f"{self.name} through {self.through:%Y-%m-%d %H:%M}"
