"""Guides: versioned, published, frozen lists of steps and checklist items."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Phase(models.TextChoices):
    """The two halves of every guide."""

    BEFORE = "before", _("Before you scale up")
    DURING = "during", _("As you scale up")


class Guide(models.Model):
    """One published version of a guide. A published version never changes; a newer one is a new row."""

    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10, default="en")
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    terms = models.JSONField(default=list, help_text="The glossary: a list of {term, meaning}.")
    fingerprint = models.CharField(max_length=64)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="guide_version_once")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class GuideStep(models.Model):
    """One step of a guide: why it matters, what others learnt, and what you should have at its end."""

    guide = models.ForeignKey(Guide, models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=6, choices=Phase)
    title = models.CharField(max_length=160)
    short_title = models.CharField(max_length=24)
    lede = models.CharField(max_length=300)
    why = models.TextField()
    lessons = models.JSONField(default=list, help_text="A list of {text, source}.")
    exit_list = models.JSONField(default=list, help_text="A list of lines: you should now have …")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["guide", "key"], name="guide_step_key_once"),
            models.UniqueConstraint(fields=["guide", "number"], name="guide_step_number_once"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class GuideItem(models.Model):
    """One thing to do or produce, and what counts as evidence that it is done."""

    step = models.ForeignKey(GuideStep, models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=6, help_text="As shown: step.position, e.g. 4.5")
    text = models.CharField(max_length=200)
    evidence = models.CharField(max_length=240, help_text="What counts as evidence.")
    help = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(default=1)
    is_critical = models.BooleanField(default=False)
    is_yearly = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "key"], name="guide_item_key_once"),
            models.UniqueConstraint(fields=["step", "position"], name="guide_item_position_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1, weight__lte=5), name="guide_item_weight_1_to_5"),
        ]
        ordering = ["step__number", "position"]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
