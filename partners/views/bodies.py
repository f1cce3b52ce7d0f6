"""Coordination bodies: adding, changing, dissolving and removing one. They are listed with the agreements."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from journal.facts import as_json, facts_of
from journal.models import Change
from journal.once import form_key
from partners.access import body_view
from partners.domain import bodies, partners, removals
from partners.domain.agreements import Refused
from partners.forms.bodies import BodyForm
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def body_add(request: HttpRequest) -> HttpResponse:
    """Notes where partners meet."""
    offered = partners.of_program(request.program)
    form = BodyForm(sent(request), partners=offered)
    if request.method == "POST" and form.is_valid():
        said = [as_json(value) for value in form.facts.values()]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "body", request.program.pk, said)
        try:
            bodies.add(request.program, form.facts, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The body is added."))
            return _to_bodies(request)
    context = {"form": form, "has_partners": offered.exists()}
    return render(request, "partners/agreements/body_add.html", context, status=status_of(form))


def keep_as_new(request: HttpRequest, removal: Change) -> HttpResponse:
    """What was typed of a body that somebody removed meanwhile, in the form that adds it anew."""
    if request.method != "POST":
        messages.warning(request, removals.in_words(removal))
        return _to_bodies(request)
    form = BodyForm(request.POST, partners=partners.of_program(request.program))
    form.add_error(None, f"{removals.in_words(removal)} {_('What you typed is kept here: you can add it anew.')}")
    context = {"form": form, "is_kept": True, "has_partners": True}
    return render(request, "partners/agreements/body_add.html", context, status=HTTPStatus.CONFLICT)


@body_view(Can.WRITE, gone=keep_as_new)
@require_http_methods(["GET", "HEAD", "POST"])
def body_edit(request: HttpRequest) -> HttpResponse:
    """What is said of a body; also the day of its next meeting."""
    body, status = request.coordination_body, None
    form = BodyForm(sent(request), seen=facts_of(body, bodies.FACTS), partners=partners.of_program(request.program))
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, bodies.change, body, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return _to_bodies(request)
    context = {"form": form, "body": body}
    return render(request, "partners/agreements/body_edit.html", context, status=status or status_of(form))


@body_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def body_dissolve(request: HttpRequest) -> HttpResponse:
    """Asks once; what was said of it stays."""
    body = request.coordination_body
    if request.method != "POST":
        return render(request, "partners/agreements/body_dissolve.html", {"body": body})
    try:
        bodies.dissolve(body, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The body is dissolved. It stays on the list of those that were."))
    return _to_bodies(request)


@body_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def body_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then takes away what was entered by mistake."""
    if request.method != "POST":
        return render(request, "partners/agreements/body_remove.html", {"body": request.coordination_body})
    bodies.remove(request.coordination_body, by=request.user)
    messages.success(request, _("The body is removed."))
    return _to_bodies(request)


def _to_bodies(request: HttpRequest) -> HttpResponse:
    response = redirect("partners:agreements", request.program.pk)
    response["Location"] += "#bodies"
    return response
