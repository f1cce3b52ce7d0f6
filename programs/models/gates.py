"""Gates: what was submitted, what was decided, and the conditions that follow."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.models.plans import StepPlan, StepState
from scaleup.days import day_of


class GateReview(models.Model):
    """One turn of a step through its gate: submitted, then decided or withdrawn. A step may have many."""

    class Outcome(models.TextChoices):
        GO = "go", _("Go")
        CONDITIONS = "conditions", _("Go with conditions")
        HOLD = "hold", _("Hold")
        RETURNED = "returned", _("Return to an earlier or the same step")

    plan = models.ForeignKey(StepPlan, models.CASCADE, related_name="reviews")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    message = models.CharField(_("message to the reviewer"), max_length=1_000, blank=True)
    reviewer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="reviews")
    promised_on = models.DateField(_("decision promised for"), null=True)
    withdrawn_at = models.DateTimeField(null=True)

    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome, blank=True)
    reasons = models.TextField(_("reasons"), max_length=4_000, blank=True)
    decided_on = models.DateField(_("date of the decision"), null=True)
    decided_at = models.DateTimeField(null=True, help_text="When it was entered.")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signers = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    # A step is never deleted from under a decision that names it; a whole program takes both along.
    returned_to = models.ForeignKey(StepPlan, models.RESTRICT, null=True, related_name="+")
    look_again_on = models.DateField(_("look again on"), null=True)
    waiver = models.CharField(_("why it may pass before steps 1 to 6"), max_length=1_000, blank=True)
    is_recorded_later = models.BooleanField(default=False)
    settled = models.JSONField(default=dict, help_text="The step's items at this turn, as in StepPlan.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(outcome="", withdrawn_at=None),
                name="gate_review_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_on=None) | ~models.Q(outcome="") & ~models.Q(reasons=""),
                name="gate_review_decided_with_reasons",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reviewer", "promised_on"],
                condition=models.Q(outcome="", withdrawn_at=None),
                name="gate_review_queue",
            ),
            models.Index(fields=["plan", "-id"], name="gate_review_newest"),
            models.Index(fields=["decided_at"], name="gate_review_decided"),
            models.Index(
                fields=["submitted_at"], condition=models.Q(outcome="", withdrawn_at=None), name="gate_review_submitted"
            ),
            models.Index(
                fields=["promised_on"], condition=models.Q(outcome="", withdrawn_at=None), name="gate_review_promised"
            ),
            models.Index(day_of("decided_at"), "outcome", name="gate_review_decided_on"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.outcome or 'open'}"


class ConditionQuerySet(models.QuerySet):
    """Which conditions still ask for something."""

    def with_force(self) -> "ConditionQuerySet":
        """Adds is_in_force: its step stands passed by the very decision that set it, and was not reopened since."""
        newer = GateReview.objects.filter(plan=models.OuterRef("review__plan"), pk__gt=models.OuterRef("review"))
        is_latest = ~models.Exists(newer.exclude(outcome=""))
        in_force = models.When(is_latest, review__plan__state=StepState.CONDITIONS, then=True)
        return self.annotate(is_in_force=models.Case(in_force, default=False))


class Condition(models.Model):
    """What must follow a go with conditions. Met is the team's word; confirmed is the reviewer's."""

    review = models.ForeignKey(GateReview, models.CASCADE, related_name="conditions")
    text = models.CharField(_("condition"), max_length=400)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="conditions")
    due_on = models.DateField(_("due"))
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    met_note = models.CharField(_("how it was met"), max_length=500, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = ConditionQuerySet.as_manager()

    is_in_force: bool  # read by `with_force`, not a column

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(met_at__isnull=False),
                name="condition_confirmed_after_met",
            ),
        ]
        indexes = [
            models.Index(
                fields=["met_at"], condition=models.Q(met_at__isnull=False, confirmed_at=None), name="condition_met"
            ),
            models.Index(fields=["due_on"], condition=models.Q(met_at=None), name="condition_due"),
            models.Index(day_of("met_at"), name="condition_met_on"),
        ]

    def __str__(self) -> str:
        return self.text
