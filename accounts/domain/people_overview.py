"""Who has access to what in an organisation: one line a person, gathered from every app that grants."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise

from accounts.domain.grants import ADMIN, MEMBER, OrganisationGrant, PortfolioGrant
from accounts.models import Organisation, User, Watcher


@dataclass(frozen=True, slots=True)
class Access:
    """One thing a person may see or change: its name, the role, and where that is decided."""

    name: str
    role: str | Promise
    url: str


@dataclass(slots=True)
class Person:
    """Somebody with all their access in one organisation."""

    user: User
    access: list[Access] = field(default_factory=list)


Source = Callable[[Organisation], Iterable[tuple[int, Access]]]
sources: list[Source] = []


def register(source: Source) -> None:
    """Adds a source: a function that names, in one query, user ids with their access in an organisation.

    Called by the app that grants, when it is ready; order of apps is order on the page.
    """
    sources.append(source)


def of(organisation: Organisation) -> list[Person]:
    """Everybody with any access, by name. As many queries as there are sources, and one."""
    found: dict[int, list[Access]] = defaultdict(list)
    for source in sources:
        for user_id, access in source(organisation):
            found[user_id].append(access)
    users = User.objects.filter(pk__in=found, is_active=True).order_by("name", "pk")
    return [Person(user, found[user.pk]) for user in users]


def from_organisation(organisation: Organisation) -> Iterable[tuple[int, Access]]:
    url = reverse("accounts:organisation", args=[organisation.pk])
    for user_id, is_admin in organisation.affiliations.values_list("user", "is_admin"):
        role = OrganisationGrant.roles[ADMIN if is_admin else MEMBER].name
        yield user_id, Access(organisation.name, role, url)


def from_portfolios(organisation: Organisation) -> Iterable[tuple[int, Access]]:
    watching = Watcher.objects.filter(portfolio__organisation=organisation).order_by("portfolio__name", "pk")
    for user_id, role, pk, name in watching.values_list("user", "role", "portfolio", "portfolio__name"):
        url = reverse("accounts:portfolio", args=[organisation.pk, pk])
        yield user_id, Access(name, PortfolioGrant.roles[role].name, url)


def beyond_membership(organisation: Organisation, user: User) -> list[Access]:
    """What somebody would still see if they did not belong to the organisation any more."""
    others = (source for source in sources if source is not from_organisation)
    return [access for source in others for user_id, access in source(organisation) if user_id == user.pk]
