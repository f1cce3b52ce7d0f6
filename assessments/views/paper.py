"""Rounds on paper: the sheets to print, and typing in those that came back, by the one person named for it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.access import round_view
from assessments.domain import paper, raters, rating_reading, rating_taking
from assessments.domain.paper import Pile
from assessments.domain.rating_reading import RaterReading
from assessments.domain.rating_taking import Taken
from assessments.domain.rounds import Refused
from assessments.forms.paper import KeyingForm
from assessments.forms.rating import TwoVersionsForm, posted_ratings
from assessments.models import Assessment
from journal.saving import Actor, NotFound
from programs.forms.fields import new_nonce
from programs.standing import Can, refusal
from programs.views.pages import pressed

View = Callable[..., HttpResponse]
LOOKS = ["GET", "HEAD", "POST"]
ALL, NOBODY = "all", "none"  # in the address: a sheet for everybody on paper, or one without a code


def keyer_view(view: View) -> View:
    """Opens a page to the one person who types in the sheets of the round; to others it says who that is.

    Nothing is typed in before the round opens or after the reveal: who comes to look is led back to the round.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.round.keyer_id != request.user.pk:
            raise PermissionDenied(_who_types(request.round))
        if request.program.is_archived:
            raise PermissionDenied(refusal(request.program))
        if request.method != "POST" and not request.round.is_rating:
            messages.info(request, _why_not(request.round))
            return redirect("assessments:round", request.program.pk, request.round.pk)
        return view(request, *args, **kwargs)

    return round_view(Can.READ)(inner)


@round_view(Can.READ)
@require_safe
def round_sheet(request: HttpRequest) -> HttpResponse:
    """Sheets to print: for all on paper, for one of them (`rater` in the address), or for nobody in particular."""
    may_print_all = request.may_run or request.round.keyer_id == request.user.pk
    on_paper = list(paper.on_paper(request.round)) if may_print_all else []
    asked = request.GET.get("rater") or (ALL if on_paper else NOBODY)
    context = {
        "round": request.round,
        "pile": _pile(request, asked, may_print_all=may_print_all),
        "raters": on_paper,
        "asked": asked,
    }
    return render(request, "assessments/paper/sheet.html", context)


@keyer_view
@require_safe
def round_keying(request: HttpRequest) -> HttpResponse:
    """The sheets by their codes, how far each is typed in, and which to go on with."""
    context = {"round": request.round, "pile": paper.keyed(request.round)}
    return render(request, "assessments/paper/round_keying.html", context)


@keyer_view
@require_http_methods(LOOKS)
def keying(request: HttpRequest, rater_id: int) -> HttpResponse:
    """One whole sheet; what is posted goes through the saving path, one mutation a changed field."""
    reading = _reading(request, rater_id)
    if request.method != "POST":
        return _show_sheet(request, reading)
    ratings = [rating for part in reading.parts for rating in part.ratings]
    try:
        taken = rating_taking.take(ratings, posted_ratings(request.POST, ratings), actor=Actor.of(request))
    except NotFound:
        raise Http404 from None
    if taken.conflicts:
        return _show_conflict(request, reading, taken)
    if taken.refused:
        return _show_sheet(request, _reading(request, rater_id), taken)
    return redirect("assessments:keying_check", request.program.pk, request.round.pk, rater_id)


@keyer_view
@require_http_methods(LOOKS)
def keying_check(request: HttpRequest, rater_id: int) -> HttpResponse:
    """What was typed, to be compared with the sheet; then the sheet is done, or not after all."""
    reading = _reading(request, rater_id)
    if request.method != "POST":
        context = {"round": request.round, "check": paper.checked(reading)}
        return render(request, "assessments/paper/keying_check.html", context)
    is_finished = pressed(request, "finished", among=("yes", "no")) == "yes"
    try:
        raters.finish(reading.rater, is_finished=is_finished)
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = _("Sheet %(code)s is done.") if is_finished else _("Sheet %(code)s is not marked as done any more.")
        messages.success(request, done % {"code": reading.rater.code})
    return redirect("assessments:round_keying", request.program.pk, request.round.pk)


def _pile(request: HttpRequest, asked: str, *, may_print_all: bool) -> Pile:
    if asked == NOBODY:
        return paper.blank(request.round)
    if asked == ALL:
        if not may_print_all:
            raise PermissionDenied(_("Only who runs the round, or types in its sheets, prints them all at once."))
        return paper.sheets_for(request.round, paper.on_paper(request.round))
    rater = paper.rater_on_paper(request.round, int(asked)) if _is_number(asked) else None
    if rater is None:
        raise Http404
    return paper.sheets_for(request.round, [rater])


def _reading(request: HttpRequest, rater_id: int) -> RaterReading:
    rater = paper.rater_on_paper(request.round, rater_id)
    if rater is None:
        raise Http404
    return rating_reading.read(rater, actor=Actor.of(request))


def _show_sheet(request: HttpRequest, reading: RaterReading, taken: Taken | None = None) -> HttpResponse:
    form = KeyingForm(request.POST or None, parts=reading.parts, refused=taken and taken.refused)
    context = {"round": request.round, "reading": reading, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if taken else HTTPStatus.OK
    return render(request, "assessments/paper/keying.html", context, status=status)


def _show_conflict(request: HttpRequest, reading: RaterReading, taken: Taken) -> HttpResponse:
    """Both values beside each other; what did not clash is saved already."""
    context = {
        "form": TwoVersionsForm(request.POST, conflicts=taken.conflicts),
        "refused": taken.refused,
        "nonce": new_nonce(),
        "about": _("Sheet %(code)s") % {"code": reading.rater.code},
        "address": request.path,
    }
    return render(request, "programs/conflict.html", context, status=HTTPStatus.CONFLICT)


def _who_types(found: Assessment) -> str:
    if found.keyer is None:
        return _("Nobody is named to type in paper sheets in this round. Who runs the round can name somebody.")
    return _("Only %(name)s types in the paper sheets of this round, and sees what stands on them.") % {
        "name": found.keyer.name
    }


def _why_not(found: Assessment) -> str:
    if found.is_revealed:
        return _("The ratings are revealed, so no sheet is typed in any more.")
    return _("The round is not open yet. Sheets can be typed in once it is.")


def _is_number(raw: str) -> bool:
    return raw.isascii() and raw.isdigit() and len(raw) <= 18
