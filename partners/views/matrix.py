"""Who does what: the matrix to read, the matrix to change, and one cell of it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal import filling
from journal.filling import Filled
from journal.saving import Actor
from partners.access import responsibility_view
from partners.domain import assigning, complaints
from partners.domain import matrix as reading
from partners.domain.assigning import Refusal, Taken
from partners.domain.matrix import Matrix
from partners.forms.matrix import LettersForm, ResponsibilityForm, TwoLettersForm, posted_letters
from partners.views.coming_back import mends, what_came_of_it
from programs.access import program_view
from programs.forms.fields import new_nonce
from programs.forms.saved import ConflictForm, nonce_of, wishes_of
from programs.standing import Can

LOOKS = ["GET", "HEAD", "POST"]
ASKED = ("step", "partner")  # what a page of the matrix can be asked to show alone


@program_view(Can.READ)
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Who does what, and what is wrong with it. ?edit=1 leads those who may change it to where they can."""
    if "edit" in request.GET and Can.WRITE in request.can:
        return _to_edit(request)
    told = complaints.read(request.program, timezone.localdate())
    context = {"matrix": _read(request), "complaints": told, "aftermath": what_came_of_it(request, told)}
    return render(request, "partners/roles/matrix.html", context)


@program_view(Can.WRITE)
@mends
@require_http_methods(LOOKS)
def matrix_edit(request: HttpRequest) -> HttpResponse:
    """The matrix with a choice in every cell, each saved by itself; the plain form saves all that was changed."""
    if request.method != "POST":
        return _show_edit(request)
    try:
        taken = assigning.take(request.program, posted_letters(request.POST), actor=Actor.of(request))
    except ValidationError as error:
        taken = Taken(refused=[Refusal(why) for why in error.messages])
    if taken.conflicts:
        form, refused = TwoLettersForm(request.POST, conflicts=taken.conflicts), {"": taken.refused}
        return _show_conflict(request, form, refused, about=request.program.name, address=request.get_full_path())
    if taken.refused:
        return _show_edit(request, taken)
    messages.success(request, _("Saved.") if taken.saved_count else _("Nothing was changed."))
    return _to_edit(request)


@responsibility_view(Can.READ, to_post=Can.WRITE)
@mends
@require_http_methods(LOOKS)
def responsibility(request: HttpRequest) -> HttpResponse:
    """One cell: what the partner has to do, in whose name, from when and until when."""
    if request.method != "POST":
        return _show_cell(request)
    role, filled = request.responsibility, _take(request)
    if filled.conflicts:
        role.refresh_from_db()
        form = ConflictForm(request.POST, row=role, conflicts=filled.conflicts)
        return _show_conflict(
            request, form, filled.refused, about=assigning.title_of(role), address=request.get_full_path()
        )
    if filled.refused:
        return _show_cell(request, refused=filled.refused)
    messages.success(request, _("Saved.") if filled.saved else _("Nothing was changed."))
    return redirect(request.path)


def _read(request: HttpRequest) -> Matrix:
    asked = {name: int(value) for name in ASKED if _is_number(value := request.GET.get(name, ""))}
    return reading.read(request.program, today=timezone.localdate(), **asked)


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _to_edit(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    return redirect(reverse("partners:matrix_edit", args=[request.program.pk], query=asked))


def _show_edit(request: HttpRequest, taken: Taken | None = None) -> HttpResponse:
    matrix, refused = _read(request), taken.refused if taken else ()
    form = LettersForm(matrix, request.POST if taken else None, refused=refused)
    context = {"matrix": matrix, "letters": reading.NAMES, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if taken else HTTPStatus.OK
    return render(request, "partners/roles/matrix_edit.html", context, status=status)


def _take(request: HttpRequest) -> Filled:
    """Saves what the form of a cell changed; one that lost its key or versions is refused as a whole."""
    role, actor = request.responsibility, Actor.of(request)
    try:
        wishes, nonce = wishes_of(request.POST, role), nonce_of(request.POST)
    except ValidationError as error:
        return Filled(refused={"__all__": list(error.messages)})
    filled = assigning.fill(role, wishes, nonce=nonce, actor=actor)
    chosen = [name.removeprefix("keep_") for name in request.POST if name.startswith("keep_")]
    if chosen and not filled.conflicts:
        filling.settle(role, chosen, actor=actor)
    return filled


def _show_cell(request: HttpRequest, *, refused: dict[str, list[str]] | None = None) -> HttpResponse:
    page = reading.read_cell(request.responsibility, today=timezone.localdate())
    form = ResponsibilityForm(request.POST or None, row=request.responsibility, people=page.people, refused=refused)
    may_write = Can.WRITE in request.can and request.responsibility.function.dropped_at is None
    context = {"page": page, "role": request.responsibility, "form": form, "may_write": may_write}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "partners/roles/responsibility.html", context, status=status)


def _show_conflict(
    request: HttpRequest, form: BaseForm, refused: Mapping[str, Sequence[object]], *, about: str, address: str
) -> HttpResponse:
    """Both versions beside each other; what did not clash is saved already."""
    context = {"form": form, "refused": refused, "nonce": new_nonce(), "about": about, "address": address}
    return render(request, "partners/roles/conflict.html", context, status=HTTPStatus.CONFLICT)
