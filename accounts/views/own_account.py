"""A person's own account: preferences, and the places they are signed in from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.domain import organisations, own_sessions, preferences
from accounts.forms.people import PreferencesForm


@access.own_account
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone; the way to everything else of one's own."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if form.is_valid():
        preferences.change(request.user, **form.cleaned_data)
        with translation.override(request.user.language):
            messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:account")
    words = {"form": form, "affiliations": organisations.of_person(request.user)}
    return render(request, "accounts/account.html", words, status=422 if form.is_bound else 200)


@access.own_account
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    found = own_sessions.of(request.user)
    rows = [
        (row, *own_sessions.device(row.user_agent), row.session_key == request.session.session_key) for row in found
    ]
    return render(request, "usersessions/usersession_list.html", {"rows": rows})


@access.own_account
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ends one of one's own sessions; somebody else's is left alone without a word."""
    own_sessions.end(request.user, session_id)
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")


@access.own_account
@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Ends every other session of one's own."""
    own_sessions.end_others(request.user, keep=request.session.session_key)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("usersessions_list")
