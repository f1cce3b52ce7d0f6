"""An organisation, its people and who of them are administrators."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.domain import invitations, two_step
from accounts.models import Affiliation, Organisation, Portfolio, User
from journal.record import record

KIND = "organisation"


class LastAdmin(Exception):
    """An organisation keeps at least one administrator who can sign in."""


def of_person(user: User) -> list[Affiliation]:
    """Where somebody belongs, by name."""
    return list(Affiliation.objects.filter(user=user).select_related("organisation").order_by("organisation__name"))


def affiliation(user: User, organisation_id: int) -> Affiliation | None:
    """How somebody belongs to an organisation, if at all."""
    found = Affiliation.objects.filter(user=user, organisation=organisation_id)
    return found.select_related("organisation").first()


def people(organisation: Organisation) -> QuerySet[Affiliation]:
    """Everybody who belongs, administrators first."""
    everybody = organisation.affiliations.filter(user__is_active=True).select_related("user")
    return everybody.order_by("-is_admin", "user__name", "pk")


def admins(organisation: Organisation) -> QuerySet[Affiliation]:
    """Whom to ask."""
    return people(organisation).filter(is_admin=True)


@transaction.atomic
def found(name: str) -> Organisation:
    """Makes a further organisation; for whoever runs the server."""
    organisation = Organisation.objects.create(name=name)
    record("founded", KIND, organisation.pk, by=None, new={"name": name})
    return organisation


@transaction.atomic
def rename(organisation: Organisation, *, name: str, by: User) -> None:
    held = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if held.name != name:
        record("changed", KIND, held.pk, by=by, field="name", old=held.name, new=name)
        held.name = name
        held.save(update_fields=["name"])


@transaction.atomic
def join(user: User, organisation: Organisation, *, is_admin: bool, by: User | None) -> None:
    """Makes somebody part of it. An administrator stays one, whatever else they are invited to."""
    member, is_new = Affiliation.objects.get_or_create(
        organisation=organisation, user=user, defaults={"is_admin": is_admin}
    )
    if not is_new and is_admin and not member.is_admin:
        member.is_admin = True
        member.save(update_fields=["is_admin"])
    two_step.settle(user)
    _record("granted", member, by=by)


@transaction.atomic
def set_admin(member: Affiliation, *, is_admin: bool, by: User) -> None:
    """Makes a member an administrator, or an administrator a member. Raises LastAdmin."""
    held = _hold(member)
    if held is None or held.is_admin == is_admin:
        return
    if not is_admin:
        _check_not_last(held)
        _end_invitations_by(held, by=by)
    held.is_admin = is_admin
    held.save(update_fields=["is_admin"])
    two_step.settle(held.user)
    _record("granted", held, by=by)


@transaction.atomic
def remove(member: Affiliation, *, by: User) -> None:
    """Ends somebody's place in the organisation, and what they invited others to. Raises LastAdmin."""
    held = _hold(member)
    if held is None:
        return
    if held.is_admin:
        _check_not_last(held)
    _end_invitations_by(held, by=by)
    _record("removed", held, by=by)
    held.delete()
    two_step.settle(held.user)


def _record(verb: str, member: Affiliation, *, by: User | None) -> None:
    role = "admin" if member.is_admin else "member"
    new = {"name": member.user.name, "user": member.user_id, "role": role}
    record(verb, KIND, member.organisation_id, by=by, new=new)


def _hold(member: Affiliation) -> Affiliation | None:
    """The row as it is now. The organisation is locked, so two administrators cannot end each other."""
    Organisation.objects.select_for_update().get(pk=member.organisation_id)
    return Affiliation.objects.select_related("user").filter(pk=member.pk).first()


def _check_not_last(member: Affiliation) -> None:
    others = Affiliation.objects.filter(organisation=member.organisation_id, is_admin=True, user__is_active=True)
    if not others.exclude(pk=member.pk).exists():
        raise LastAdmin


def _end_invitations_by(member: Affiliation, *, by: User) -> None:
    user, organisation = member.user, member.organisation_id
    invitations.revoke_all_by(user, KIND, [organisation], by=by)
    kept = Portfolio.objects.filter(organisation=organisation).values_list("pk", flat=True)
    invitations.revoke_all_by(user, "portfolio", list(kept), by=by)
