"""Who works on a program: inviting, changing roles, leaving. There is always a lead."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain import invitations
from accounts.domain.invitations import Offer, Role, Waiting
from accounts.models import User
from journal.record import record
from programs.models import Membership, Program
from programs.standing import Can, program_for

KIND = "program"
OWNING = (Membership.Role.LEAD, Membership.Role.EDITOR)  # whoever owns something can also say that it is done


class Refused(Exception):
    """The team cannot be changed like this; the message says why and what to do."""


class ProgramGrant:
    """How invitations to a program's team are described and granted."""

    roles = {
        Membership.Role.LEAD.value: Role(
            gettext_lazy("Lead"), gettext_lazy("does everything an editor does, and looks after team and ambition")
        ),
        Membership.Role.EDITOR.value: Role(
            gettext_lazy("Editor"), gettext_lazy("answers items, adds evidence and submits steps")
        ),
        Membership.Role.VIEWER.value: Role(gettext_lazy("Viewer"), gettext_lazy("reads everything, changes nothing")),
    }

    def describe(self, object_id: int) -> Offer | None:
        program = Program.objects.filter(pk=object_id, archived_at=None).first()
        if program is None:
            return None
        url, people_url = (reverse(f"programs:{name}", args=[object_id]) for name in ("program", "team"))
        return Offer(gettext_lazy("Program"), program.name, url, people_url, program_id=object_id)

    def is_visible_to(self, user: User, object_id: int) -> bool:
        return Can.READ in _can(user, object_id)

    def may_invite(self, user: User, object_id: int) -> bool:
        return Can.MANAGE in _can(user, object_id)

    def has(self, email: str, object_id: int, role: str) -> bool:
        return Membership.objects.filter(program=object_id, user__email__iexact=email, role=role).exists()

    def grant(self, user: User, object_id: int, role: str, *, by: User | None) -> None:
        """Makes the person a member; whoever is one already gets the role, unless it would leave no lead."""
        held = {member.user_id: member for member in _hold(object_id)}
        member = held.get(user.pk)
        if member is None:
            Membership.objects.create(program_id=object_id, user=user, role=role)
        elif not _is_last_lead(member, list(held.values())):
            Membership.objects.filter(pk=member.pk).update(role=role)
        new = {"name": user.name, "user": user.pk, "role": role}
        record("granted", "member", user.pk, by=by or user, program_id=object_id, new=new)


def members(program: Program) -> list[Membership]:
    """The team, leads first."""
    order = {role: place for place, role in enumerate(Membership.Role.values)}
    team = program.memberships.select_related("user")
    return sorted(team, key=lambda member: (order[member.role], member.user.name.casefold(), member.pk))


def owners(program: Program) -> QuerySet[User]:
    """Of the team, those who may write: they can be asked to do something, and say that they did."""
    asked = Membership.objects.filter(program=program, role__in=OWNING)
    return User.objects.filter(pk__in=asked.values("user"), is_active=True).order_by("name", "pk")


def waiting(program: Program) -> list[Waiting]:
    """Invitations to the team that nobody has accepted or withdrawn."""
    return invitations.waiting(KIND, program.pk)


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> None:
    """Gives a member another role. Raises Refused for the last lead."""
    member, team = _held(membership)
    if member.role == role:
        return
    if _is_last_lead(member, team):
        raise Refused(_("A program always has a lead. Make somebody else lead first."))
    old, member.role = member.role, role
    member.save(update_fields=["role"])
    _record("role_changed", member, old=old, new=role, by=by)


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """Takes a member off the team; answers, notes and history stay. Raises Refused for the last lead."""
    member, team = _held(membership)
    if _is_last_lead(member, team):
        raise Refused(_("The last lead cannot leave. Make somebody else lead first."))
    _record("removed", member, old=member.role, new=None, by=by)
    member.delete()
    invitations.revoke_all_by(member.user, KIND, [member.program_id], by=by)


def _can(user: User, program_id: int) -> frozenset[Can]:
    try:
        _program, standing = program_for(user, program_id)
    except Program.DoesNotExist:
        return frozenset()
    return standing.can


def _hold(program_id: int) -> list[Membership]:
    """The whole team, locked: two leads who leave at once must not both find the other still there."""
    Program.objects.select_for_update(no_key=True).filter(pk=program_id).first()
    return list(Membership.objects.filter(program=program_id).select_related("user").order_by("pk"))


def _held(membership: Membership) -> tuple[Membership, list[Membership]]:
    team = _hold(membership.program_id)
    member = next((one for one in team if one.pk == membership.pk), None)
    if member is None:
        raise Refused(_("This person is no longer on the team."))
    return member, team


def _is_last_lead(member: Membership, team: list[Membership]) -> bool:
    leads = [one for one in team if one.role == Membership.Role.LEAD and one.user.is_active]
    return leads == [member]


def _record(verb: str, member: Membership, *, old: str, new: str | None, by: User) -> None:
    record(
        verb,
        "member",
        member.user_id,
        by=by,
        program_id=member.program_id,
        old={"name": member.user.name, "role": old},
        new={"name": member.user.name, "role": new} if new else None,
    )
