"""How people want to be told, what they put off, and how a program chases what is late."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.models import Program

MORNING, EVENING = 8, 20  # nobody is told anything in between, on their own clock


class Weekday(models.IntegerChoices):
    """As `date.weekday()` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Rhythm(models.Model):
    """When somebody is told, in their own time zone. Without a row the defaults hold."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="rhythm")
    morning = models.PositiveSmallIntegerField(
        _("remind me from this hour on"), default=MORNING, validators=[MaxValueValidator(EVENING - 1)]
    )
    digest_on = models.PositiveSmallIntegerField(
        _("day of the digest"), choices=Weekday, null=True, blank=True, default=Weekday.MONDAY
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("hour of the digest"), default=MORNING, validators=[MaxValueValidator(23)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(morning__lt=EVENING), name="rhythm_morning_by_day"),
            models.CheckConstraint(condition=models.Q(digest_hour__lt=24), name="rhythm_digest_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} from {self.morning}:00"


class Wish(models.Model):
    """Which ways one kind of thing may reach somebody, where that is not the kind's default."""

    user = models.ForeignKey(User, models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=32)
    by_mail = models.BooleanField()
    in_inbox = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="wish_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class Snooze(models.Model):
    """Somebody put off one thing they owe until a day, with a reason that facilitators read.

    It silences reminders to that person alone; what is escalated goes on, with the reason beside it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="snoozes")
    program = models.ForeignKey(Program, models.CASCADE, related_name="snoozes")
    kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict, help_text="As in Notice.")
    until_on = models.DateField(_("remind me again on"))
    reason = models.CharField(_("why it waits"), max_length=300)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, help_text="Ended early, by its maker, or by a newer one.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject_id"], condition=models.Q(ended_at=None), name="snooze_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["program", "until_on"], condition=models.Q(ended_at=None), name="snooze_of_program"),
            models.Index(fields=["until_on"], condition=models.Q(ended_at=None), name="snooze_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} until {self.until_on}"


class ChasingPlan(models.Model):
    """How a program chases what is late: days overdue after which others hear of it (None: never).

    Without a row the defaults hold. The days are among those on which the owner hears of it too.
    """

    class Days(models.IntegerChoices):
        THREE = 3, _("after 3 days")
        SEVEN = 7, _("after a week")
        FOURTEEN = 14, _("after two weeks")
        THIRTY = 30, _("after a month")

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="chasing")
    lead_after = models.PositiveSmallIntegerField(
        _("tell the leads"), choices=Days, null=True, blank=True, default=Days.SEVEN
    )
    facilitator_after = models.PositiveSmallIntegerField(
        _("tell the facilitators"), choices=Days, null=True, blank=True, default=Days.FOURTEEN
    )

    def __str__(self) -> str:
        return f"chasing in {self.program_id}"


class CalendarEvent(models.Model):
    """What somebody's calendar was last told of one thing: a new day or title is another one, and counted."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, help_text="Of its day and title.")
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "subject_id"], name="calendar_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} of {self.user_id}, {self.sequence}"


class CalendarFeed(models.Model):
    """The address at which a calendar program reads what somebody owes; of its secret only the digest is kept."""

    class Alarm(models.TextChoices):
        NONE = "none", _("No alarm")
        MORNING = "morning", _("On the morning of its day")
        DAY_BEFORE = "before", _("On the morning of the day before")

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    alarm = models.CharField(_("alarm"), max_length=7, choices=Alarm, default=Alarm.NONE)
    names_programs = models.BooleanField(_("name the program in each title"), default=False)
    made_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(revoked_at=None), name="calendar_feed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"feed of {self.user_id}"
