"""django-allauth's pages behind our doors, and starting the session of somebody new."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from allauth.account.utils import perform_login
from allauth.mfa.base import views as two_step
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.domain import first_run
from accounts.models import User
from journal.doors import open_to_all, signed_in

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
    return signed_in(honest(view))


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


login = open_page(_login)
logout = open_page(account.logout)
account_inactive = open_page(account.account_inactive)
password_reset = open_page(account.password_reset)
password_reset_done = open_page(account.password_reset_done)
password_reset_from_key = open_page(account.password_reset_from_key)
mfa_authenticate = open_page(two_step.authenticate)

reauthenticate = own_page(account.reauthenticate)
password_change = own_page(_password_change)
mfa_index = own_page(two_step.index)
mfa_reauthenticate = own_page(two_step.reauthenticate)
mfa_activate_totp = own_page(app.activate_totp)
mfa_deactivate_totp = own_page(app.deactivate_totp)
mfa_view_recovery_codes = own_page(codes.view_recovery_codes)
mfa_generate_recovery_codes = own_page(codes.generate_recovery_codes)
mfa_download_recovery_codes = own_page(codes.download_recovery_codes)
