"""Programs, who works on them, in which portfolios they are listed, and how far they reach."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import Organisation, Portfolio, User, Watcher
from programs.models.guides import Guide
from scaleup.days import day_of, days_apart


class Sector(models.TextChoices):
    """The field a program works in."""

    HEALTH = "health", _("Health")
    NUTRITION = "nutrition", _("Nutrition")
    EDUCATION = "education", _("Education")
    AGRICULTURE = "agriculture", _("Agriculture")
    WATER = "water", _("Water and sanitation")
    PROTECTION = "protection", _("Social protection")
    OTHER = "other", _("Other")


SILENT_AFTER = 37  # a month, and a week of grace


class Direction(models.TextChoices):
    """Up: the same kind of people, more of them. Out: new people or a new setting."""

    UP = "up", _("Scaling up: more of the same kind of people")
    OUT = "out", _("Scaling out: new people or a new setting")
    BOTH = "both", _("Both")


# How people stand to programs, said here alone: what each role allows is `programs.standing.ALLOWED`. A reviewer
# decides while there is no home portfolio. PostgreSQL carries a condition on any column into each of the selects.
ROLES = """
SELECT user_id, program_id, role FROM programs_membership
UNION ALL
SELECT watcher.user_id, listing.program_id,
       CASE WHEN watcher.role = 'facilitator' AND listing.is_home THEN 'home_facilitator' ELSE watcher.role END
