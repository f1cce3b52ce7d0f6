"""Two-step sign-in where a role asks for it: of whom, from which day on, and whether it is still owed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.domain import letters, own_sessions
from accounts.models import Affiliation, Letter, User, Watcher

Roles = Callable[[OuterRef], QuerySet[Any]]
asking: list[Roles] = []


def register(roles: Roles) -> None:
    """Adds rows that ask for two-step sign-in of a person. Called by the app that owns them, when it is ready."""
    asking.append(roles)


def of_administrators(person: OuterRef) -> QuerySet[Affiliation]:
    """They decide who belongs and who may do what."""
    return Affiliation.objects.filter(user=person, is_admin=True)


def of_facilitators(person: OuterRef) -> QuerySet[Watcher]:
    """They decide about programs, and verify what teams say."""
    return Watcher.objects.filter(user=person, role=Watcher.Role.FACILITATOR)


def settle(user: User, *, days: int | None = None) -> None:
    """Writes down from which day on it is needed; days of grace that run already go on.

    Called where a role or an app comes or goes, and at each sign-in for whatever that missed. The
    date stands on the person's own row, so that no page needs a query to know of it.
    """
    if not settings.REQUIRE_TWO_STEP:
        return
    user.refresh_from_db(fields=["two_step_due_on"])
    due_on = _due_on(user, days=days) if is_owed_by(user) else None
    if due_on != user.two_step_due_on:
        user.two_step_due_on = due_on
        user.save(update_fields=["two_step_due_on"])


def _due_on(user: User, *, days: int | None) -> date:
    grace = settings.TWO_STEP_GRACE_DAYS if days is None else days
    begun = user.two_step_due_on
    soonest = timezone.localdate() + timedelta(days=grace)
    return min(begun, soonest) if begun else soonest


def is_asked_of(user: User) -> bool:
    """One of their roles asks for it. Demo people share an account, and decide about nothing real."""
    if not settings.REQUIRE_TWO_STEP or user.is_demo:
        return False
    roles = Q()
    for rows in asking:
        roles |= Q(Exists(rows(OuterRef("pk"))))
    return User.objects.filter(roles, pk=user.pk).exists()


def is_on(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def is_owed_by(user: User) -> bool:
    return is_asked_of(user) and not is_on(user)


def is_overdue(user: User) -> bool:
    """The days of grace are over and it is still owed. Asks the tables only on or after that day."""
    return user.two_step_days_left == 0 and is_owed_by(user)


def turn_off(user: User) -> None:
    """For somebody who lost phone and codes: ends both, and every session, and tells them by mail."""
    Authenticator.objects.filter(user=user).delete()
    own_sessions.end_others(user, keep=None)
    letters.post(user.email, Letter.Kind.TWO_STEP_OFF)
    settle(user, days=0)


def app_added(user: User, **news: Any) -> None:
    """Heard from django-allauth when somebody turned it on."""
    settle(user)


def app_removed(user: User, **news: Any) -> None:
    """Heard from django-allauth when somebody turned it off: who had it needs no days to get used to it."""
    settle(user, days=0)
