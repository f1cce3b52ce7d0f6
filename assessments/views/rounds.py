"""Pages about rounds: those of a program, one round, setting one up, changing it, opening it, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.access import round_view
from assessments.domain import actions, instruments, repeating, round_reading
from assessments.domain import rounds as running
from assessments.domain.rounds import Refused
from assessments.forms.rounds import RepeatForm, RoundForm, SettingForm, initial_of
from assessments.instrument_pages import ShownDifferences
from assessments.models import Assessment
from journal.once import form_key
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.READ)
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of a program, the newest first."""
    found = round_reading.of_program(request.program)
    context = {"rounds": found, "can_be_compared": round_reading.can_be_compared(found), "today": timezone.localdate()}
    return render(request, "assessments/rounds/rounds.html", context)


@program_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_add(request: HttpRequest) -> HttpResponse:
    """A new round; then its raters are added."""
    offered = round_reading.instruments_for(request.program)
    form = RoundForm(sent(request), instruments=offered, initial=_fresh(request), **_people(request))
    if request.method == "POST" and form.is_valid():
        made = _made(request, form, instrument=form.cleaned_data["instrument"])
        if made is not None:
            return redirect("assessments:round", request.program.pk, made.pk)
    return render(request, "assessments/rounds/round_add.html", {"form": form}, status=status_of(form))


@program_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_repeat(request: HttpRequest, round_id: int) -> HttpResponse:
    """A round after an earlier one, whose raters are asked again; says what changed in the questions."""
    previous = round_reading.at(request.program, round_id)
    if previous is None:
        raise Http404
    newest = round_reading.newest_version(previous.instrument)
    initial = initial_of(previous) | _fresh(request) | {"due_on": None}
    form = RepeatForm(sent(request), initial=_without_nothing(initial), **_people(request))
    if request.method == "POST" and form.is_valid():
        made = _made(request, form, instrument=newest, previous=previous)
        if made is not None:
            return redirect("assessments:round", request.program.pk, made.pk)
    context = {"form": form, "previous": previous, "newest": newest}
    if newest != previous.instrument:
        found = instruments.differences_between(previous.instrument, newest)
        context["differences"] = ShownDifferences(previous.instrument, found)
    return render(request, "assessments/rounds/round_repeat.html", context, status=status_of(form))


@round_view(Can.READ)
@require_safe
def one_round(request: HttpRequest) -> HttpResponse:
    """Where a round stands, and what can be done with it now."""
    context = {"round": request.round, "page": round_reading.read(request.round), "today": timezone.localdate()}
    context["sees_codes"] = request.may_run or request.round.keyer_id == request.user.pk
    context["actions"] = actions.of_round(request.round) if request.round.is_revealed else []
    return render(request, "assessments/rounds/round.html", context)


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: HttpRequest) -> HttpResponse:
    """What is agreed about a round; of a closed one nothing changes any more."""
    form = SettingForm(sent(request), initial=initial_of(request.round), **_people(request))
    if request.method == "POST" and form.is_valid():
        try:
            running.change(request.round, form.setting, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The round is saved."))
            return _to_round(request)
    context = {"form": form, "round": request.round}
    return render(request, "assessments/rounds/round_edit.html", context, status=status_of(form))


@round_view(Can.RUN_ROUNDS)
@require_POST
def round_open(request: HttpRequest) -> HttpResponse:
    """From now on people rate."""
    try:
        running.open_for_rating(request.round, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The round is open. Everybody who was asked can rate now."))
    return _to_round(request)


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_discard(request: HttpRequest) -> HttpResponse:
    """Asks once, then takes back a round that was never opened."""
    if request.method != "POST":
        return render(request, "assessments/rounds/round_discard.html", {"round": request.round})
    try:
        running.discard(request.round, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return _to_round(request)
    messages.success(request, _("The round is gone."))
    return redirect("assessments:rounds", request.program.pk)


def _made(request: HttpRequest, form: RepeatForm, **what: Any) -> Assessment | None:
    """The new round by what was typed; a refusal becomes an error of the form."""
    key = form_key(form.cleaned_data["nonce"], request.user.pk, "round", request.program.pk, form.setting)
    try:
        if "previous" in what:
            made = repeating.start(what["previous"], what["instrument"], form.setting, by=request.user, key=key)
        else:
            made = running.set_up(request.program, what["instrument"], form.setting, by=request.user, key=key)
    except Refused as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("The round is set up. See who rates, then open it."))
    return made


def _people(request: HttpRequest) -> dict[str, Any]:
    """Who may run a round here, and who may type in its sheets."""
    return {
        "runners": round_reading.who_may_run(request.program),
        "people": round_reading.who_may_rate(request.program),
    }


def _fresh(request: HttpRequest) -> dict[str, Any]:
    """What a form for a new round begins with: a name that tells it from others, and whoever sets it up runs it."""
    return {"title": round_reading.next_title(request.program), "facilitator": request.user}


def _without_nothing(initial: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in initial.items() if value is not None}


def _to_round(request: HttpRequest) -> HttpResponse:
    return redirect("assessments:round", request.program.pk, request.round.pk)
