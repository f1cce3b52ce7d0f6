"""What partners agreed in writing, and the bodies in which they meet."""

from datetime import date, timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.models.partners import Level, Partner
from partners.models.roles import Function
from programs.models import Program
from scaleup.days import days_apart


class Agreement(models.Model):
    """A memorandum, contract or letter between partners, with the functions it covers.

    *Expired* is no state of its own: a signed agreement whose end has passed is expired, whoever noticed.
    """

    class Kind(models.TextChoices):
        MOU = "mou", _("memorandum of understanding")
        CONTRACT = "contract", _("contract")
        LETTER = "letter", _("letter of agreement")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNED = "signed", _("signed")
        ENDED = "ended", _("ended")

    program = models.ForeignKey(Program, models.CASCADE, related_name="agreements")
    title = models.CharField(_("title"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.MOU)
    parties = models.ManyToManyField(Partner, verbose_name=_("parties"), related_name="agreements")
    functions = models.ManyToManyField(
        Function, verbose_name=_("functions it covers"), related_name="agreements", blank=True
    )
    starts_on = models.DateField(_("starts"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(
        _("days before the end to talk about renewal"), default=90, help_text="0: no notice."
    )
    decision_rights = models.TextField(_("who decides what"), max_length=4000, blank=True)
    dispute_path = models.TextField(_("how a dispute is settled"), max_length=4000, blank=True)
    exit_terms = models.TextField(_("how a party can leave"), max_length=4000, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="agreement_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(signed_on__isnull=False), name="agreement_signed_on"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | models.Q(ended_on__isnull=False), name="agreement_ended_on"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on"], condition=models.Q(state="signed"), name="agreement_ending"),
            models.Index(days_apart("ends_on", "-", "notice_days"), name="agreement_notice"),
            models.Index(fields=["program", "ends_on"], name="agreement_of_program"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_in_force(self, today: date) -> bool:
        """Signed, begun and neither ended nor expired."""
        begun = self.starts_on is None or self.starts_on <= today
        return self.state == self.State.SIGNED and begun and not self.is_expired(today)

    def is_expired(self, today: date) -> bool:
        return self.state == self.State.SIGNED and self.ends_on is not None and self.ends_on < today

    @property
    def notice_on(self) -> date | None:
        """The day from which its renewal should be talked about."""
        return self.ends_on - timedelta(days=self.notice_days) if self.ends_on and self.notice_days else None


class AgreementFile(models.Model):
    """One version of the signed paper of an agreement. The newest counts; all stay."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="files")
    version = models.PositiveSmallIntegerField()
    file = models.FileField(max_length=200)
    file_name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    note = models.CharField(_("what is new in it"), max_length=200, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_file_version_once")]

    def __str__(self) -> str:
        return self.file_name


class Annex(models.Model):
    """“Who does what”, written out of the matrix for one agreement by a worker, as DOCX and as PDF.

    `content` is what stood in the matrix when it was asked for, so that the paper never changes afterwards.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be written")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="annexes")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    docx = models.FileField(max_length=200, blank=True)
    pdf = models.FileField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True, help_text="Why there is no PDF, or nothing at all.")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    written_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="annex_number_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(state="waiting"), name="annex_waiting")]

    def __str__(self) -> str:
        return f"{self.agreement} {self.number}"


class CoordinationBody(models.Model):
    """Where partners meet: at which level, how often, who, and when next."""

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")
        HALF_YEARLY = "half_yearly", _("twice a year")
        YEARLY = "yearly", _("once a year")

    program = models.ForeignKey(Program, models.CASCADE, related_name="coordination_bodies")
    name = models.CharField(_("name"), max_length=160)
    level = models.CharField(_("level"), max_length=9, choices=Level)
    rhythm = models.CharField(_("how often it meets"), max_length=11, choices=Rhythm)
    members = models.ManyToManyField(Partner, verbose_name=_("members"), related_name="coordination_bodies")
    next_meeting_on = models.DateField(_("next meeting"), null=True, blank=True)
    dissolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["program"], name="body_of_program"),
            models.Index(
                fields=["next_meeting_on"],
                condition=models.Q(dissolved_at=None, next_meeting_on__isnull=False),
                name="body_meeting",
            ),
        ]
        verbose_name_plural = "coordination bodies"

    def __str__(self) -> str:
        return self.name
