"""Portfolios an organisation keeps, and the facilitators and donors who watch them."""

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from accounts.domain import two_step
from accounts.models import Organisation, Portfolio, User, Watcher
from journal import once
from journal.record import record

KIND = "portfolio"


def kept_by(organisation: Organisation) -> QuerySet[Portfolio]:
    """The organisation's portfolios by name, each with how many people watch it in which role."""
    return organisation.portfolios.annotate(
        facilitator_count=Count("watchers", filter=Q(watchers__role=Watcher.Role.FACILITATOR)),
        donor_count=Count("watchers", filter=Q(watchers__role=Watcher.Role.DONOR)),
    ).order_by("name", "pk")


def watchers(portfolio: Portfolio) -> QuerySet[Watcher]:
    """Who watches, facilitators first."""
    return portfolio.watchers.select_related("user").order_by("-role", "user__name", "pk")


@transaction.atomic
def create(organisation: Organisation, *, name: str, purpose: str, by: User, key: str = "") -> Portfolio:
    """A new portfolio; the same key again gives the same one."""
    if done := once.earlier(key, by=by):
        return Portfolio.objects.get(pk=done.object_id)
    portfolio = Portfolio.objects.create(organisation=organisation, name=name, purpose=purpose)
    record("created", KIND, portfolio.pk, by=by, new={"name": name}, key=key)
    return portfolio


@transaction.atomic
def change(portfolio: Portfolio, *, name: str, purpose: str, by: User) -> None:
    """Changes what is said of a portfolio, each field with its line of history."""
    held = Portfolio.objects.select_for_update().get(pk=portfolio.pk)
    for field, value in {"name": name, "purpose": purpose}.items():
        if (old := getattr(held, field)) != value:
            record("changed", KIND, held.pk, by=by, field=field, old=old, new=value)
            setattr(held, field, value)
    held.save(update_fields=["name", "purpose"])


@transaction.atomic
def watch(user: User, portfolio: Portfolio, *, role: str, by: User | None) -> None:
    """Lets somebody watch, in this role instead of any other."""
    watcher, _ = Watcher.objects.update_or_create(portfolio=portfolio, user=user, defaults={"role": role})
    two_step.settle(user)
    _record("granted", watcher, by=by)


@transaction.atomic
def stop_watching(watcher: Watcher, *, by: User) -> None:
    """Ends somebody's view of a portfolio; a second click changes nothing."""
    gone, _ = Watcher.objects.filter(pk=watcher.pk).delete()
    if gone:
        two_step.settle(watcher.user)
        _record("removed", watcher, by=by)


def _record(verb: str, watcher: Watcher, *, by: User | None) -> None:
    new = {"name": watcher.user.name, "user": watcher.user_id, "role": watcher.role}
    record(verb, KIND, watcher.portfolio_id, by=by, new=new)
