"""Changing one's own e-mail address: ask, keep the old one after all, and the page behind the link."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import known_devices
from accounts.access import own_account
from accounts.domain import address_links, own_address
from accounts.forms.signing_in import EmailChangeForm
from accounts.models import User
from journal.doors import open_to_all


@own_account
@require_http_methods(["GET", "HEAD", "POST"])
def email_change(request: HttpRequest) -> HttpResponse:
    """Where to send the link. Who shares a demo account has no address to change."""
    if not request.user.has_usable_password():
        return render(request, "accounts/no_password.html")
    return _ask(request)


@reauthentication_required
def _ask(request: HttpRequest) -> HttpResponse:
    form = EmailChangeForm(request.POST or None, user=request.user, initial={"email": request.user.email_wanted})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="manage_email", user=request.user, key=email):
            own_address.ask(request.user, email=email)
            return redirect("accounts:account")
        form.add_error(None, _("That was too many mails. Wait an hour, then try again."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "accounts/email_change.html", {"form": form}, status=status)


@own_account
@require_POST
def email_keep(request: HttpRequest) -> HttpResponse:
    """The old address stays after all."""
    own_address.keep(request.user)
    messages.success(request, _("Your address stays as it is."))
    return redirect("accounts:account")


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email_confirm(request: HttpRequest, person_id: int, token: str) -> HttpResponse:
    """Opening the link changes nothing: mail programs open links too. It works on any device."""
    person = address_links.owner_of(person_id, token)
    if person is None:
        return render(request, "accounts/email_link_dead.html", status=HTTPStatus.NOT_FOUND)
    if request.method != "POST":
        return render(request, "accounts/email_confirm.html", {"person": person})
    try:
        person = own_address.confirm(person_id, token)
    except own_address.Dead:
        return render(request, "accounts/email_link_dead.html", status=HTTPStatus.NOT_FOUND)
    except own_address.Taken:
        return render(request, "accounts/email_link_dead.html", {"is_taken": True}, status=HTTPStatus.CONFLICT)
    return _changed(request, person)


def _changed(request: HttpRequest, person: User) -> HttpResponse:
    messages.success(request, _("Your new address is in force. You sign in with it from now on."))
    if request.user != person:
        return redirect("account_login")
    response = redirect("accounts:account")
    known_devices.remember(response, person.email)
    return response
