"""The consensus room on a rater’s own phone: the item the room is at, their own rating beside it, and their word."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from assessments.access import rater_view
from assessments.domain import consensus, room
from assessments.domain.rounds import Refused
from assessments.forms.room import SayForm
from assessments.room_item_pages import OwnRoom
from assessments.views.room import part_once_revealed, tag_of
from journal.once import form_key


@rater_view
@require_safe
def rater_room(request: HttpRequest) -> HttpResponse:
    """Follows the room, or stays at the item that `item` names."""
    if not request.round.is_revealed:
        messages.info(request, _("The ratings are not revealed yet. Until then nobody sees them."))
        return redirect("assessments:rating", request.rater.pk)
    return _page(request, _own_room(request))


@rater_view
@require_safe
@part_once_revealed
@condition(etag_func=tag_of)
def rater_room_live(request: HttpRequest) -> HttpResponse:
    """The item as it changes; `about` is the one that the form on the page is about."""
    return render(request, "assessments/room/_rater_live.html", _own_room(request))


@rater_view
@require_POST
@part_once_revealed
def rater_room_say(request: HttpRequest, item: str) -> HttpResponse:
    """Keeps what the rater says of an item."""
    context = _own_room(request, item)
    page = context["own"].page
    form = SayForm(request.POST, levels=page.talk.levels, is_rater=True)
    if form.is_valid():
        said, rater, user = form.said, request.rater, request.actor.user
        content = (said.text, said.kind, said.value)
        key = form_key(form.cleaned_data["nonce"], f"rater {rater.pk}", "say", page.consensus.pk, *content)
        try:
            consensus.say(page.consensus, said, rater=rater, by=user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept. Everybody in the room reads it now."))
            return redirect(_address(rater.pk, "" if page.is_shown else item))
    return _page(request, context, form=form)


def _own_room(request: HttpRequest, key: str = "") -> dict[str, Any]:
    asked = key or request.GET.get("item", "")
    talk = room.read_item(request.round, asked)
    if talk is None:
        raise Http404
    own = OwnRoom(request.round, talk, room.own_ratings(request.rater), asked=asked, about=request.GET.get("about", ""))
    return {"round": request.round, "rater": request.rater, "own": own, "page": own.page}


def _page(request: HttpRequest, context: dict[str, Any], *, form: SayForm | None = None) -> HttpResponse:
    say = form or SayForm(levels=context["page"].talk.levels, is_rater=True)
    context |= {"say": say, "form": form, "may_say": form is not None or not request.round.is_closed}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "assessments/room/rater.html", context, status=status)


def _address(rater_id: int, key: str) -> str:
    path = reverse("assessments:rater_room", args=[rater_id])
    return f"{path}?item={key}" if key else path
