"""django-allauth's pages behind our doors, and starting the session of somebody new."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.account.utils import perform_login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import own_account
from accounts.domain import first_run, two_step
from accounts.models import User
from journal.doors import open_to_all

View = Callable[..., HttpResponse]
SECONDS_TO_WAIT = "60"


def start_session(request: HttpRequest, user: User, *, url: str | None = None) -> HttpResponse:
    """Signs in somebody who has just made an account, and leads them on."""
    return perform_login(request, user, redirect_url=url)


def honest(view: View) -> View:
    """Gives django-allauth's answers their right status: 422 for a form with errors, 429 for too many tries."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200:
            response.status_code = 429 if getattr(request, "has_tried_too_often", False) else 422
        if response.status_code == 429:
            response["Retry-After"] = SECONDS_TO_WAIT
        return response

    return answer


def open_page(view: View) -> View:
    return open_to_all(honest(view))


def own_page(view: View) -> View:
    return own_account(honest(view))


@wraps(account.login)
def _login(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and first_run.is_fresh():
        return redirect("accounts:front")  # nobody can sign in yet; there it says what to do
    return account.login(request)


@wraps(account.password_change)
def _password_change(request: HttpRequest) -> HttpResponse:
    if not request.user.has_usable_password():
        return render(request, "accounts/no_password.html")
    return account.password_change(request)


class _Deactivate(app.DeactivateTOTPView):
    """Says beforehand what follows, where a role asks for two-step sign-in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_asked_for": two_step.is_asked_of(self.request.user)}


def _with_two_step(view: View) -> View:
    """Where two-step sign-in is off there is nothing to show or to end; then the page that turns it on says so."""

    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not two_step.is_on(request.user):
            messages.info(request, _("Two-step sign-in is off, so there is nothing to change here."))
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return page


login = open_page(_login)
logout = open_page(account.logout)
account_inactive = open_page(account.account_inactive)
password_reset = open_page(account.password_reset)
password_reset_done = open_page(account.password_reset_done)
password_reset_from_key = open_page(account.password_reset_from_key)
mfa_authenticate = open_page(mfa.authenticate)

reauthenticate = own_page(account.reauthenticate)
password_change = own_page(_password_change)
mfa_index = own_page(mfa.index)
mfa_reauthenticate = own_page(mfa.ReauthenticateView.as_view(template_name="account/reauthenticate.html"))
mfa_activate_totp = own_page(app.activate_totp)
mfa_deactivate_totp = own_page(_with_two_step(_Deactivate.as_view()))
mfa_view_recovery_codes = own_page(require_safe(_with_two_step(codes.view_recovery_codes)))
mfa_generate_recovery_codes = own_page(_with_two_step(codes.generate_recovery_codes))
mfa_download_recovery_codes = own_page(require_safe(_with_two_step(codes.download_recovery_codes)))
