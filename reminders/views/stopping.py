"""The page behind “stop mails of this kind”: open to whoever has the link, and to mail programs (RFC 8058)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from journal.doors import open_to_all
from programs.views.pages import pressed
from reminders.domain import stopping

ONE_CLICK = ("List-Unsubscribe", "One-Click")


@csrf_exempt  # a mail program has no token of a form; people's own posts are asked for it below
@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, for mail programs open links too; a mail program's one click stops at once."""
    name, value = ONE_CLICK
    if request.method == "POST" and request.POST.get(name) == value:
        return _stop_at_once(request, token)
    return _ask(request, token)


def _stop_at_once(request: HttpRequest, token: str) -> HttpResponse:
    found = stopping.read(token)
    if found is None:
        return _unknown(request)
    stopping.stop(found)
    return render(request, "reminders/stop.html", {"stop": stopping.read(token)})


@csrf_protect
def _ask(request: HttpRequest, token: str) -> HttpResponse:
    found = stopping.read(token)
    if found is None:
        return _unknown(request)
    if request.method == "POST":
        stopping.stop(found, again=pressed(request, "wanted", among=("stop", "again")) == "again")
        return redirect("reminders:stop", token)
    return render(request, "reminders/stop.html", {"stop": found})


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/stop_unknown.html", status=HTTPStatus.NOT_FOUND)
