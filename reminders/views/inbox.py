"""The inbox: looking, opening, putting away and taking back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboards import addresses
from dashboards.domain.paging import Cursor
from journal.doors import signed_in
from programs.views.pages import pressed
from reminders.access import notice_view
from reminders.domain import inbox as reading
from scaleup.addresses import address


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first. Looking changes nothing: what is opened is read."""
    here, put_away = here_of(request), request.GET.get("put_away", "")
    today = timezone.localdate()
    asked = {name: here.get(name, "") for name in ("show", "after", "before")}
    found = reading.read(request.user, put_away=put_away, today=today, **asked)
    context = {
        "inbox": found,
        "shows": reading.Show.choices,
        "pager": addresses.pager({"show": found.show}, found.page),
        "here": addresses.address(here) if here else "",
        "today": today,
    }
    return render(request, "reminders/inbox.html", context)


@notice_view
@require_POST
def notice_open(request: HttpRequest) -> HttpResponse:
    """It is read now; on to where it is done."""
    entry = reading.entries_of([request.notice], by=request.user, today=timezone.localdate())[0]
    reading.mark_read(request.notice)
    return redirect(entry.thing.url)


@notice_view
@require_POST
def notice_done(request: HttpRequest) -> HttpResponse:
    """Puts it away, or takes it back."""
    if pressed(request, "wanted", among=("done", "undo")) == "done":
        reading.put_away(request.notice)
        return to_inbox(request, put_away=request.notice.pk)
    reading.take_back(request.notice)
    messages.success(request, _("It is in your inbox again."))
    return to_inbox(request)


@signed_in
@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """All of it is read."""
    reading.mark_all_read(request.user)
    messages.success(request, _("Everything is marked as read."))
    return to_inbox(request)


def to_inbox(request: HttpRequest, **changes: Any) -> HttpResponse:
    """Back to the page of the inbox where the button stood."""
    here = {**here_of(request), **changes}
    return redirect(address("reminders:inbox") + (addresses.address(here) if here else ""))


def here_of(request: HttpRequest) -> dict[str, str]:
    """Which page of the inbox the address names; what is none is left out."""
    show = request.GET.get("show", "")
    cursors = {name: Cursor.parse(request.GET.get(name, ""), reading.NEWEST) for name in ("after", "before")}
    here = {"show": show if show in reading.Show.values else ""} | {k: str(v) for k, v in cursors.items() if v}
    return {name: value for name, value in here.items() if value}
