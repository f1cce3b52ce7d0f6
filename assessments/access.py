"""The doors of pages about one round, of the pages of one rater, and of those of an instrument."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from assessments.domain import instrument_reading, instruments, raters
from assessments.models import Assessment, Rater
from journal import kept
from journal.doors import open_to_all
from journal.saving import Actor
from programs.access import SAFE, program_view
from programs.standing import Can

View = Callable[..., HttpResponse]


def round_view(needs: Can, *, to_post: Can | None = None) -> Callable[[View], View]:
    """Opens a page about one round of a program, as `program_view` does; a round of another program is 404.

    Sets `request.round`, `request.own_rater` (or None) and `request.may_run`: allowed to run rounds, and none
    of its raters. To run a round (needs RUN_ROUNDS) a rater is refused, however high they stand.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, round_id: int, *args: object, **kwargs: object) -> HttpResponse:
            rows = Assessment.objects.select_related("instrument", "facilitator", "keyer", "previous")
            rows = rows.defer("instrument__text")
            request.round = rows.filter(pk=round_id, program=request.program).first()
            if request.round is None:
                raise Http404
            request.round.program = request.program
            request.own_rater = Rater.objects.standing().filter(assessment=request.round, user=request.user).first()
            request.may_run = Can.RUN_ROUNDS in request.can and request.own_rater is None
            wanted = needs if request.method in SAFE else to_post or needs
            if wanted == Can.RUN_ROUNDS and not request.may_run:
                raise PermissionDenied(_("You rate in this round, so somebody else runs it."))
            return view(request, *args, **kwargs)

        return program_view(needs, to_post=to_post)(inner)

    return decorate


def rater_view(view: View) -> View:
    """Opens a page of one rater to that person: signed in, or in a session that their personal link opened.

    Sets `request.rater`, `request.round` and `request.actor`. Everybody signed in finds nothing here but their
    own (404); who is not is asked for the link or to sign in (401), whether there is such a rater or not.
    """

    @wraps(view)
    def door(request: HttpRequest, rater_id: int, *args: object, **kwargs: object) -> HttpResponse:
        request.actor = Actor.of(request)
        request.rater = raters.for_actor(rater_id, actor=request.actor)
        if request.rater is None:
            return _refuse(request)
        request.round = request.rater.assessment
        return view(request, *args, **kwargs)

    opened = open_to_all(door)
    opened.door = "rater"
    return opened


def instrument_view(*, keep: bool = False) -> Callable[[View], View]:
    """Opens a page about one version of an instrument to those who may see it, or to those who keep it.

    Sets `request.instrument` and `request.keeps_instrument`. Not visible is 404: drafts are to all but the
    administrators of their organisation. Visible but kept by others is 403; nobody keeps the built-in ones.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, instrument_id: int, *args: object, **kwargs: object) -> HttpResponse:
            found = instrument_reading.known(request.user, instrument_id)
            if found is None:
                raise Http404
            request.instrument, request.keeps_instrument = found, instruments.is_kept_by(request.user, found)
            if keep and not request.keeps_instrument:
                raise PermissionDenied(_("Only an administrator of the organisation that keeps it can do this."))
            return view(request, *args, **kwargs)

        door.door = "instrument"
        door.needs = "keep" if keep else "know"
        return door

    return decorate


def _refuse(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        raise Http404
    if request.method == "POST" and kept.may_be_shown(request):
        template = "assessments/rater_kept.html"
        return kept.show_again(request, status=HTTPStatus.UNAUTHORIZED, template=template)
    return render(request, "assessments/rater_unknown.html", status=HTTPStatus.UNAUTHORIZED)
