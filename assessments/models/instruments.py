"""Instruments: versioned questionnaires, a draft until they are published and frozen from then on."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User


class InstrumentQuerySet(models.QuerySet):
    """Which instruments somebody may see or choose."""

    def known_to(self, user: User) -> Self:
        """Published ones of the product and of organisations the person belongs to; drafts for their admins."""
        own = Organisation.objects.filter(affiliations__user=user)
        kept = Organisation.objects.filter(affiliations__user=user, affiliations__is_admin=True)
        is_out = ~models.Q(state=Instrument.State.DRAFT)
        return self.filter(
            is_out & (models.Q(organisation=None) | models.Q(organisation__in=own.values("pk")))
            | models.Q(organisation__in=kept.values("pk"))
        )

    def for_program_of(self, organisation_id: int) -> Self:
        """What a program of this organisation can be assessed with: the newest published versions."""
        mine = models.Q(organisation=None) | models.Q(organisation=organisation_id)
        return self.filter(mine, state=Instrument.State.PUBLISHED)


class Instrument(models.Model):
    """One version of an instrument. `text` is its file (docs/instrument-files.md), from which the rest is read.

    A draft is only this text and may be replaced. Publishing fills the tables of dimensions and items and
    freezes everything; the version before is superseded: its rounds stay what they are, new ones take this.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("replaced by a newer version")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="instruments", help_text="Nobody: built in."
    )
    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    language = models.CharField(max_length=10, default="en")
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=500)
    good_for = models.CharField(max_length=400)
    not_for = models.CharField(max_length=400)
    minutes = models.PositiveSmallIntegerField(help_text="About how long one person needs.")
    sources = models.JSONField(help_text="A list of {name, what}.")
    scale = models.JSONField(help_text="A list of {value, label, meaning}, lowest first.")
    text = models.TextField(help_text="The instrument file.")
    fingerprint = models.CharField(max_length=64)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "version"], nulls_distinct=False, name="instrument_version_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "key"],
                condition=models.Q(state="published"),
                nulls_distinct=False,
                name="instrument_published_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="instrument_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def low(self) -> int:
        return self.scale[0]["value"]

    @property
    def high(self) -> int:
        return self.scale[-1]["value"]


class InstrumentDimension(models.Model):
    """One dimension of a published instrument."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="dimensions")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    lede = models.CharField(max_length=240)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "key"], name="dimension_key_once"),
            models.UniqueConstraint(fields=["instrument", "number"], name="dimension_number_once"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class InstrumentItem(models.Model):
    """One thing to rate. `key` stays the same through all versions of an instrument."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="items")
    dimension = models.ForeignKey(InstrumentDimension, models.CASCADE, related_name="items")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(help_text="In the whole instrument, from 1.")
    number = models.CharField(max_length=6, help_text="As shown: dimension.place, e.g. 4.2")
    text = models.CharField(max_length=200)
    help = models.CharField(max_length=400, blank=True)
    construct = models.CharField(max_length=160, help_text="Which part of the framework it stands for.")
    weight = models.PositiveSmallIntegerField(default=1)
    is_critical = models.BooleanField(default=False)
    is_reversed = models.BooleanField(default=False, help_text="A high value is bad.")
    may_pass = models.BooleanField(default=True, help_text="“Not able to answer” is offered.")
    shows = models.CharField(max_length=80, blank=True, help_text="What is shown beside it, such as item:vision-page.")
    anchors = models.JSONField(help_text="A list of [value, text], lowest first.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "key"], name="instrument_item_key_once"),
            models.UniqueConstraint(fields=["instrument", "position"], name="instrument_item_position_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=1, weight__lte=5), name="instrument_item_weight_1_to_5"
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
