"""The team of a program: who is on it, invitations, roles, leaving."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programs.access import program_view
from programs.domain import teams
from programs.models import Membership
from programs.standing import Can


@program_view(Can.READ)
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Who works on the program, and who is invited to."""
    may_manage = Can.MANAGE in request.can
    context = {
        "members": teams.members(request.program),
        "roles": Membership.Role.choices,
        "invitations": teams.waiting(request.program) if may_manage else [],
    }
    return render(request, "programs/team.html", context)


@program_view(Can.MANAGE)
@require_POST
def member_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Gives a member another role."""
    membership = _membership_at(request, membership_id)
    role = request.POST.get("role", "")
    if role not in Membership.Role.values:
        messages.error(request, _("Choose one of the roles."))
        return redirect("programs:team", request.program.pk)
    try:
        teams.change_role(membership, role=role, by=request.user)
        messages.success(request, _("The role is changed."))
    except teams.Refused as error:
        messages.error(request, str(error))
    return redirect("programs:team", request.program.pk)


@program_view(Can.MANAGE)
def member_remove(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Asks once, then takes a member off the team."""
    membership = _membership_at(request, membership_id)
    if request.method != "POST":
        return render(request, "programs/member_remove.html", {"member": membership})
    try:
        teams.remove(membership, by=request.user)
        messages.success(request, _("%(name)s is no longer on the team.") % {"name": membership.user.name})
    except teams.Refused as error:
        messages.error(request, str(error))
    return redirect("programs:team", request.program.pk)


def _membership_at(request: HttpRequest, membership_id: int) -> Membership:
    members = request.program.memberships.select_related("user", "program")
    membership = members.filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    return membership
