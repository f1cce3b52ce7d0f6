"""What somebody typed, shown again when a form could not be taken because a sign-in had run out.

Nothing is stored: the page holds what was typed, in a form that sends it once more.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CSRF_FIELD = "csrfmiddlewaretoken"
SECRETS = frozenset({"password", "password1", "password2", "oldpassword", "code"})
# Fields of forms by the words people know them by; others are sent again without being shown.
WORDS: dict[str, Promise] = {
    "name": _("Name"),
    "about": _("What it does"),
    "note": _("Note"),
    "reason": _("Reason"),
    "reasons": _("Reasons"),
    "text": _("Text"),
    "title": _("Title"),
    "url": _("Address"),
    "message": _("Message"),
    "how_counted": _("How it was counted"),
    "count": _("Number"),
    "year": _("Year"),
    "amount": _("Amount"),
    "unit_amount": _("Cost of one"),
    "quantity": _("How many"),
    "rate": _("Rate"),
    "comment": _("Comment"),
    "evidence": _("What could be shown for it"),
}


class KeepTypedMiddleware(LoginRequiredMiddleware):
    """Asks a signed-out person to sign in; what a form brought along stays on the page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method == "POST" and may_be_shown(request):
            return show_again(request, status=HTTPStatus.UNAUTHORIZED)
        return super().handle_no_permission(request, view_func)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before a sign-in is sent again by its person. What another site sent is not offered back."""
    if not may_be_shown(request) or request.headers.get("Origin") != _own_origin(request):
        return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
    return show_again(request, status=HTTPStatus.FORBIDDEN)


def show_again(request: HttpRequest, *, status: int, template: str = "journal/kept.html") -> HttpResponse:
    """The page that holds what was typed and sends it once more, to the same address."""
    typed = [(name, value) for name, values in request.POST.lists() if name != CSRF_FIELD for value in values]
    context = {
        "address": request.get_full_path(),
        "typed": typed,
        "shown": [(WORDS[_base(name)], value) for name, value in typed if _base(name) in WORDS and value.strip()],
        "has_files": bool(request.FILES),
        "is_signed_out": status == HTTPStatus.UNAUTHORIZED,
        "sign_in": resolve_url(settings.LOGIN_URL),
    }
    return render(request, template, context, status=status)


def _base(name: str) -> str:
    """Where one form holds many things, their fields carry the name of the thing: comment-vision."""
    return name.partition("-")[0]


def may_be_shown(request: HttpRequest) -> bool:
    """Something was typed, and no password or code is among it."""
    return bool(request.POST) and not SECRETS & request.POST.keys()


def _own_origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
