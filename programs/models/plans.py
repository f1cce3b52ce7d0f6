"""A program's work on its guide: step plans, item answers, evidence and remarks."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.look_again import in_words
from programs.models.guides import GuideItem, GuideStep
from programs.models.programs import Program
from scaleup.days import day_of


class StepState(models.TextChoices):
    """Where one step of one program stands."""

    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    SUBMITTED = "submitted", _("waiting for a decision")
    GO = "go", _("passed")
    CONDITIONS = "conditions", _("passed with conditions")
    HOLD = "hold", _("on hold")
    RETURNED = "returned", _("returned")


OPEN_STATES = (StepState.NOT_STARTED, StepState.IN_PROGRESS, StepState.HOLD, StepState.RETURNED)
PASSED_STATES = (StepState.GO, StepState.CONDITIONS)


class StepPlan(models.Model):
    """One step of one program. `settled` is what donors see: its items as of the last submit or decision."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="step_plans")
    step = models.ForeignKey(GuideStep, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=StepState, default=StepState.NOT_STARTED)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    target_on = models.DateField(_("target date"), null=True, blank=True)
    current_since = models.DateField(null=True, help_text="The day it became the program's current step.")
    look_again = models.JSONField(default=dict, help_text="Why its decision needs a look: see programs.look_again.")
    look_again_on = models.DateField(null=True, help_text="After a hold: the day to look again.")
    is_recorded_later = models.BooleanField(default=False, db_default=False, help_text="It passed before it came here.")
    settled = models.JSONField(default=dict, help_text="{item key: [answer, verified, has evidence]}")
    settled_at = models.DateTimeField(null=True)
    versions = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "step"], name="step_plan_once")]
        indexes = [
            models.Index(fields=["target_on"], condition=models.Q(target_on__isnull=False), name="step_plan_target"),
            models.Index(
                fields=["look_again_on"], condition=models.Q(look_again_on__isnull=False), name="step_plan_look_again"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.program}"

    @property
    def is_open(self) -> bool:
        """The team works on it."""
        return self.state in OPEN_STATES

    @property
    def is_passed(self) -> bool:
        return self.state in PASSED_STATES

    @property
    def takes_answers(self) -> bool:
        """Answers may be raised too: it is open, or passed elsewhere on answers that were never written here."""
        return self.is_open or (self.is_passed and self.is_recorded_later)

    @property
    def look_again_words(self) -> str:
        return in_words(self.look_again)


class Answer(models.TextChoices):
    """What a team says of an item. Level 3, verified, is another person's word and not in this list."""

    NOT_STARTED = "not_started", _("Not started")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    DONT_KNOW = "dont_know", _("Don’t know yet")
    LATER = "later", _("Come back later")


class ItemAnswerQuerySet(models.QuerySet):
    """Which items of a program stand, and what hangs on them."""

    def standing(self) -> "ItemAnswerQuerySet":
        """Items of the version their step is on, and those a newer version added to a decided step.

        What a newer version left out keeps its row, so that nothing typed is lost, but no longer counts.
        """
        return self.filter(models.Q(item__step=models.F("plan__step")) | models.Q(is_new=True))

    def left_out(self) -> "ItemAnswerQuerySet":
        return self.exclude(item__step=models.F("plan__step")).filter(is_new=False)

    def in_order(self) -> "ItemAnswerQuerySet":
        """By step and position; items a newer version added come last in their step."""
        return self.order_by("plan__step__number", "is_new", "item__position")

    def with_counts(self, today: date) -> "ItemAnswerQuerySet":
        """Adds evidence_count (current and not expired), expired_count and open_remark_count."""
        return self.annotate(**_counts(today))


@lru_cache(maxsize=4)
def _counts(today: date) -> dict[str, models.Subquery]:
    """What `with_counts` adds; composed once a day, not once a page."""
    evidence = Evidence.objects.filter(answer=models.OuterRef("pk"))
    remarks = Remark.objects.filter(answer=models.OuterRef("pk"), thread=None, resolved_at=None)
    return {
        "evidence_count": _count(evidence.unexpired(today)),
        "expired_count": _count(evidence.current().filter(expires_on__lt=today)),
        "open_remark_count": _count(remarks),
    }


def _count(rows: models.QuerySet) -> models.Subquery:
    counted = rows.order_by().annotate(number=models.Func(models.F("pk"), function="count")).values("number")
    return models.Subquery(counted, output_field=models.IntegerField())


class ItemAnswer(models.Model):
    """One item of one program. Its history is in the journal; a standing verification is here."""

    plan = models.ForeignKey(StepPlan, models.CASCADE, related_name="answers")
    item = models.ForeignKey(GuideItem, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=14, choices=Answer, default=Answer.NOT_STARTED)
    reason = models.CharField(_("why it does not apply"), max_length=500, blank=True)
    note = models.TextField(_("note"), max_length=10_000, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="owned_answers")
    due_on = models.DateField(_("due"), null=True, blank=True)
    changed_at = models.DateTimeField(null=True)
    versions = models.JSONField(default=dict, help_text="{field: [version, who, session, when]}")

    verified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_evidence = ArrayField(models.BigIntegerField(), default=list, blank=True)
    returned_note = models.CharField(max_length=500, blank=True, help_text="What the reviewer asked for.")
    returned_at = models.DateTimeField(null=True, help_text="Since when the note stands.")
    is_new = models.BooleanField(default=False, help_text="New since the decision on its step.")

    objects = ItemAnswerQuerySet.as_manager()

    # Read by `with_counts`, and `known` by `programs.domain.known`: not columns.
    known: list[Any]
    evidence_count: int
    expired_count: int
    open_remark_count: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "item"], name="item_answer_once"),
            models.CheckConstraint(
                condition=models.Q(verified_at=None) | models.Q(answer__in=["done", "not_applicable"]),
                name="item_answer_verified_only_if_done",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_at=None, verified_by=None)
                | models.Q(verified_at__isnull=False, verified_by__isnull=False),
                name="item_answer_verified_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                condition=models.Q(owner__isnull=False) & ~models.Q(answer="done"),
                name="item_answer_owed",
            ),
            models.Index(
                fields=["due_on"],
                condition=models.Q(due_on__isnull=False) & ~models.Q(answer="done"),
                name="item_answer_due",
            ),
            models.Index(day_of("returned_at"), condition=~models.Q(returned_note=""), name="item_answer_sent_back"),
        ]

    def __str__(self) -> str:
        return f"{self.item.number}: {self.answer}"

    @property
    def is_settled(self) -> bool:
        """Nothing is left to say of it: done, or not applicable with its reason."""
        return self.answer == Answer.DONE or (self.answer == Answer.NOT_APPLICABLE and self.reason != "")

    @property
    def is_standing(self) -> bool:
        """It counts: its step's version of the guide has it, or a newer one added it (see `standing`)."""
        return self.is_new or self.item.step_id == self.plan.step_id

    @property
    def shown_number(self) -> str:
        """Its number; an item of a newer version has none in the version its step was decided on."""
        return self.item.number if self.item.step_id == self.plan.step_id else str(_("new"))

    @property
    def answer_version(self) -> int:
        return self.versions.get("answer", [0])[0]

    @property
    def reason_version(self) -> int:
        return self.versions.get("reason", [0])[0]

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None and self.answer == Answer.DONE

    @property
    def is_accepted(self) -> bool:
        """A reviewer agreed that a critical item does not apply."""
        return self.verified_at is not None and self.answer == Answer.NOT_APPLICABLE


