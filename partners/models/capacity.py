"""What a partner is able to do: short checks of its capacity for a function, and the support it needs."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.models.partners import Partner
from partners.models.roles import Function

HIGHEST = 3
SIDES = ("individual", "leadership", "organisation", "system")


def on_scale(verbose_name: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(verbose_name, validators=[MaxValueValidator(HIGHEST)])


class CapacityCheck(models.Model):
    """One short check of one partner for one function: four sides from 0 to 3, each with anchors in words.

    Checks are repeated and never changed; the newest day counts.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="capacity_checks")
    function = models.ForeignKey(Function, models.CASCADE, related_name="capacity_checks")
    checked_on = models.DateField(_("checked on"))
    individual = on_scale(_("people"))
    leadership = on_scale(_("leadership"))
    organisation = on_scale(_("organisation"))
    system = on_scale(_("system around it"))
    note = models.CharField(_("what you saw"), max_length=1000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-checked_on", "-id"]
        indexes = [models.Index(fields=["partner", "function", "-checked_on", "-id"], name="capacity_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{side}__lte": HIGHEST for side in SIDES}), name="capacity_on_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} × {self.function_id} on {self.checked_on}"

    @property
    def lowest(self) -> int:
        """The weakest of the four sides: what the partner is able to do as a whole."""
        return min(self.individual, self.leadership, self.organisation, self.system)


class SupportNeed(models.Model):
    """What a partner needs for a function, who sees to it, by when, and whether it was done."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("training")
        SUPPORT = "support", _("support")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="support_needs")
    function = models.ForeignKey(Function, models.CASCADE, related_name="support_needs")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(_("what it needs"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="support_needs_owned", verbose_name=_("who sees to it")
    )
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=models.Q(done_at=None), name="support_need_owed"),
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="support_need_due"),
        ]

    def __str__(self) -> str:
        return self.text
