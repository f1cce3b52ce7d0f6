"""Doors that need no program: open to all, any signed-in person, and the JSON kind that also knows links.

Every view of the product has exactly one door; `scaleup/tests/test_doors.py` walks all addresses.
A door leaves its name on the view (`view.door`), so that the walk can see it.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from journal.saving import Actor

View = Callable[..., HttpResponse]


def open_to_all(view: View) -> View:
    """Anybody may come in, signed in or not."""
    view = login_not_required(view)
    view.door = "open"
    return view


def signed_in(view: View) -> View:
    """Any signed-in person; the view shows only what is theirs. The middleware does the asking."""
    view.door = "signed in"
    return view


def known_json(view: View) -> View:
    """Whoever is signed in or holds a personal link; a script gets 401 with a sentence instead of a page."""

    @wraps(view)
    def door(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not Actor.of(request).is_somebody:
            message = _("You are signed out. What you typed is kept; sign in again to save it.")
            return JsonResponse({"result": "signed_out", "message": message}, status=HTTPStatus.UNAUTHORIZED)
        return view(request, *args, **kwargs)

    door.login_required = False
    door.door = "known (json)"
    return door
