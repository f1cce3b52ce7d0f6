"""Who has access to an organisation's programs: for the page where its administrators look that up."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.domain.grants import PortfolioGrant
from accounts.domain.people_overview import Access
from accounts.models import Organisation
from programs.domain.teams import ProgramGrant
from programs.models import Listing, Membership

Found = Iterable[tuple[int, Access]]


def from_teams(organisation: Organisation) -> Found:
    """Members of the organisation's programs."""
    rows = Membership.objects.filter(program__organisation=organisation).order_by("program__name", "pk")
    for user_id, role, program_id, name in rows.values_list("user", "role", "program", "program__name"):
        url = reverse("programs:team", args=[program_id])
        yield user_id, Access(name, ProgramGrant.roles[role].name, url)


def from_listings(organisation: Organisation) -> Found:
    """Watchers of other organisations' portfolios that list a program of this one."""
    listed = Listing.objects.agreed().filter(program__organisation=organisation)
    rows = listed.exclude(portfolio__organisation=organisation).order_by("program__name", "pk")
    columns = ("portfolio__watchers__user", "portfolio__watchers__role", "program", "program__name")
    for user_id, role, program_id, name in rows.exclude(portfolio__watchers=None).values_list(*columns):
        url = reverse("programs:portfolios", args=[program_id])
        yield user_id, Access(name, PortfolioGrant.roles[role].name, url)
