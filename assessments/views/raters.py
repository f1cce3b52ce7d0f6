"""Pages about the raters of a round: adding, changing and removing them, and their personal links."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import round_view
from assessments.domain import raters, round_reading
from assessments.domain.rounds import Refused
from assessments.forms.raters import NewRaterForm, RaterForm, SeveralForm, initial_of
from assessments.models import Rater
from journal.once import form_key
from programs.standing import Can
from programs.views.pages import sent, status_of


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def rater_add(request: HttpRequest) -> HttpResponse:
    """Asks one more person to rate."""
    form = NewRaterForm(sent(request), **_choices(request))
    if request.method == "POST" and form.is_valid():
        key = _key(request, form.cleaned_data["nonce"], form.person)
        try:
            rater = raters.add(request.round, form.person, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is asked to rate.") % {"name": rater.name})
            return _to_raters(request)
    context = {"form": form, "round": request.round}
    return render(request, "assessments/rounds/rater_add.html", context, status=status_of(form))


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def raters_add(request: HttpRequest) -> HttpResponse:
    """Asks several people at once, all by link."""
    form = SeveralForm(sent(request))
    if request.method == "POST" and form.is_valid():
        key = _key(request, form.cleaned_data["nonce"], form.people)
        try:
            raters.add_all(request.round, form.people, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("All of them are asked. Now give each their personal link."))
            return _to_raters(request)
    context = {"form": form, "round": request.round}
    return render(request, "assessments/rounds/raters_add.html", context, status=status_of(form))


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def rater_edit(request: HttpRequest, rater_id: int) -> HttpResponse:
    """Changes who a rater is, their group, parts, or way of rating."""
    rater = _rater_at(request, rater_id)
    form = RaterForm(sent(request), initial=initial_of(rater), **_choices(request, rater))
    if request.method == "POST" and form.is_valid():
        try:
            raters.change(rater, form.person, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return _to_raters(request)
    context = {"form": form, "round": request.round, "rater": rater}
    return render(request, "assessments/rounds/rater_edit.html", context, status=status_of(form))


@round_view(Can.RUN_ROUNDS)
@require_http_methods(["GET", "HEAD", "POST"])
def rater_remove(request: HttpRequest, rater_id: int) -> HttpResponse:
    """Says what it means to take somebody off the round, then does it."""
    rater = _rater_at(request, rater_id)
    if request.method != "POST":
        return render(request, "assessments/rounds/rater_remove.html", {"round": request.round, "rater": rater})
    try:
        raters.remove(rater, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s does not rate in this round any more.") % {"name": rater.name})
    return _to_raters(request)


@round_view(Can.RUN_ROUNDS)
@never_cache
@require_POST
def rater_give_link(request: HttpRequest, rater_id: int) -> HttpResponse:
    """Makes a personal link and shows it this once: only its digest is kept, so no page can show it again."""
    rater = _rater_at(request, rater_id)
    try:
        link = request.build_absolute_uri(raters.give_link(rater, by=request.user))
    except Refused as error:
        messages.error(request, str(error))
        return _to_raters(request)
    rater.refresh_from_db(fields=["link_expires_at"])
    context = {"round": request.round, "rater": rater, "link": link}
    return render(request, "assessments/rounds/link_given.html", context)


@round_view(Can.RUN_ROUNDS)
@require_POST
def rater_revoke_link(request: HttpRequest, rater_id: int) -> HttpResponse:
    """Ends a personal link and whatever session it opened."""
    rater = _rater_at(request, rater_id)
    try:
        raters.revoke_link(rater, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The link of %(name)s ended.") % {"name": rater.name})
    return _to_raters(request)


def _rater_at(request: HttpRequest, rater_id: int) -> Rater:
    rater = round_reading.rater_of(request.round, rater_id)
    if rater is None:
        raise Http404
    return rater


def _choices(request: HttpRequest, rater: Rater | None = None) -> dict[str, Any]:
    """Whom a form offers, and which parts."""
    return {
        "people": round_reading.who_may_rate(request.program),
        "offered": round_reading.who_may_be_asked(request.round, besides=rater),
        "dimensions": request.round.instrument.dimensions.all(),
    }


def _key(request: HttpRequest, nonce: str, said: object) -> str:
    return form_key(nonce, request.user.pk, "rater", request.round.pk, said)


def _to_raters(request: HttpRequest) -> HttpResponse:
    page = redirect("assessments:round", request.program.pk, request.round.pk)
    page["Location"] += "#raters"
    return page
