"""The two tables of the one saving path: mutations (asked for) and changes (what became true)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What became of a mutation."""

    APPLIED = "applied", _("saved")
    SAME = "same", _("already so")
    CONFLICT = "conflict", _("someone else changed it first")


class Mutation(models.Model):
    """One wish to change one field, kept under its key so that it takes effect once.

    A mutation in conflict keeps its value: it is the proposal shown beside the other person's.
    `program_id` and `object_id` are plain numbers: a log outlives what it speaks of.
    """

    key = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    link_id = models.BigIntegerField(null=True, help_text="A rater's personal link, when not signed in.")
    program_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=32)
    base = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    result = models.JSONField()
    settled_at = models.DateTimeField(null=True, help_text="When its author settled a conflict.")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor__isnull=False) | models.Q(link_id__isnull=False),
                name="mutation_has_an_actor",
            ),
        ]
        indexes = [
            models.Index(
                fields=["actor", "program_id"],
                condition=models.Q(outcome=Outcome.CONFLICT, settled_at__isnull=True),
                name="mutation_open_conflicts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}.{self.field}: {self.outcome}"


class ChangeQuerySet(models.QuerySet):
    """Ways to read a log."""

    def about(self, kind: str, object_id: int) -> "ChangeQuerySet":
        return self.filter(kind=kind, object_id=object_id)

    def newest_first(self) -> "ChangeQuerySet":
        return self.select_related("actor").order_by("-id")


class ChangeLine(models.Model):
    """One line of a log: a field that changed, or a verb that was done. Append-only, by a database trigger.

    `field` is empty for verbs such as "decided" or "invited"; `new` then holds their details.
    """

    at = models.DateTimeField(db_default=models.functions.Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    link_id = models.BigIntegerField(null=True)
    program_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    verb = models.CharField(max_length=32, default="changed")
    field = models.CharField(max_length=32, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    key = models.CharField(max_length=64, blank=True, help_text="The mutation it came from, if any.")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.object_id} {self.verb} {self.field}".rstrip()

    @property
    def details(self) -> dict[str, Any]:
        """What a verb says beside its name; empty for a field."""
        return self.new if isinstance(self.new, dict) else {}


class Change(ChangeLine):
    """One line of the one history, which everybody who may read a program reads."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="change_once_per_mutation"),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id", "-id"], name="change_about"),
            models.Index(fields=["program_id", "-id"], name="change_of_program"),
        ]
