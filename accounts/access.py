"""The doors of pages about one's own account, about one organisation, and for those who may invite to something."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.domain import invitations, organisations
from accounts.models import Invitation
from journal.doors import signed_in

View = Callable[..., HttpResponse]


def own_account(view: View) -> View:
    """Opens a page about one's own account to whoever is signed in.

    These pages stay open while the person's role asks for two-step sign-in first: there it is turned on.
    """
    view = signed_in(view)
    view.comes_before_two_step = True
    return view


def organisation_view(*, admin: bool = True) -> Callable[[View], View]:
    """Opens a page about one organisation to its administrators, or to all who belong to it.

    Sets `request.organisation` and `request.is_organisation_admin`. Who does not belong finds
    nothing (404); who belongs but is no administrator is told so (403).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, organisation_id: int, *args: object, **kwargs: object) -> HttpResponse:
            member = organisations.affiliation(request.user, organisation_id)
            if member is None:
                raise Http404
            if admin and not member.is_admin:
                raise PermissionDenied(_("Only an administrator of the organisation can do this."))
            request.organisation, request.is_organisation_admin = member.organisation, member.is_admin
            return view(request, *args, **kwargs)

        door.door = "organisation"
        door.needs = "admin" if admin else "member"
        return door

    return decorate


def inviting_view(view: View) -> View:
    """Opens a page about inviting to a thing (kind, object_id) to those who may.

    Sets `request.grant` and `request.offer`. What one may not know of is not found (404).
    """

    @wraps(view)
    def door(request: HttpRequest, kind: str, object_id: int, *args: object, **kwargs: object) -> HttpResponse:
        _enter(request, kind, object_id)
        return view(request, kind, object_id, *args, **kwargs)

    door.door = "inviting"
    return door


def invitation_view(view: View) -> View:
    """Opens what can be done with one invitation to those who may invite to the same thing.

    Sets `request.invitation` beside what `inviting_view` sets.
    """

    @wraps(view)
    def door(request: HttpRequest, invitation_id: int, *args: object, **kwargs: object) -> HttpResponse:
        invitation = Invitation.objects.select_related("invited_by").filter(pk=invitation_id).first()
        if invitation is None:
            raise Http404
        _enter(request, invitation.kind, invitation.object_id)
        request.invitation = invitation
        return view(request, *args, **kwargs)

    door.door = "inviting"
    return door


def _enter(request: HttpRequest, kind: str, object_id: int) -> None:
    grant = invitations.grants.get(kind)
    offer = grant.describe(object_id) if grant else None
    if offer is None or not grant.is_visible_to(request.user, object_id):
        raise Http404
    if not grant.may_invite(request.user, object_id):
        raise PermissionDenied(_("Your role does not allow inviting others. Ask somebody who manages this."))
    request.grant, request.offer = grant, offer
