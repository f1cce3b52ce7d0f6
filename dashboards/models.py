"""When somebody last looked at a dashboard, and the sums of a portfolio that a worker keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Portfolio, User
from programs.models import Program, ProgramSummary


class Visit(models.Model):
    """A person's latest visit to one program or portfolio, and what the visit before it showed.

    "Since your last visit" compares with `previous_…`. A new visit starts after half an hour
    without a look; `figures` are those seen last. Written by `dashboards.domain.visits` alone.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="visits")
    portfolio = models.ForeignKey(Portfolio, models.CASCADE, null=True, related_name="+")
    program = models.ForeignKey(Program, models.CASCADE, null=True, related_name="+")
    view = models.CharField(max_length=7, choices=ProgramSummary.View)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    figures = models.JSONField(default=dict)
    previous_at = models.DateTimeField(null=True)
    previous_figures = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "view", "portfolio", "program"], nulls_distinct=False, name="visit_once"
            ),
            models.CheckConstraint(
                condition=models.Q(portfolio=None) ^ models.Q(program=None), name="visit_to_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.portfolio or self.program}, {self.last_seen_at:%Y-%m-%d %H:%M}"


class PortfolioRollup(models.Model):
    """The sums of one portfolio in one view, so that no page ever adds up its programs.

    `figures` is read by `dashboards.domain.figures`. Written by `dashboards.domain.rollups` alone.
    """

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="rollups")
    view = models.CharField(max_length=7, choices=ProgramSummary.View)
    figures = models.JSONField(default=dict)
    is_dirty = models.BooleanField(default=True)
    refreshed_at = models.DateTimeField(_("as of"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "view"], name="rollup_once_a_view"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio} ({self.view})"
