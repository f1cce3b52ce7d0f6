"""What readiness was on a day: kept with all it rested on, so that last year's page never changes."""

from django.db import models

from programs.models import Band, GateReview, Guide, Program


class ReadinessSnapshot(models.Model):
    """A program's readiness on one day, or at one decision; the day's row is replaced until midnight.

    `facts` holds every answer it was computed from ({step key/item key: [answer, reason, accepted, verified,
    evidence]}), `assessment` the closed round that counted, if any; with the guide, the rules' version and the
    fingerprint it can be explained again.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="snapshots")
    taken_on = models.DateField()
    review = models.ForeignKey(GateReview, models.CASCADE, null=True, related_name="snapshots")
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="+")
    rules_version = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    inputs_seq = models.PositiveBigIntegerField()
    path = models.CharField(max_length=120)
    before = models.FloatField()
    during = models.FloatField()
    step_scores = models.JSONField()
    applicable = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField()
    evidenced = models.PositiveSmallIntegerField()
    verified = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=8, choices=Band)
    conditions = models.JSONField()
    facts = models.JSONField()
    assessment = models.JSONField(null=True, help_text="{round, closed_on, share, open_item_count}.")

    class Meta:
        ordering = ["taken_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "taken_on", "review"],
                nulls_distinct=False,
                name="snapshot_once_a_day_and_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} on {self.taken_on}"
