"""Who does what: the functions of a scale-up, and what each partner has to do with them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.functions import BUILT_IN
from partners.models.partners import FocalPerson, Level, Partner, levels_in_words
from programs.models import Program

CAPACITY_NEEDED = 2


class Function(models.Model):
    """Work that somebody must answer for, for the whole scale-up or for one of its steps.

    Built-in ones have a `key` and no name of their own (see `partners.functions`). `levels` are those at which
    somebody must do it; empty: it is bound to none.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="functions")
    key = models.SlugField(max_length=40, blank=True)
    name = models.CharField(_("name of the function"), max_length=120, blank=True)
    step = models.PositiveSmallIntegerField(_("only for step"), null=True, blank=True)
    levels = ArrayField(
        models.CharField(max_length=9, choices=Level), verbose_name=_("needed at"), default=list, blank=True
    )
    capacity_needed = models.PositiveSmallIntegerField(_("capacity the role needs"), default=CAPACITY_NEEDED)
    position = models.PositiveSmallIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True, help_text="Not part of this scale-up; what was said of it stays.")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "key"], condition=~models.Q(key=""), name="built_in_function_once"
            ),
            models.CheckConstraint(condition=models.Q(capacity_needed__lte=3), name="function_capacity_on_scale"),
            models.CheckConstraint(condition=~models.Q(key="") | ~models.Q(name=""), name="function_has_key_or_name"),
        ]

    def __str__(self) -> str:
        return self.name or str(BUILT_IN[self.key].name)

    def get_levels_display(self) -> str:
        return levels_in_words(self.levels)


class Letter(models.TextChoices):
    """What a partner has to do with a function. Accountable implies responsible."""

    ACCOUNTABLE = "A", _("Accountable: answers for it")
    RESPONSIBLE = "R", _("Responsible: does it")
    CONSULTED = "C", _("Consulted: is asked before")
    INFORMED = "I", _("Informed: is told after")


class Responsibility(models.Model):
    """One cell of the matrix. There is a row for every partner and function; most of them are empty.

    `versions` as on every row of the saving path: {field: [version, writer, session, at]}.
    """

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="responsibilities")
    function = models.ForeignKey(Function, models.CASCADE, related_name="responsibilities")
    letter = models.CharField(_("letter"), max_length=1, choices=Letter, blank=True)
    held_by = models.ForeignKey(FocalPerson, models.SET_NULL, null=True, blank=True, related_name="responsibilities")
    since_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    versions = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "function"], name="responsibility_once")]

    def __str__(self) -> str:
        return f"{self.partner_id} × {self.function_id}: {self.letter}"


class AcceptedComplaint(models.Model):
    """A complaint of the matrix somebody decided to live with: why, and until when. It stays on the page.

    `code` and `subject` name the complaint, as in `partners.domain.complaints`.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="accepted_complaints")
    code = models.SlugField(max_length=40)
    subject = models.CharField(max_length=80)
    reason = models.CharField(_("why you can live with it"), max_length=500)
    until_on = models.DateField(_("until"))
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, help_text="Taken back, or replaced by a newer one.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "code", "subject"],
                condition=models.Q(ended_at=None),
                name="accepted_complaint_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"
