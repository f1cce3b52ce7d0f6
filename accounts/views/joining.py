"""The page behind an invitation's link: accept with one click, or make an account and accept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.domain import invitations
from accounts.forms.people import JoinForm
from accounts.models import Invitation
from accounts.views.signing_in import start_session
from journal.doors import open_to_all


@open_to_all
@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation_id: int, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail programs open links too. Accepting is a POST."""
    found = invitations.find(invitation_id, token)
    if found is None:
        return _answer(request, "accounts/invitation_unknown.html", {}, status=404)
    try:
        accept = _as_member if request.user.is_authenticated else _as_newcomer
        return accept(request, found)
    except invitations.Dead as dead:
        words = {"invitation": found, "reason": dead.reason}
        return _answer(request, "accounts/invitation_dead.html", words, status=410)


def _as_member(request: HttpRequest, found: Invitation) -> HttpResponse:
    if found.accepted_by_id == request.user.pk:
        return redirect(invitations.offer_of(found).url)
    if found.email.lower() != request.user.email.lower():
        return _answer(request, "accounts/invitation_other.html", _words(found), status=403)
    if request.method == "POST":
        return redirect(invitations.accept(found, by=request.user).url)
    return _answer(request, "accounts/invitation.html", _words(found))


def _as_newcomer(request: HttpRequest, found: Invitation) -> HttpResponse:
    words = _words(found)
    if invitations.has_account(found):
        return _answer(request, "accounts/invitation_sign_in.html", words)
    form = JoinForm(
        request.POST or None, email=found.email, context_name=words["offer"].name, initial={"name": found.name}
    )
    if not form.is_valid():
        return _answer(request, "accounts/join.html", words | {"form": form}, status=422 if form.is_bound else 200)
    try:
        user, offer = invitations.accept_as_newcomer(
            found, name=form.cleaned_data["name"], password=form.cleaned_data["password1"]
        )
    except invitations.HasAccount:
        return _answer(request, "accounts/invitation_sign_in.html", words)
    return start_session(request, user, url=offer.url)


def _words(found: Invitation) -> dict[str, object]:
    """What the invitation is to. Raises Dead when it opens nothing any more."""
    offer = invitations.open_offer(found)
    return {"invitation": found, "offer": offer, "role": invitations.role_of(found)}


def _answer(request: HttpRequest, template: str, words: dict[str, object], *, status: int = 200) -> HttpResponse:
    """The link is a key: no search engine is to keep its page."""
    response = render(request, template, words, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
