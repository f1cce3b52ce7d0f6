"""Changing what is said of a program: its facts and its ambition, its reviewer, and whether it is archived."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain import two_step
from accounts.models import User
from journal import facts
from journal.record import record
from programs.domain.freshness import mark_stale
from programs.models import Membership, Program

FACTS = (
    "name",
    "about",
    "sector",
    "country",
    "ambition_actor",
    "ambition_change",
    "ambition_whom",
    "ambition_count",
    "ambition_place",
    "ambition_by",
    "direction",
)


class ReviewerRefused(Exception):
    """The person cannot review this program; the message says why."""


def facts_of(program: Program) -> dict[str, Any]:
    """The facts as JSON: what a form was filled with, so that a later change by another is seen."""
    return facts.facts_of(program, FACTS)


@transaction.atomic
def describe(program: Program, *, wanted: Mapping[str, Any], seen: Mapping[str, Any], by: User) -> Program:
    """Sets the facts that differ from what the form was opened with; others are left as they are now.

    Raises ChangedMeanwhile when one of them was changed by somebody else since.
    """
    held = Program.objects.select_for_update().get(pk=program.pk)
    if facts.change(held, FACTS, wanted=wanted, seen=seen, kind="program", program_id=held.pk, by=by):
        mark_stale(held.pk)
    return held


@transaction.atomic
def archive(program: Program, *, by: User) -> None:
    """Makes the program read-only and hides it from donors. Doing it again changes nothing."""
    if Program.objects.filter(pk=program.pk, archived_at=None).update(archived_at=timezone.now()):
        record("archived", "program", program.pk, by=by, program_id=program.pk)
        mark_stale(program.pk)


@transaction.atomic
def restore(program: Program, *, by: User) -> None:
    """Opens an archived program again."""
    if Program.objects.filter(pk=program.pk, archived_at__isnull=False).update(archived_at=None):
        record("restored", "program", program.pk, by=by, program_id=program.pk)
        mark_stale(program.pk)


def possible_reviewers(program: Program) -> list[User]:
    """People of the organisation who are not on the team: nobody reviews their own program."""
    members = Membership.objects.filter(program=program)
    return list(
        User.objects.filter(affiliations__organisation=program.organisation, is_active=True)
        .exclude(pk__in=members.values("user"))
        .order_by("name", "pk")
    )


@transaction.atomic
def name_reviewer(program: Program, *, reviewer: User | None, by: User) -> None:
    """Names who decides gates while there is no home portfolio; None: nobody.

    Raises ReviewerRefused for a member of the team and for people outside the organisation.
    """
    held = Program.objects.select_for_update().get(pk=program.pk)
    if reviewer is not None and reviewer not in possible_reviewers(held):
        raise ReviewerRefused(_("Choose somebody of the organisation who is not on the program’s team."))
    before = held.reviewer
    if before == reviewer:
        return
    held.reviewer = reviewer
    held.save(update_fields=["reviewer"])
    for person in filter(None, [before, reviewer]):
        two_step.settle(person)
    new = {"name": reviewer.name, "user": reviewer.pk} if reviewer else None
    record("reviewer_named", "program", held.pk, by=by, program_id=held.pk, new=new)


def of_reviewers(person: OuterRef) -> QuerySet[Program]:
    """Who decides needs two-step sign-in."""
    return Program.objects.filter(reviewer=person)
