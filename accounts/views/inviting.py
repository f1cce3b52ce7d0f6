"""Inviting somebody, sending the mail again, and withdrawing: the same for every kind of thing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import invitation_view, inviting_view
from accounts.domain import invitations
from accounts.forms.people import InvitationForm
from accounts.models import Invitation


@inviting_view
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_add(request: HttpRequest, kind: str, object_id: int) -> HttpResponse:
    """Invite somebody; the link then stands in the list to be copied."""
    form = InvitationForm(request.POST or None, roles=request.grant.roles, initial={"role": request.GET.get("role")})
    if form.is_valid() and _invite(request, form, kind, object_id):
        return redirect(f"{request.offer.people_url}#invitations")
    words = {"form": form, "offer": request.offer}
    return render(request, "accounts/invitation_add.html", words, status=422 if form.is_bound else 200)


def _invite(request: HttpRequest, form: InvitationForm, kind: str, object_id: int) -> bool:
    """Invites by what was typed; a refusal becomes an error of the form."""
    try:
        invitation = invitations.invite(kind, object_id, by=request.user, **form.cleaned_data)
    except invitations.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _told(invitation) % {"email": invitation.email})
    return True


def _told(invitation: Invitation) -> str:
    if invitation.mailed_at:
        return _("%(email)s is invited, and has the mail with the link already.")
    if invitation.mail_wanted:
        return _("%(email)s is invited. The mail goes out now.")
    return _("%(email)s is invited. Copy the link below and send it to them.")


@invitation_view
@require_POST
def invitation_resend(request: HttpRequest) -> HttpResponse:
    """Sends the mail again; the same link works for two more weeks."""
    try:
        invitations.resend(request.invitation, by=request.user)
    except invitations.Dead:
        messages.warning(request, _("This invitation is not open any more."))
    except invitations.Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The mail to %(email)s goes out again.") % {"email": request.invitation.email})
    return redirect(f"{request.offer.people_url}#invitations")


@invitation_view
@require_POST
def invitation_revoke(request: HttpRequest) -> HttpResponse:
    """Withdraws an invitation."""
    try:
        invitations.revoke(request.invitation, by=request.user)
    except invitations.Dead:
        messages.warning(request, _("This invitation is not open any more."))
    else:
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": request.invitation.email})
    return redirect(f"{request.offer.people_url}#invitations")
