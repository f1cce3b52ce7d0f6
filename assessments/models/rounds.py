"""Rounds: who rates what when, the ratings sealed until they are revealed, and what came of the talk."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.instruments import Instrument, InstrumentItem
from journal.models import ChangeLine
from programs.models import Program
from scaleup.days import day_of


class Subject(models.Model):
    """A part of a program that can be rated by itself, such as a component or a group of sites."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="subjects")
    name = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "name"], name="subject_once")]

    def __str__(self) -> str:
        return self.name


class AssessmentQuerySet(models.QuerySet):
    """States a round can be in."""

    def closed(self) -> Self:
        return self.filter(state=Assessment.State.CLOSED)

    def revealed(self) -> Self:
        return self.filter(state__in=REVEALED_STATES)


class Assessment(models.Model):
    """One round of one instrument on one program: set up, rated blind, revealed and discussed, closed.

    `revision` counts everything the people in the consensus room should see, so that their pages can ask
    whether anything is new. Whoever runs the round is none of its raters.
    """

    class State(models.TextChoices):
        SETUP = "setup", _("being set up")
        RATING = "rating", _("rating")
        DISCUSSING = "discussing", _("in discussion")
        CLOSED = "closed", _("closed")

    class Names(models.TextChoices):
        NEVER = "never", _("Never: dots carry role groups only")
        AGREED = "agreed", _("Only if every rater agrees")

    program = models.ForeignKey(Program, models.CASCADE, related_name="assessments")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="assessments")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="following")
    state = models.CharField(max_length=10, choices=State, default=State.SETUP)
    title = models.CharField(_("name of the round"), max_length=120)
    due_on = models.DateField(_("rate until"), null=True)
    facilitator = models.ForeignKey(User, models.PROTECT, related_name="facilitated", verbose_name=_("facilitator"))
    keyer = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who types in paper sheets"),
        help_text="Sees the ratings on paper, and is named to everybody.",
    )
    names = models.CharField(_("names beside ratings"), max_length=6, choices=Names, default=Names.AGREED)
    is_for_donors = models.BooleanField(_("donors read the result of each dimension once it is closed"), default=True)
    target = models.FloatField(default=2 / 3, help_text="Share of the range (0 to 1) each dimension should reach.")

    revision = models.PositiveIntegerField(default=0)
    room_item = models.ForeignKey(InstrumentItem, models.SET_NULL, null=True, related_name="+")
    room_until = models.DateTimeField(null=True, help_text="When the timer of the consensus room ends.")

    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    revealed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["setup", "rating"]) | models.Q(revealed_at__isnull=False),
                name="assessment_revealed_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False),
                name="assessment_closed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-id"], name="assessment_of_program"),
            models.Index(fields=["opened_at"], condition=models.Q(state="rating"), name="assessment_opened"),
            models.Index(fields=["closed_at"], condition=models.Q(state="closed"), name="assessment_closed"),
            models.Index(fields=["due_on"], condition=models.Q(state="rating"), name="assessment_due"),
            models.Index(day_of("revealed_at"), name="assessment_revealed_on"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_revealed(self) -> bool:
        return self.state in REVEALED_STATES

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_rating(self) -> bool:
        return self.state == self.State.RATING


REVEALED_STATES = (Assessment.State.DISCUSSING, Assessment.State.CLOSED)


class RoleGroup(models.TextChoices):
    """From where a rater looks at the program. All but the team look from outside."""

    TEAM = "team", _("team")
    MINISTRY = "ministry", _("ministry")
    PARTNER = "partner", _("partner")
    COMMUNITY = "community", _("community")
    FACILITATOR = "facilitator", _("facilitator")


class RaterQuerySet(models.QuerySet):
    """Which raters count."""

    def standing(self) -> Self:
        """Those who were not taken off the round."""
        return self.filter(removed_at=None)


class Rater(models.Model):
    """A person who rates in one round: signed in, by a personal link, or on paper.

    Of the link only the digest is kept (SHA-256 of 256 random bits). It works again and again for its
    holder until it expires or is revoked; after the closing only to read, and for two weeks.
    `parts` are keys of dimensions; empty: all.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="raters")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="ratings_asked")
    name = models.CharField(_("name"), max_length=120)
    role_group = models.CharField(_("role group"), max_length=11, choices=RoleGroup)
    parts = ArrayField(models.SlugField(max_length=60), default=list)
    is_on_paper = models.BooleanField(_("rates on paper"), default=False)
    code = models.CharField(max_length=6, help_text="On the paper sheet, so that it carries no name.")
    shows_name = models.BooleanField(null=True, help_text="May the name stand beside the ratings? Not asked yet.")
    link_digest = models.CharField(max_length=64, blank=True)
    link_expires_at = models.DateTimeField(null=True)
    link_opened_at = models.DateTimeField(null=True, help_text="When the link was first opened.")
    finished_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = RaterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "user"],
                condition=models.Q(user__isnull=False, removed_at=None),
                name="rater_once",
            ),
            models.UniqueConstraint(fields=["assessment", "code"], name="rater_code_once"),
            models.UniqueConstraint(
                fields=["link_digest"], condition=~models.Q(link_digest=""), name="rater_link_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(user__isnull=False, removed_at=None, finished_at=None),
                name="rater_added",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_living_link(self) -> bool:
        if not self.link_digest or self.removed_at or self.link_expires_at is None:
            return False
        return self.link_expires_at > timezone.now()

    @property
    def link_number(self) -> int | None:
        """By which the saving path knows the holder of this very link: a newer link has another."""
        return int(self.link_digest[:15], 16) if self.link_digest else None

    @property
    def is_team(self) -> bool:
        return self.role_group == RoleGroup.TEAM


class RatingQuerySet(models.QuerySet):
    """What reading a rating takes."""

    def as_asked(self) -> Self:
        """With the item's `may_pass` and the instrument's `scale`: what an answer means, and which may be given."""
        return self.annotate(may_pass=models.F("item__may_pass"), scale=models.F("item__instrument__scale"))


class Rating(models.Model):
    """What one rater says of one item. A row for every item a rater is asked, made when the round opens.

    `value` is one of the scale; `is_unable` says “not able to answer”. Neither: not rated yet.
    `versions` as on every row of the saving path: {field: [version, writer, session, at]}.
    """

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="ratings")
    item = models.ForeignKey(InstrumentItem, models.PROTECT, related_name="ratings")
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, related_name="ratings")
    value = models.SmallIntegerField(null=True)
    is_unable = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True, help_text="Why unable, lower, or much higher than before.")
    comment = models.CharField(max_length=2000, blank=True)
    evidence = models.CharField(max_length=500, blank=True, help_text="A link, or what could be shown.")
    versions = models.JSONField(default=dict)
    changed_at = models.DateTimeField(null=True)

    objects = RatingQuerySet.as_manager()

    # Read by `as_asked`, and the answer in words: not columns.
    may_pass: bool
    scale: list[dict[str, Any]]
    said: str
    is_sealed = False  # the answer was given in another browser, and is not shown in this one

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "item", "subject"], nulls_distinct=False, name="rating_once"),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(is_unable=False), name="rating_value_or_unable"
            ),
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"  # never the value: it is sealed

    @property
    def answer(self) -> str:
        """The value as forms and the saving path spell it: "2", "unable", or "" while not rated."""
        if self.is_unable:
            return UNABLE
        return "" if self.value is None else str(self.value)

    @property
    def is_rated(self) -> bool:
        return self.is_unable or self.value is not None or self.is_sealed

    def seal(self, field: str) -> None:
        """Hides a field on this object alone, where the page is not to show it."""
        if field == "answer":
            self.is_sealed, self.value, self.is_unable = True, None, False
        else:
            setattr(self, field, "")

    def version(self, field: str) -> int:
        return self.versions.get(field, [0])[0]


UNABLE = "unable"


class RatingChange(ChangeLine):
    """The log of ratings, apart from the history: nobody reads it before the reveal. Append-only."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="rating_change_once"),
        ]
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="rating_change_about")]


