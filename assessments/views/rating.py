"""The pages of one rater: the personal link, where they stand, one dimension, the check, and what they signal."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import rater_view
from assessments.domain import raters, rating_reading, rating_taking
from assessments.domain.rating_reading import RatedPart, RaterReading
from assessments.domain.rating_taking import Taken
from assessments.domain.rounds import Refused
from assessments.forms.rating import NameForm, RatingsForm, TwoVersionsForm, posted_ratings
from journal.doors import open_to_all
from journal.saving import LINK, NotFound
from programs.forms.fields import new_nonce
from programs.views.pages import pressed

LOOKS = ["GET", "HEAD", "POST"]


@open_to_all
@never_cache
@require_http_methods(LOOKS)
def rater_link(request: HttpRequest, token: str) -> HttpResponse:
    """Whose link this is and what it opens. Opening it changes nothing: mail programs open links too."""
    rater = raters.behind(token)
    if rater is None:
        return _behind_link(request, "assessments/rating/link_unknown.html", {}, status=HTTPStatus.NOT_FOUND)
    context = {"rater": rater, "round": rater.assessment}
    if request.user.is_authenticated:
        return _behind_link(request, "assessments/rating/link_of_another.html", context, status=HTTPStatus.FORBIDDEN)
    if request.method != "POST":
        return _behind_link(request, "assessments/rating/link.html", context)
    if request.session.get(LINK) != rater.link_number:
        request.session.cycle_key()  # what was answered in this session before stays readable in it
    request.session[LINK] = rater.link_number
    raters.opened(rater)
    return redirect("assessments:rating", rater.pk)


@rater_view
@require_safe
def rating(request: HttpRequest) -> HttpResponse:
    """Where the rater stands: what is promised, what is rated already, and the way on."""
    reading = rating_reading.read(request.rater, actor=request.actor)
    return _show(request, "assessments/rating/start.html", {"reading": reading})


@rater_view
@require_http_methods(LOOKS)
def rating_dimension(request: HttpRequest, dimension: str) -> HttpResponse:
    """One dimension; what is posted goes through the saving path, one mutation a changed field."""
    reading, part = _part(request, dimension)
    if request.method != "POST":
        return _show_part(request, reading, part)
    posted = posted_ratings(request.POST, part.ratings)
    try:
        taken = rating_taking.take(part.ratings, posted, actor=request.actor)
    except NotFound:
        raise Http404 from None
    if taken.conflicts:
        return _show_conflict(request, part, taken)
    reading, part = _part(request, dimension)
    if taken.refused:
        return _show_part(request, reading, part, refused=taken.refused)
    if taken.saved_count:
        messages.success(request, _("Saved."))
    return redirect(_next_address(request, reading, part))


@rater_view
@require_safe
def rating_progress(request: HttpRequest, dimension: str) -> HttpResponse:
    """How far the rater came, as the page of a dimension says it after each save."""
    reading, part = _part(request, dimension)
    return _fragment(request, "assessments/rating/_progress.html", {"reading": reading, "part": part})


@rater_view
@require_safe
def rating_before(request: HttpRequest, item: str) -> HttpResponse:
    """What an item came to in the round before, told once it is rated."""
    question = rating_reading.question(request.rater, item, actor=request.actor)
    if question is None:
        raise Http404
    return _fragment(request, "assessments/rating/_before.html", {"question": question})


@rater_view
@require_safe
def rating_check(request: HttpRequest) -> HttpResponse:
    """All answers on one page, those that are missing, and the button that says “I am finished”."""
    reading = rating_reading.read(request.rater, actor=request.actor)
    return _show(request, "assessments/rating/check.html", {"reading": reading})


@rater_view
@require_POST
def rating_finish(request: HttpRequest) -> HttpResponse:
    """The rater is finished, or not after all: a signal to whoever runs the round, no more."""
    is_finished = pressed(request, "finished", among=("yes", "no")) == "yes"
    try:
        raters.finish(request.rater, is_finished=is_finished)
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = _("Thank you. Until the reveal you can still change what you rated.")
        messages.success(
            request, done if is_finished else _("Take your time: you are not marked as finished any more.")
        )
    return redirect("assessments:rating", request.rater.pk)


@rater_view
@require_POST
def rating_name(request: HttpRequest) -> HttpResponse:
    """May the rater's name stand beside their ratings? It does only if all raters agree."""
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose whether your name may be shown."))
        return redirect("assessments:rating", request.rater.pk)
    try:
        raters.allow_name(request.rater, is_allowed=form.cleaned_data["may"] == "yes")
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("assessments:rating", request.rater.pk)


def _part(request: HttpRequest, dimension: str) -> tuple[RaterReading, RatedPart]:
    reading = rating_reading.read(request.rater, actor=request.actor)
    part = reading.part(dimension)
    if part is None:
        raise Http404
    return reading, part


def _show_part(
    request: HttpRequest, reading: RaterReading, part: RatedPart, *, refused: dict[str, list[str]] | None = None
) -> HttpResponse:
    """After a refusal nothing is closed to typing: what was typed can be read, and copied elsewhere."""
    questions = rating_reading.questions(part, request.rater, actor=request.actor)
    context = {
        "reading": reading,
        "part": part,
        "previous": reading.beside(part, -1),
        "following": reading.beside(part, 1),
        "form": RatingsForm(request.POST or None, questions=questions, refused=refused),
        "is_closed": not request.round.is_rating and not refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return _show(request, "assessments/rating/dimension.html", context, status=status)


def _show_conflict(request: HttpRequest, part: RatedPart, taken: Taken) -> HttpResponse:
    """Both values beside each other; what did not clash is saved already."""
    context = {
        "form": TwoVersionsForm(request.POST, conflicts=taken.conflicts),
        "refused": taken.refused,
        "nonce": new_nonce(),
        "about": part.dimension.title,
        "address": request.path,
    }
    return _show(request, "assessments/rating/conflict.html", context, status=HTTPStatus.CONFLICT)


def _next_address(request: HttpRequest, reading: RaterReading, part: RatedPart) -> str:
    """On to the dimension after this one, after the last to the check; or this page again."""
    if request.POST.get("then") != "next":
        return request.path
    following = reading.beside(part, 1)
    if following is None:
        return reverse("assessments:rating_check", args=[request.rater.pk])
    return reverse("assessments:rating_dimension", args=[request.rater.pk, following.dimension.key])


def _show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    may_read = rating_reading.may_read(request.round.program, actor=request.actor)
    return render(request, template, _about(request) | {"may_read": may_read} | context, status=status)


def _fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A part of a page that is asked for once after each save: there is nothing more to wait for."""
    response = render(request, template, _about(request) | context)
    response["X-Live"] = "done"
    return response


def _about(request: HttpRequest) -> dict[str, Any]:
    return {"rater": request.rater, "round": request.round, "actor": request.actor}


def _behind_link(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The address is a key: no search engine is to keep its page, and no other site is told of it."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
