"""Who works together on a program: its partners, the people who speak for them, and where they work."""

from collections.abc import Collection
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from programs.models import Program


class Level(models.TextChoices):
    """Where somebody works, from the top down."""

    NATIONAL = "national", _("national")
    REGION = "region", _("region")
    DISTRICT = "district", _("district")
    AREA = "area", _("area")
    COMMUNITY = "community", _("community")


def levels_in_words(levels: Collection[str]) -> str:
    """From the top down, whatever the order they were kept in."""
    return ", ".join(str(level.label) for level in Level if level in levels)


class PartnerKind(models.TextChoices):
    """What sort of organisation a partner is."""

    GOVERNMENT = "government", _("government")
    NGO = "ngo", _("NGO")
    COMMUNITY = "community", _("community organisation")
    DONOR = "donor", _("donor")
    ACADEMIC = "academic", _("academic institution")
    PRIVATE = "private", _("private company")
    NETWORK = "network", _("network")


class Partnership(models.Model):
    """How the partners of one program work together. Made with its first partner.

    `inputs_seq` counts every change its complaints rest on; while `counted_seq` is smaller its summary is out of date.
    """

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="partnership")
    levels = ArrayField(
        models.CharField(max_length=9, choices=Level),
        verbose_name=_("levels at which the program works"),
        default=list,
        blank=True,
    )
    inputs_seq = models.PositiveBigIntegerField(default=1)
    counted_seq = models.PositiveBigIntegerField(default=0, help_text="The newest one counted.")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=models.Q(inputs_seq__gt=models.F("counted_seq")),
                name="partnership_out_of_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.program)

    def get_levels_display(self) -> str:
        return levels_in_words(self.levels)


class Partner(models.Model):
    """An organisation that takes part in a program, since when and until when."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partnerships")
    kind = models.CharField(_("kind"), max_length=10, choices=PartnerKind)
    levels = ArrayField(
        models.CharField(max_length=9, choices=Level), verbose_name=_("levels it works at"), default=list, blank=True
    )
    brings = models.CharField(_("what it brings"), max_length=600, blank=True)
    wants = models.CharField(_("what it wants"), max_length=600, blank=True)
    since_on = models.DateField(_("partner since"), null=True, blank=True)
    until_on = models.DateField(_("partner until"), null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "organisation"], name="partner_once"),
            models.CheckConstraint(
                condition=models.Q(since_on=None)
                | models.Q(until_on=None)
                | models.Q(until_on__gte=models.F("since_on")),
                name="partner_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    def get_levels_display(self) -> str:
        return levels_in_words(self.levels)

    def has_left(self, today: date) -> bool:
        return self.until_on is not None and self.until_on < today


class FocalPerson(models.Model):
    """Who speaks for a partner, and who stands in for them. Read by the team and its facilitators, never by donors."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="focal_people")
    name = models.CharField(_("name"), max_length=120)
    duty = models.CharField(_("position"), max_length=120, blank=True)
    contact = models.CharField(_("telephone or e-mail"), max_length=160, blank=True)
    deputy = models.CharField(_("deputy"), max_length=120, blank=True)
    deputy_contact = models.CharField(_("telephone or e-mail of the deputy"), max_length=160, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def program_id(self) -> int:
        return self.partner.program_id