class EvidenceQuerySet(models.QuerySet):
    """Which pieces of evidence count."""

    def current(self) -> "EvidenceQuerySet":
        return self.filter(is_current=True)

    def unexpired(self, today: date) -> "EvidenceQuerySet":
        return self.current().exclude(expires_on__lt=today)


class Evidence(models.Model):
    """One version of one piece of evidence on an item: a file, a link or a dated note."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")
        NOTE = "note", _("Dated note")

    answer = models.ForeignKey(ItemAnswer, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=4, choices=Kind)
    title = models.CharField(_("title"), max_length=160)
    dated_on = models.DateField(_("date of the evidence"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(_("file"), max_length=200, blank=True)
    file_name = models.CharField(max_length=160, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    url = models.URLField(_("address"), max_length=600, blank=True)
    text = models.TextField(_("note"), max_length=10_000, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", models.RESTRICT, null=True, related_name="replaced_by")
    is_current = models.BooleanField(default=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("dated_on")),
                name="evidence_expires_after_its_date",
            ),
        ]
        indexes = [
            models.Index(fields=["answer"], condition=models.Q(is_current=True), name="evidence_current"),
            models.Index(
                fields=["expires_on"],
                condition=models.Q(is_current=True, expires_on__isnull=False),
                name="evidence_expiring",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PendingFile(models.Model):
    """A file that is announced before it is kept, until the transaction that writes its row.

    Whatever stays announced is a stray: its process ended in between (see `programs.domain.stray_files`).
    """

    path = models.CharField(max_length=200)
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.path


class Remark(models.Model):
    """A question or comment on a step or one of its items; answers hang on the first remark."""

    plan = models.ForeignKey(StepPlan, models.CASCADE, related_name="remarks")
    answer = models.ForeignKey(ItemAnswer, models.CASCADE, null=True, related_name="remarks")
    thread = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    text = models.TextField(_("remark"), max_length=4_000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())
    mentioned = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], help_text="People who are told of it."
    )
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    told: list[str]  # names of whom it mentions, read by `programs.domain.remarks.threads`; not a column

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(thread=None) | models.Q(resolved_at=None),
                name="remark_resolved_on_its_first",
            ),
        ]
        indexes = [
            models.Index(fields=["written_at"], condition=~models.Q(mentioned=[]), name="remark_that_mentions"),
            models.Index(day_of("written_at"), name="remark_by_day"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
