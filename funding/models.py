"""What a scale-up costs, year by year, and who carries it. Amounts stay in the currency they were entered in."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partners.models import Partner
from programs.models import Program

FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST_SHARE = 50


class CostKind(models.TextChoices):
    """What sort of cost, as cost models of scale-ups tell them apart (DOMAIN: item 8.1)."""

    START_UP = "start_up", _("start-up")
    PER_SITE = "per_site", _("per site")
    RECURRENT = "recurrent", _("recurrent")
    CENTRAL = "central", _("central")


class SourceKind(models.TextChoices):
    """Who gives."""

    GOVERNMENT = "government", _("government budget")
    PARTNER = "partner", _("budget of a partner")
    DONOR = "donor", _("donor")
    COMMUNITY = "community", _("community")
    PRIVATE = "private", _("private company")
    OWN = "own", _("own income")


class FundingStatus(models.TextChoices):
    """How sure a sum is, the least sure first."""

    HOPED = "hoped", _("hoped for")
    PLEDGED = "pledged", _("pledged")
    SIGNED = "signed", _("signed")
    RECEIVED = "received", _("received")


SECURED = (FundingStatus.SIGNED, FundingStatus.RECEIVED)


def amount(verbose_name: Any) -> models.DecimalField:
    return models.DecimalField(
        verbose_name, max_digits=15, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )


def year(verbose_name: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(verbose_name)


class FundingPlan(models.Model):
    """In which currency one program adds up, and how large a share one source may have at most.

    Made with the first thing that is planned. `inputs_seq` and `counted_seq` as of `partners.models.Partnership`.
    """

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="funding_plan")
    currency = models.CharField(_("currency of the sums"), max_length=3, default="USD")
    largest_share = models.PositiveSmallIntegerField(
        _("largest share of one source, in percent"), default=LARGEST_SHARE
    )
    inputs_seq = models.PositiveBigIntegerField(default=1)
    counted_seq = models.PositiveBigIntegerField(default=0, help_text="The newest one counted.")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=models.Q(inputs_seq__gt=models.F("counted_seq")),
                name="funding_plan_out_of_date",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(largest_share__range=(1, 100)), name="largest_share_in_percent"),
        ]

    def __str__(self) -> str:
        return str(self.program)


class FundingPhase(models.Model):
    """A stretch of years of the scale-up that is costed together, such as “ten districts”."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="funding_phases")
    name = models.CharField(_("name of the phase"), max_length=120)
    first_year = year(_("first year"))
    last_year = year(_("last year"))

    class Meta:
        ordering = ["first_year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")), name="phase_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FundingSource(models.Model):
    """Who carries cost: a budget, a donor, a community; perhaps one of the program's partners."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="funding_sources")
    name = models.CharField(_("name of the source"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind)
    partner = models.ForeignKey(
        Partner, models.SET_NULL, null=True, blank=True, related_name="funding", verbose_name=_("which partner")
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="funding_source_once")]

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """What one source gives in one year: how much, how sure it is, and what it is for."""

    source = models.ForeignKey(FundingSource, models.CASCADE, related_name="contributions")
    year = year(_("year"))
    amount = amount(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("how sure it is"), max_length=8, choices=FundingStatus, default=FundingStatus.HOPED)
    covers = models.CharField(
        _("what it is for"), max_length=9, choices=CostKind, blank=True, help_text="Empty: anything."
    )
    is_in_budget = models.BooleanField(_("stands in the source’s own approved budget"), default=False)
    is_in_kind = models.BooleanField(_("given in kind, not in money"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text="In kind: how it was valued.")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["year", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="contribution_above_zero"),
            models.CheckConstraint(condition=models.Q(is_in_kind=False) | ~models.Q(note=""), name="in_kind_is_valued"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}: {self.amount} {self.currency}"

    @property
    def program_id(self) -> int:
        return self.source.program_id


class CostLine(models.Model):
    """One cost of one year: so many times so much. Per site, `quantity` is the number of sites."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="cost_lines")
    year = year(_("year"))
    kind = models.CharField(_("kind of cost"), max_length=9, choices=CostKind)
    text = models.CharField(_("what for"), max_length=160)
    unit_amount = amount(_("cost of one"))
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    currency = models.CharField(_("currency"), max_length=3)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["year", "kind", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(unit_amount__gt=0, quantity__gt=0), name="cost_line_above_zero"),
        ]
        indexes = [models.Index(fields=["program", "year"], name="cost_of_year")]

    def __str__(self) -> str:
        return f"{self.text} {self.year}"


class ExchangeRate(models.Model):
    """What one unit of a currency was worth in the plan's on a day, and who says so. The newest day counts.

    Kept the way round it was said: of a very weak currency one unit is worth less than any number of decimals shows.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="exchange_rates")
    currency = models.CharField(_("currency"), max_length=3)
    into = models.CharField(max_length=3, help_text="The currency of the plan when it was entered.")
    rate = models.DecimalField(
        _("worth of one unit"), max_digits=18, decimal_places=8, validators=[MinValueValidator(Decimal("0.00000001"))]
    )
    is_turned = models.BooleanField(
        _("said the other way round"), default=False, help_text="One unit of `into` is worth `rate` of `currency`."
    )
    dated_on = models.DateField(_("rate of"))
    source = models.CharField(_("who says so"), max_length=160)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["currency", "-dated_on", "-id"]
        constraints = [models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_above_zero")]
        indexes = [models.Index(fields=["program", "currency", "-dated_on", "-id"], name="rate_newest")]

    def __str__(self) -> str:
        one, other = self.sides
        return f"1 {one} = {self.rate} {other} on {self.dated_on}"

    @property
    def sides(self) -> tuple[str, str]:
        """The currency that one unit is of, and the one it is given in."""
        return (self.into, self.currency) if self.is_turned else (self.currency, self.into)


class FundingSummary(models.Model):
    """What the worker last counted: the years ahead in the plan's currency, for portfolio and donor pages."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="funding_summary")
    currency = models.CharField(max_length=3)
    years = models.JSONField(
        default=list, help_text="[[year, cost, secured, pledged, hoped], …], text or null: unknown."
    )
    cost = models.DecimalField(max_digits=20, decimal_places=2, default=0, help_text="Of this year and those after.")
    secured = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    gap = models.DecimalField(max_digits=20, decimal_places=2, default=0, help_text="Sum of the gaps of those years.")
    left_out = models.PositiveIntegerField(default=0, help_text="Amounts of those years in no sum, for want of a rate.")
    without_rate = models.JSONField(default=list, help_text="The codes of the currencies of these.")
    is_known = models.BooleanField(default=True, help_text="False: there are costs, and none could be converted.")
    counted_on = models.DateField()
    inputs_seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["counted_on"], name="funding_summary_by_day")]
        verbose_name_plural = "funding summaries"

    def __str__(self) -> str:
        return str(self.program)
