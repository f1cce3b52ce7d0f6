"""The one row a page reads instead of computing: a program's path, scores and counts, twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.programs import Attention, Program


class Band(models.TextChoices):
    """A word for how ready a program is; always shown with its reasons."""

    NOT_YET = "not_yet", _("not yet")
    NEARLY = "nearly", _("nearly")
    READY = "ready", _("ready")


class ProgramSummary(models.Model):
    """What the worker last computed for a program: live for its team, settled for donors.

    `path` is as in `programs.path`; scores run from 0 to 1; coverage and proven are kept as
    numerators with their denominator `done`, so that portfolios can add them up.
    """

    class View(models.TextChoices):
        LIVE = "live", _("live")
        SETTLED = "settled", _("as of the last submit or decision of each step")

    program = models.ForeignKey(Program, models.CASCADE, related_name="summaries")
    view = models.CharField(max_length=7, choices=View)
    path = models.CharField(max_length=120)
    current_step = models.PositiveSmallIntegerField(help_text="0 when every step has passed.")
    current_since = models.DateField(null=True)
    passed_count = models.PositiveSmallIntegerField(default=0)
    before = models.FloatField(default=0, help_text="Score of the phase before scaling up.")
    during = models.FloatField(default=0)
    step_scores = models.JSONField(default=list, help_text="One score a step, null where nothing applies.")
    applicable = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    evidenced = models.PositiveSmallIntegerField(default=0)
    verified = models.PositiveSmallIntegerField(default=0)
    non_answers = models.PositiveSmallIntegerField(default=0)
    open_critical = models.PositiveSmallIntegerField(default=0)
    weakest_step = models.PositiveSmallIntegerField(default=0)
    band = models.CharField(max_length=8, choices=Band, default=Band.NOT_YET)
    reasons = models.JSONField(default=list, help_text="Conditions of the band: code, met, figures.")
    raises = models.JSONField(default=list, help_text="What would raise the headline most.")
    attention = models.PositiveSmallIntegerField(choices=Attention, default=Attention.MOVING)
    reached = models.PositiveIntegerField(null=True)
    reached_on = models.DateField(null=True)
    last_activity_at = models.DateTimeField(null=True)
    inputs_seq = models.PositiveBigIntegerField(default=0)
    rules_version = models.PositiveSmallIntegerField(default=1)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "view"], name="summary_once_a_view")]

    def __str__(self) -> str:
        return f"{self.program} ({self.view})"
