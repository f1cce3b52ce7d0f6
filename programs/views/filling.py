"""Taking a form whose fields go through the saving path: the same for items and for steps."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from journal import filling
from journal.filling import Filled, Row
from journal.saving import Actor
from programs.forms.fields import new_nonce
from programs.forms.saved import ConflictForm, nonce_of, wishes_of


def take(request: HttpRequest, row: Row) -> Filled:
    """Saves what the posted form changed; a form that lost its key or versions is refused as a whole."""
    try:
        wishes, nonce = wishes_of(request.POST, row), nonce_of(request.POST)
    except ValidationError as error:
        return Filled(refused={"__all__": list(error.messages)})
    actor = Actor.of(request)
    filled = filling.fill(row, wishes, nonce=nonce, actor=actor)
    chosen = [name.removeprefix("keep_") for name in request.POST if name.startswith("keep_")]
    if chosen and not filled.conflicts:
        filling.settle(row, chosen, actor=actor)
    return filled


def show_conflict(request: HttpRequest, row: Row, filled: Filled, *, about: str, address: str) -> HttpResponse:
    """Both values beside each other; what did not clash is saved already."""
    row.refresh_from_db()
    context = {
        "form": ConflictForm(request.POST, row=row, conflicts=filled.conflicts),
        "refused": filled.refused,
        "nonce": new_nonce(),
        "about": about,
        "address": address,
    }
    return render(request, "programs/conflict.html", context, status=HTTPStatus.CONFLICT)
