"""The one row portfolio and donor pages read instead of checking the matrix of every program."""

from django.db import models

from programs.models import Program


class RoleSummary(models.Model):
    """What the worker last counted of a program's partner roles."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="role_summary")
    partners = models.PositiveSmallIntegerField(default=0)
    functions = models.PositiveSmallIntegerField(default=0)
    covered = models.PositiveSmallIntegerField(default=0, help_text="Functions with exactly one accountable partner.")
    agreed = models.PositiveSmallIntegerField(
        default=0, help_text="Covered functions whose accountable partner has an agreement in force for it."
    )
    complaints = models.PositiveSmallIntegerField(
        default=0, help_text="Open ones, neither mended nor accepted, but for hints."
    )
    serious = models.PositiveSmallIntegerField(default=0, help_text="Those of them that are serious.")
    hints = models.PositiveSmallIntegerField(default=0)
    accepted = models.PositiveSmallIntegerField(default=0)
    next_end_on = models.DateField(null=True, help_text="When the next agreement in force ends.")
    counted_on = models.DateField()
    inputs_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["counted_on"], name="role_summary_by_day")]
        verbose_name_plural = "role summaries"

    def __str__(self) -> str:
        return str(self.program)
