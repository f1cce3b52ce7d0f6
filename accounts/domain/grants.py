"""What one can be invited to here: to an organisation, and to watch a portfolio."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.domain import invitations, organisations, portfolios
from accounts.domain.invitations import Offer, Role
from accounts.models import Affiliation, Organisation, Portfolio, User, Watcher

ADMIN, MEMBER = "admin", "member"


class OrganisationGrant:
    """A place in an organisation."""

    roles = {
        MEMBER: Role(_("Member"), _("Belongs to the organisation. Sees a program only when its team adds them.")),
        ADMIN: Role(_("Administrator"), _("Decides who belongs and who may do what; reads all its programs.")),
    }

    def describe(self, object_id: int) -> Offer | None:
        organisation = Organisation.objects.filter(pk=object_id).first()
        if organisation is None:
            return None
        url = reverse("accounts:organisation", args=[object_id])
        return Offer(thing=_("Organisation"), name=organisation.name, url=url, people_url=url)

    def is_visible_to(self, user: User, object_id: int) -> bool:
        return organisations.affiliation(user, object_id) is not None

    def may_invite(self, user: User, object_id: int) -> bool:
        return _is_admin(user, object_id)

    def has(self, email: str, object_id: int, role: str) -> bool:
        belonging = Affiliation.objects.filter(organisation=object_id, user__email__iexact=email)
        return (belonging.filter(is_admin=True) if role == ADMIN else belonging).exists()

    def grant(self, user: User, object_id: int, role: str, *, by: User | None) -> None:
        organisation = Organisation.objects.get(pk=object_id)
        organisations.join(user, organisation, is_admin=role == ADMIN, by=by)


class PortfolioGrant:
    """A view of a portfolio, as facilitator or as donor."""

    roles = {
        Watcher.Role.FACILITATOR.value: Role(
            _("Facilitator"), _("Reads everything in its programs, helps the teams, reviews their steps.")
        ),
        Watcher.Role.DONOR.value: Role(
            _("Donor"), _("Reads results and decisions. Never drafts, notes or names of team members.")
        ),
    }

    def describe(self, object_id: int) -> Offer | None:
        portfolio = Portfolio.objects.filter(pk=object_id).first()
        if portfolio is None:
            return None
        people_url = reverse("accounts:portfolio", args=[portfolio.organisation_id, portfolio.pk])
        return Offer(thing=_("Portfolio"), name=portfolio.name, url=reverse("accounts:front"), people_url=people_url)

    def is_visible_to(self, user: User, object_id: int) -> bool:
        watching = Watcher.objects.filter(user=user, portfolio=object_id).exists()
        return watching or self.may_invite(user, object_id)

    def may_invite(self, user: User, object_id: int) -> bool:
        keeper = Portfolio.objects.filter(pk=object_id).values("organisation")
        return Affiliation.objects.filter(user=user, is_admin=True, organisation__in=keeper).exists()

    def has(self, email: str, object_id: int, role: str) -> bool:
        return Watcher.objects.filter(portfolio=object_id, user__email__iexact=email, role=role).exists()

    def grant(self, user: User, object_id: int, role: str, *, by: User | None) -> None:
        portfolios.watch(user, Portfolio.objects.get(pk=object_id), role=role, by=by)


def register() -> None:
    invitations.register(organisations.KIND, OrganisationGrant())
    invitations.register(portfolios.KIND, PortfolioGrant())


def _is_admin(user: User, organisation_id: int) -> bool:
    return Affiliation.objects.filter(user=user, organisation=organisation_id, is_admin=True).exists()