FROM accounts_watcher watcher JOIN programs_listing listing USING (portfolio_id)
WHERE listing.agreed_at IS NOT NULL
UNION ALL
SELECT affiliation.user_id, program.id, 'admin'
FROM accounts_affiliation affiliation JOIN programs_program program USING (organisation_id)
WHERE affiliation.is_admin
UNION ALL
SELECT program.reviewer_id, program.id, 'reviewer'
FROM programs_program program
WHERE program.reviewer_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM programs_listing WHERE program_id = program.id AND agreed_at IS NOT NULL AND is_home
)
"""


class ProgramQuerySet(models.QuerySet):
    """Which programs somebody may know of."""

    def visible_to(self, user: User) -> "ProgramQuerySet":
        """Programs the person may know of at all; what they may do there says `Standing`."""
        other_than_donor = f"SELECT program_id FROM ({ROLES}) standing WHERE user_id = %s AND role <> 'donor'"  # noqa: S608
        followed = Listing.objects.agreed().watched_by(user, Watcher.Role.DONOR)
        return self.filter(
            models.Q(pk__in=RawSQL(other_than_donor, [user.pk]))  # noqa: S611  all words are our own
            | models.Q(pk__in=followed.values("program"), archived_at=None)
        )


class Program(models.Model):
    """What worked as a pilot and wants to reach a region or a nation, with its structured ambition.

    `inputs_seq` counts every change a readiness summary rests on; while `summarised_seq` is smaller
    the summary is out of date, whatever became of the doorbell.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="programs")
    guide = models.ForeignKey(Guide, models.PROTECT, related_name="programs")
    name = models.CharField(_("name of the program"), max_length=120)
    about = models.CharField(_("what it does, in a sentence or two"), max_length=600, blank=True)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector)
    country = CountryField(_("country"))

    ambition_actor = models.CharField(_("who leads it at scale"), max_length=160, blank=True)
    ambition_change = models.CharField(_("what changes"), max_length=200, blank=True)
    ambition_whom = models.CharField(_("for whom"), max_length=120, blank=True)
    ambition_count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    ambition_place = models.CharField(_("where"), max_length=120, blank=True)
    ambition_by = models.DateField(_("by when"), null=True, blank=True)
    direction = models.CharField(_("up, out or both"), max_length=4, choices=Direction, default=Direction.UP)

    reviewer = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviewing",
        help_text=_("Decides gates while the program has no home portfolio."),
    )
    inputs_seq = models.PositiveBigIntegerField(default=1)
    summarised_seq = models.PositiveBigIntegerField(default=0, help_text="The newest one summarised.")
    changed_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)
    silent_after = models.PositiveSmallIntegerField(
        _("days without a change after which the leads are asked"),
        null=True,
        blank=True,
        default=SILENT_AFTER,
        db_default=SILENT_AFTER,
    )

    roles: list[str]  # of the reader; only on programs loaded by `programs.standing.program_for`

    objects = ProgramQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(SearchVector("name", "ambition_place", config="simple"), name="program_search"),
            models.Index(
                fields=["changed_at"],
                condition=models.Q(inputs_seq__gt=models.F("summarised_seq")),
                name="program_out_of_date",
            ),
            models.Index(days_apart(day_of("changed_at"), "+", "silent_after"), name="program_silent_from"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Membership(models.Model):
    """A person works on a program."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    program = models.ForeignKey(Program, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=6, choices=Role)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.program} ({self.role})"


class Attention(models.IntegerChoices):
    """What a program needs from its facilitators, the most urgent first."""

    WAITING = 1, _("waiting for a decision")
    RETURNED = 2, _("returned")
    STUCK = 3, _("stuck")
    HOLD = 4, _("on hold")
    MOVING = 5, _("moving")
    GRADUATED = 6, _("all steps passed")


class ListingQuerySet(models.QuerySet):
    """Which listings count, and for whom."""

    def agreed(self) -> "ListingQuerySet":
        return self.filter(agreed_at__isnull=False)

    def watched_by(self, user: User, *roles: str) -> "ListingQuerySet":
        """Listings of portfolios the person watches in one of the roles (any, when none is named)."""
        watching = Watcher.objects.filter(user=user, role__in=roles or Watcher.Role.values)
        return self.filter(portfolio__in=watching.values("portfolio"))


def _without_accents(column: str) -> models.Func:
    """In small letters without accents: as people look names up, the same on every database."""
    apart = models.Func(column, template="normalize(%(expressions)s, NFD)")
    marks = models.Value(r"[\u0300-\u036f]")
    return Lower(models.Func(apart, marks, models.Value(""), models.Value("g"), function="regexp_replace"))


class Listing(models.Model):
    """A program in a portfolio, once its lead agreed; at most one is the program's home.

    The columns after `agreed_by` repeat figures of the program's summaries so that the tables of the
    portfolio can filter, sort and page by index at any size. Only the worker writes them.
    """

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="listings")
    program = models.ForeignKey(Program, models.CASCADE, related_name="listings")
    is_home = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    name = models.CharField(max_length=120, blank=True)
    sector = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, blank=True)
    is_archived = models.BooleanField(default=False)
    current_step = models.PositiveSmallIntegerField(default=1)
    current_since = models.DateField(null=True)
    readiness = models.FloatField(default=0)
    coverage = models.FloatField(default=0)
    band = models.CharField(max_length=8, blank=True)
    attention = models.PositiveSmallIntegerField(choices=Attention, default=Attention.MOVING)
    last_activity_at = models.DateTimeField(null=True)
    has_partners = models.BooleanField(default=False, db_default=False)
    has_complaints = models.BooleanField(default=False, db_default=False, help_text="Open ones about who does what.")
    agreement_ends_on = models.DateField(null=True, help_text="The first of the agreements in force to end.")
    refreshed_at = models.DateTimeField(null=True, help_text="When the worker last wrote these columns.")
    name_key = models.GeneratedField(
        expression=_without_accents("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "program"], name="listing_once"),
            models.UniqueConstraint(
                fields=["program"],
                condition=models.Q(is_home=True, agreed_at__isnull=False),
                name="listing_one_home",
            ),
        ]
        indexes = [
            models.Index(fields=["portfolio", key, "id"], name=f"listing_by_{key}")
            for key in (
                "name_key",
                "attention",
                "readiness",
                "coverage",
                "current_since",
                "last_activity_at",
                "agreement_ends_on",
                "refreshed_at",
            )
        ]
        indexes += [
            models.Index(fields=["asked_at"], condition=models.Q(agreed_at=None), name="listing_asked"),
            models.Index(fields=["agreed_at"], condition=models.Q(agreed_at__isnull=False), name="listing_agreed"),
        ]
        # A condition on a boolean, because a prepared statement cannot use an index with one on a value.
        indexes += [
            models.Index(
                fields=["portfolio", "name_key", "id"],
                condition=models.Q((column, True)),
                name=f"listing_that_{column}",
            )
            for column in ("has_partners", "has_complaints")
        ]

    def __str__(self) -> str:
        return f"{self.program} in {self.portfolio}"


class ReachFigure(models.Model):
    """A dated count of who or what is reached, against the ambition. Counted by the program, not audited."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="reach_figures")
    count = models.PositiveIntegerField(_("how many are reached"))
    as_of = models.DateField(_("as of"))
    how_counted = models.CharField(_("how it was counted"), max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["program", "-as_of", "-id"], name="reach_newest")]

    def __str__(self) -> str:
        return f"{self.count} on {self.as_of}"
