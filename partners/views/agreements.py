"""Pages about agreements: the register, one agreement, writing it down, changing, renewing, signing and ending it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.facts import as_json, facts_of
from journal.models import Change
from journal.once import form_key
from partners.access import Gone, agreement_view, lead_to
from partners.domain import agreement_reading, bodies, partners, removals
from partners.domain import agreements as agreeing
from partners.domain.agreements import Refused
from partners.forms.agreements import AgreementForm, EndForm, SignForm
from partners.models import Agreement
from partners.views.coming_back import mends
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of

to_register = lead_to("partners:agreements")


@program_view(Can.READ)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """The register: agreements by how they stand today, and the bodies in which partners meet."""
    today = timezone.localdate()
    context = {
        "groups": agreement_reading.register(request.program, today=today),
        "bodies": bodies.meeting_together(request.program, today=today),
        "dissolved": bodies.dissolved(request.program),
        "has_partners": partners.of_program(request.program).exists(),
    }
    return render(request, "partners/agreements/agreements.html", context)


@agreement_view(Can.READ)
@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Everything about one agreement."""
    page = agreement_reading.read(request.agreement, today=timezone.localdate())
    return render(request, "partners/agreements/agreement.html", {"page": page, "agreement": page.shown.agreement})


@program_view(Can.WRITE)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_add(request: HttpRequest) -> HttpResponse:
    """A draft; `?renew=` an agreement: the one that follows it. `?partner=&function=` are ticked already."""
    before = _to_renew(request)
    initial = agreeing.next_of(before) if before else _ticked(request, parties="partner", functions="function")
    form = AgreementForm(sent(request), initial=initial, **_choices(request))
    if request.method == "POST" and form.is_valid():
        said = [as_json(value) for value in form.facts.values()]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "agreement", request.program.pk, said)
        try:
            made = agreeing.add(request.program, form.facts, by=request.user, key=key, renews=before)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The agreement is written down as a draft. Say when it is signed."))
            return redirect("partners:agreement", request.program.pk, made.pk)
    context = {"form": form, "before": before, "has_partners": partners.of_program(request.program).exists()}
    return render(request, "partners/agreements/agreement_add.html", context, status=status_of(form))


def keep_as_new(request: HttpRequest, removal: Change) -> HttpResponse:
    """What was typed into a draft that somebody deleted meanwhile, in the form that makes a new one of it."""
    if request.method != "POST":
        return to_register(request, removal)
    form = AgreementForm(request.POST, **_choices(request))
    form.add_error(None, f"{removals.in_words(removal)} {_('What you typed is kept here: save it as a new draft.')}")
    return render(
        request,
        "partners/agreements/agreement_add.html",
        {"form": form, "is_kept": True, "has_partners": True},
        status=HTTPStatus.CONFLICT,
    )


def keep_to_copy(page: str, form_of: Callable[[HttpRequest], BaseForm]) -> Gone:
    """What was typed to do something with a draft that somebody deleted meanwhile: it stays in the form of the page."""

    def gone(request: HttpRequest, removal: Change) -> HttpResponse:
        if request.method != "POST":
            return to_register(request, removal)
        form = form_of(request)
        form.errors.clear()  # nobody needs to put right what cannot be sent any more
        form.add_error(None, f"{removals.in_words(removal)} {_('What you typed is kept here: you can copy it.')}")
        draft = Agreement(pk=removal.object_id, title=removal.details["title"])
        context = {"form": form, "agreement": draft, "is_gone": True}
        return render(request, f"partners/agreements/{page}", context, status=HTTPStatus.CONFLICT)

    return gone


@agreement_view(Can.WRITE, gone=mends(keep_as_new))
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest) -> HttpResponse:
    """What is agreed, also of a signed one; `?function=` is ticked too. Nothing another changed is overwritten."""
    found, status = request.agreement, None
    seen = facts_of(found, agreeing.names_of_facts(found))
    initial = {"functions": [*seen["functions"], *_ticked(request, functions="function")["functions"]]}
    form = AgreementForm(sent(request), seen=seen, initial=initial, **_choices(request, of=found))
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, agreeing.change, found, refused=Refused)
        if status is None:
            messages.success(request, _("Saved."))
            return _to_agreement(request)
    context = {"form": form, "agreement": found}
    return render(request, "partners/agreements/agreement_edit.html", context, status=status or status_of(form))


@agreement_view(
    Can.WRITE,
    gone=mends(keep_to_copy("agreement_sign.html", lambda request: SignForm(request.POST, request=request))),
)
@mends
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_sign(request: HttpRequest) -> HttpResponse:
    """Says on which day it was signed; the paper can come along."""
    form = SignForm(sent(request), request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["signed_on"]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "sign", request.agreement.pk, day, *form.said)
        try:
            agreeing.sign(request.agreement, signed_on=day, paper=form.paper, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The agreement is signed."))
            return _to_agreement(request)
    context = {"form": form, "agreement": request.agreement, "why_not": agreeing.why_unsigned(request.agreement)}
    return render(request, "partners/agreements/agreement_sign.html", context, status=status_of(form))


@agreement_view(
    Can.WRITE, gone=keep_to_copy("agreement_end.html", lambda request: EndForm(request.POST, signed_on=None))
)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_end(request: HttpRequest) -> HttpResponse:
    """Asks when it ended and why."""
    form = EndForm(sent(request), signed_on=request.agreement.signed_on)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            agreeing.end(request.agreement, ended_on=said["ended_on"], why=said["ended_why"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The agreement is ended. It stays in the register."))
            return _to_agreement(request)
    context = {"form": form, "agreement": request.agreement, "why_not": agreeing.why_not_ended(request.agreement)}
    return render(request, "partners/agreements/agreement_end.html", context, status=status_of(form))


@agreement_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_delete(request: HttpRequest) -> HttpResponse:
    """Asks once, then deletes a draft; of what was signed it says why it stays."""
    if request.method != "POST":
        context = {"agreement": request.agreement, "why_not": agreeing.why_not_deleted(request.agreement)}
        return render(request, "partners/agreements/agreement_delete.html", context)
    try:
        agreeing.delete(request.agreement, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return _to_agreement(request)
    messages.success(request, _("The draft is deleted."))
    return redirect("partners:agreements", request.program.pk)


def _choices(request: HttpRequest, *, of: Agreement | None = None) -> dict[str, Any]:
    """Among which partners and functions an agreement can choose, and whether it is signed."""
    return {
        "partners": partners.of_program(request.program),
        "functions": agreeing.functions_offered(request.program, agreement=of),
        "is_signed": of is not None and of.state != Agreement.State.DRAFT,
    }


def _ticked(request: HttpRequest, **asked: str) -> dict[str, list[int]]:
    """What the address asks for, by field; a number that is none of those offered ticks nothing."""
    return {
        name: [int(value) for value in request.GET.getlist(key) if _is_number(value)] for name, key in asked.items()
    }


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _to_renew(request: HttpRequest) -> Agreement | None:
    """The agreement that the new one is to follow, if any; one that is not here is not found."""
    wanted = request.GET.get("renew", "")
    if not wanted:
        return None
    found = agreeing.find(request.program, int(wanted)) if _is_number(wanted) else None
    if found is None:
        raise Http404
    return found


def _to_agreement(request: HttpRequest) -> HttpResponse:
    return redirect("partners:agreement", request.program.pk, request.agreement.pk)
