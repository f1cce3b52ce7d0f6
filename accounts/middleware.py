"""What is asked of everybody who comes in, and the language and time zone each person chose."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.domain import two_step
from journal import kept


class SignedInMiddleware(kept.KeepTypedMiddleware):
    """Asks for a sign-in, and for its second step where the person's role needs one; what was typed stays."""

    def process_view(self, request: HttpRequest, view_func: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, args, kwargs)
        if refused is not None or is_open_without_two_step(view_func):
            return refused
        if request.user.is_authenticated and two_step.is_overdue(request.user):
            return ask_for_two_step(request, door=getattr(view_func, "door", ""))
        return None


def is_open_without_two_step(view: Any) -> bool:
    """Pages open to all, and those of one's own account, where it is turned on."""
    return getattr(view, "door", "") == "open" or hasattr(view, "comes_before_two_step")


def ask_for_two_step(request: HttpRequest, *, door: str) -> HttpResponse:
    """A script gets a sentence; a form stays on its page with what was typed; who only looks is led there."""
    if door == "known (json)":
        message = _("Your role needs two-step sign-in first. Turn it on in your account, then reload this page.")
        return JsonResponse({"result": "refused", "message": message}, status=HTTPStatus.FORBIDDEN)
    if request.method == "POST" and kept.may_be_shown(request):
        return kept.show_again(request, status=HTTPStatus.FORBIDDEN, template="accounts/two_step_first.html")
    return redirect("mfa_index")


class PreferencesMiddleware:
    """Shows a page in its reader's language and time zone; strangers keep what their browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = request.user  # as the page begins: it may sign out
        if not reader.is_authenticated:
            return self.get_response(request)
        request.LANGUAGE_CODE = reader.language
        with translation.override(reader.language), timezone.override(reader.zone):
            response = self.get_response(request)
        # Else the language of the browser would be named, which this page is not written in.
        response.headers.setdefault("Content-Language", reader.language)
        return response
