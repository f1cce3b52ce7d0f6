"""The doors of what belongs to one person alone: a notice they were told, a pause they made."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from reminders.domain import inbox, snoozing

View = Callable[..., HttpResponse]


def notice_view(view: View) -> View:
    """Opens a page about one notice to its reader, while they may see what it speaks of; else 404.

    Sets `request.notice`.
    """

    @wraps(view)
    def door(request: HttpRequest, notice_id: int, *args: object, **kwargs: object) -> HttpResponse:
        request.notice = inbox.find(request.user, notice_id)
        if request.notice is None:
            raise Http404
        return view(request, *args, **kwargs)

    door.door = "owned"
    return door


def snooze_view(view: View) -> View:
    """Opens what can be done with one pause to who made it; else 404. Sets `request.snooze`."""

    @wraps(view)
    def door(request: HttpRequest, snooze_id: int, *args: object, **kwargs: object) -> HttpResponse:
        request.snooze = snoozing.of_number(request.user, snooze_id)
        if request.snooze is None:
            raise Http404
        return view(request, *args, **kwargs)

    door.door = "owned"
    return door
