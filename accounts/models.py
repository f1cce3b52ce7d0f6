"""People, the organisations and portfolios they belong to, and invitations to join."""

import secrets
import zoneinfo
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Coalesce, Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scaleup.days import day_of


class UserManager(BaseUserManager["User"]):
    """Makes people; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


def default_time_zone() -> str:
    return settings.TIME_ZONE


class User(AbstractBaseUser):
    """A person who signs in by e-mail. What they may do follows from memberships, never from here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default=default_time_zone)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="Made by the demo data; never in production.")
    date_joined = models.DateTimeField(db_default=Now())
    email_wanted = models.EmailField(blank=True, help_text="Theirs once they open the link sent there.")
    two_step_due_on = models.DateField(
        null=True, help_text="From then on their role asks for two-step sign-in; empty when it does not, or it is on."
    )

    unread_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="How much they were told and have not read; kept by reminders."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ignoring_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name

    @property
    def two_step_days_left(self) -> int | None:
        """Days until two-step sign-in is needed, 0 from then on; None when it is not asked for."""
        if self.two_step_due_on is None or not settings.REQUIRE_TWO_STEP:
            return None
        return max(0, (self.two_step_due_on - timezone.localdate()).days)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The chosen time zone; the site's if the name is no longer known to the system."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo(settings.TIME_ZONE)


class Organisation(models.Model):
    """A ministry, NGO or other body that runs programs."""

    name = models.CharField(_("name"), max_length=160)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(Lower("name"), "id", name="organisation_by_name")]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """A person belongs to an organisation; its admins decide who may do what in it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    user = models.ForeignKey(User, models.CASCADE, related_name="affiliations")
    is_admin = models.BooleanField(_("administrator"), default=False)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="affiliation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class Portfolio(models.Model):
    """A group of programs somebody follows: a community of practice, a donor's grants, a country."""

    name = models.CharField(_("name"), max_length=160)
    purpose = models.CharField(_("purpose"), max_length=400, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="portfolios", help_text=_("Who keeps this portfolio.")
    )
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Watcher(models.Model):
    """A person who follows a portfolio, as facilitator (helps, decides) or donor (reads)."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("facilitator")
        DONOR = "donor", _("donor")

    portfolio = models.ForeignKey(Portfolio, models.CASCADE, related_name="watchers")
    user = models.ForeignKey(User, models.CASCADE, related_name="watching")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "user"], name="watcher_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.portfolio} ({self.role})"


class MailingQuerySet(models.QuerySet):
    """Which mails are still to be sent."""

    def unsent(self) -> Self:
        return self.filter(mail_wanted=True, mailed_at=None, expires_at__gt=Now())

    def due(self) -> Self:
        """Unsent, claimed by nobody, and not in the pause after a failure."""
        return self.unsent().exclude(mail_not_before__gt=Now())

    def overdue(self) -> Self:
        """Never sent, and too late by now."""
        late = self.filter(mail_wanted=True, mailed_at=None, expires_at__lte=Now())
        return late.exclude(mail_not_before__gt=Now())

    def given_up(self) -> Self:
        """Not sent, and not tried again by itself."""
        return self.filter(mail_wanted=False, mailed_at=None).exclude(mail_error="")


class Mailing(models.Model):
    """A row that wants one mail sent: the worker claims it, counts the tries and marks it sent."""

    class MailError(models.TextChoices):
        WAITING = "waiting", _("the mail server did not take it; it is tried again")
        REFUSED = "refused", _("there is no such address")
        REJECTED = "rejected", _("the mail server refuses what it says")
        BROKEN = "broken", _("it could not be written")
        EXPIRED = "expired", _("it could not be sent in time")

    expires_at = models.DateTimeField()
    mail_wanted = models.BooleanField(default=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_faults = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Tries in a row that failed on our side."
    )
    mail_error = models.CharField(max_length=8, choices=MailError, blank=True)
    mail_not_before = models.DateTimeField(null=True, help_text="Claimed, or in the pause after a failure.")
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def new_nonce() -> str:
    return secrets.token_urlsafe(32)


class InvitationQuerySet(MailingQuerySet):
    """States an invitation can be in."""

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def unsent(self) -> Self:
        return super().unsent().waiting()

    def overdue(self) -> Self:
        return super().overdue().waiting()

    def about(self, kind: str, *object_ids: int) -> Self:
        return self.filter(kind=kind, object_id__in=object_ids)


class Invitation(Mailing):
    """A personal, single-use link that makes somebody part of something.

    What it grants is named by kind and id (`program`, 7, `editor`); the app that owns the kind
    registers how to grant it (`accounts.domain.invitations`). The token in the link is an HMAC of the
    nonce under the secret key: the database alone opens nothing, and a lost mail can be sent again.
    """

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    role = models.CharField(max_length=20)
    invited_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Nobody: whoever runs the server."
    )
    nonce = models.CharField(max_length=43, default=new_nonce)
    created_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "kind",
                "object_id",
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="invitation_about"),
            models.Index(
                fields=["created_at"],
                condition=models.Q(mail_wanted=True, mailed_at=None, accepted_at=None, revoked_at=None),
                name="invitation_unsent",
            ),
            models.Index(day_of(Coalesce("mailed_at", "created_at")), name="invitation_sent_on"),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.kind} {self.object_id} ({self.role})"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Letter(Mailing):
    """A mail about somebody's own account: a link to confirm something, or news of a change to it.

    It is addressed as typed; whether there is an account is looked up when the mail is written, so
    that asking takes as long for strangers. The link is made then too: no table ever holds it.
    `person` is whose account it is about, where that is not whoever has the address.
    """

    class Kind(models.TextChoices):
        PASSWORD_RESET = "password_reset", _("link for a new password")
        PASSWORD_CHANGED = "password_changed", _("the password was changed")
        TWO_STEP_ON = "two_step_on", _("two-step sign-in was turned on")
        TWO_STEP_OFF = "two_step_off", _("two-step sign-in was turned off")
        CODES_RENEWED = "codes_renewed", _("new recovery codes were made")
        EMAIL_ASKED = "email_asked", _("another e-mail address was asked for")
        EMAIL_CONFIRM = "email_confirm", _("link that confirms a new e-mail address")

    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(max_length=20, choices=Kind)
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = MailingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "kind", "person"],
                condition=models.Q(mailed_at=None),
                nulls_distinct=False,
                name="letter_unsent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.kind}"


class SetupToken(models.Model):
    """The one-time key to making the first organisation, known here by its digest alone."""

    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"made {self.created_at:%Y-%m-%d %H:%M}"
