"""The consensus room as who runs the round and its readers see it: reveal, all items, one item, closing."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods, require_safe

from assessments.access import round_view
from assessments.domain import room, rounds
from assessments.domain.rounds import Refused
from assessments.forms.room import SayForm, SettleForm
from assessments.room_item_pages import ItemPage
from assessments.room_pages import FILTERS, RoomPage
from programs.standing import Can

View = Callable[..., HttpResponse]
TIMERS = ("0", "2", "5", "10")  # minutes; 0 ends it


def once_revealed(view: View) -> View:
    """Before the reveal there is no room: whoever comes too early is led back to the round, in words."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.round.is_revealed:
            return view(request, *args, **kwargs)
        messages.info(request, _("The ratings are not revealed yet. Until then nobody sees them."))
        return redirect("assessments:round", request.program.pk, request.round.pk)

    return inner


def part_once_revealed(view: View) -> View:
    """The same for a part of a page, which nobody asks for before."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.round.is_revealed:
            raise Http404
        return view(request, *args, **kwargs)

    return inner


def tag_of(request: HttpRequest, **kwargs: Any) -> str:
    """Changes with whatever the room should see; the door has read it, so that nothing more is asked."""
    found = request.round
    may_run = int(getattr(request, "may_run", False))
    return f'"{found.pk}-{found.revision}-{get_language()}-{may_run}"'


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_reveal(request: HttpRequest) -> HttpResponse:
    """Asks once, with who is done and who is not; then shows all ratings to everybody, for good."""
    found = request.round
    if request.method == "POST":
        try:
            rounds.reveal(found, by=request.user)
        except Refused as error:
            messages.warning(request, str(error))
            return redirect("assessments:round_reveal", request.program.pk, found.pk)
        messages.success(request, _("The ratings are revealed. Begin with the item on which people differ most."))
        return redirect("assessments:room", request.program.pk, found.pk)
    if found.is_revealed:
        return redirect("assessments:room", request.program.pk, found.pk)
    progress = room.progress(found)
    context = {
        "round": found,
        "progress": progress,
        "finished_count": sum(one.rater.finished_at is not None for one in progress),
        "shows_names": room.are_names_shown(found, [one.rater for one in progress]),
    }
    return render(request, "assessments/room/reveal.html", context)


@round_view(Can.READ)
@require_safe
@once_revealed
def room_page(request: HttpRequest) -> HttpResponse:
    """All items, those first on which people differ most."""
    return render(request, "assessments/room/room.html", _room(request))


@round_view(Can.READ)
@require_safe
@part_once_revealed
@condition(etag_func=tag_of)
def room_live(request: HttpRequest) -> HttpResponse:
    """The list, as it changes."""
    return render(request, "assessments/room/_room_live.html", _room(request))


@round_view(Can.READ)
@require_safe
@once_revealed
def room_item(request: HttpRequest, item: str) -> HttpResponse:
    """One item with all its dots, and the forms to settle it."""
    return item_page(request, item_of(request, item))


@round_view(Can.READ)
@require_safe
@part_once_revealed
@condition(etag_func=tag_of)
def room_item_live(request: HttpRequest, item: str) -> HttpResponse:
    """What was given and said, as it changes; the forms stay as they are."""
    return render(request, "assessments/room/_item_live.html", {"round": request.round, "page": item_of(request, item)})


@round_view(Can.READ)
@require_safe
@once_revealed
def projector(request: HttpRequest) -> HttpResponse:
    """The item the room is at, to be read from the last row."""
    return render(request, "assessments/room/projector.html", {"round": request.round, "page": item_of(request)})


@round_view(Can.READ)
@require_safe
@part_once_revealed
@condition(etag_func=tag_of)
def projector_live(request: HttpRequest) -> HttpResponse:
    """The same, as whoever runs the round moves on."""
    return render(request, "assessments/room/_projector_live.html", {"round": request.round, "page": item_of(request)})


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
@once_revealed
def round_close(request: HttpRequest) -> HttpResponse:
    """Asks once, or says what is missing; then ends the round for good."""
    found, refused = request.round, ""
    if request.method == "POST":
        try:
            rounds.close(found, by=request.user)
        except Refused as error:
            refused = str(error)
        else:
            messages.success(request, _("The round is closed. Its result stays as it is now."))
            return redirect("assessments:results", request.program.pk, found.pk)
    if found.is_closed:
        return redirect("assessments:results", request.program.pk, found.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    context = _room(request) | {"refused": refused}
    return render(request, "assessments/room/close.html", context, status=status)


def item_of(request: HttpRequest, key: str = "") -> ItemPage:
    """The item with this key, or the one the room is at; else Http404."""
    talk = room.read_item(request.round, key)
    if talk is None:
        raise Http404
    return ItemPage(request.round, talk)


def say_form(request: HttpRequest, page: ItemPage, data: Any = None) -> SayForm:
    """Who runs the round also writes down what raters at the table say."""
    speakers = request.round.raters.standing() if request.may_run else ()
    return SayForm(data, levels=page.talk.levels, is_rater=request.own_rater is not None, speakers=speakers)


def item_page(
    request: HttpRequest, page: ItemPage, *, settle: SettleForm | None = None, say: SayForm | None = None
) -> HttpResponse:
    """One item with its forms; one that was sent with mistakes stands there as it came."""
    is_open, sent = not request.round.is_closed, settle or say
    context = {
        "round": request.round,
        "page": page,
        "form": sent,
        "settle": settle or SettleForm(levels=page.talk.levels, initial={"reason": page.consensus.reason}),
        "say": say or say_form(request, page),
        "may_settle": request.may_run and (is_open or settle is not None),
        "may_say": (Can.REMARK in request.can and is_open) or say is not None,
        "timers": TIMERS[1:],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "assessments/room/item.html", context, status=status)


def _room(request: HttpRequest) -> dict[str, Any]:
    shown = request.GET.get("show", "")
    page = RoomPage(request.round, room.read(request.round), shown if shown in FILTERS else "open")
    return {"round": request.round, "page": page}