class Consensus(models.Model):
    """What the room made of one item: an agreed value with its reason, or left open with one.

    Made for every item at the reveal. `place` is its turn: most disputed first.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to discuss")
        AGREED = "agreed", _("agreed")
        LEFT = "left", _("left open")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="consensuses")
    item = models.ForeignKey(InstrumentItem, models.PROTECT, related_name="consensuses")
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, related_name="consensuses")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    value = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "item", "subject"], nulls_distinct=False, name="consensus_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="agreed", value__isnull=False)
                | ~models.Q(state="agreed") & models.Q(value=None),
                name="consensus_value_when_agreed",
            ),
            models.CheckConstraint(condition=~models.Q(state="left") | ~models.Q(reason=""), name="consensus_left_why"),
        ]
        ordering = ["place"]

    def __str__(self) -> str:
        return f"{self.item}: {self.state}"


class Statement(models.Model):
    """What somebody says in the discussion of an item; a dissent stays beside the agreed value.

    After the reveal a rating cannot be changed: who thinks otherwise now says so here, with a value if they like.
    """

    class Kind(models.TextChoices):
        REMARK = "remark", _("remark")
        DISSENT = "dissent", _("dissent")

    consensus = models.ForeignKey(Consensus, models.CASCADE, related_name="statements")
    rater = models.ForeignKey(Rater, models.RESTRICT, null=True, related_name="statements")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.REMARK)
    value = models.SmallIntegerField(null=True)
    text = models.CharField(max_length=1000)
    said_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rater__isnull=False) | models.Q(user__isnull=False), name="statement_by_somebody"
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class RoundResult(models.Model):
    """What a worker computed of a round: from the raters' medians at the reveal, from agreed values at the closing.

    `data` is `assessments.domain.round_scores` as JSON. The result of a closed round is never computed again.
    """

    class Basis(models.TextChoices):
        RATERS = "raters", _("medians of the raters")
        AGREED = "agreed", _("agreed values")

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="results")
    basis = models.CharField(max_length=6, choices=Basis)
    rules_version = models.PositiveSmallIntegerField()
    instrument_version = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    share = models.FloatField(null=True, help_text="Overall, 0 to 1 of the range.")
    open_count = models.PositiveSmallIntegerField()
    data = models.JSONField()
    computed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "basis"], name="round_result_once")]

    def __str__(self) -> str:
        return f"{self.assessment} ({self.basis})"


class RoundAction(models.Model):
    """What somebody will do about an item, by when."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="actions")
    item = models.ForeignKey(InstrumentItem, models.PROTECT, related_name="actions")
    text = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(User, models.PROTECT, related_name="round_actions", verbose_name=_("who does it"))
    due_on = models.DateField(_("by when"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["owner"], condition=models.Q(done_at=None), name="round_action_owed"),
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="round_action_due"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def details(self) -> dict[str, Any]:
        """As the history tells it."""
        return {"item": self.item.number, "text": self.text, "due_on": self.due_on.isoformat()}
