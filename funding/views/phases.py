"""Phases of the cost plan: adding, changing and removing one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.access import phase_view
from funding.domain import phases
from funding.domain.holding import Refused
from funding.forms.phases import PhaseForm
from funding.views.editing import is_removed, seen, shown_again
from journal.once import form_key
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def phase_add(request: HttpRequest) -> HttpResponse:
    """A new phase, for years that are in none."""
    form = PhaseForm(sent(request))
    if request.method == "POST" and form.is_valid():
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "phase", request.program.pk, form.facts)
        try:
            made = phases.add(request.program, form.facts, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The phase “%(name)s” is there.") % {"name": made.name})
            return _to_costs(request)
    return render(request, "funding/phase_add.html", {"form": form}, status=status_of(form))


@phase_view(Can.WRITE, keeps_typed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def phase_edit(request: HttpRequest) -> HttpResponse:
    """Changes a phase; what somebody else changed meanwhile is shown, not overwritten."""
    form = PhaseForm(sent(request), seen=seen(request, request.phase, phases.FACTS))
    status = shown_again(request, form, phases.change, request.phase)
    if status is None:
        return _to_costs(request)
    context = {"form": form, "phase": request.phase, "is_removed": is_removed(form)}
    return render(request, "funding/phase_edit.html", context, status=status)


@phase_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def phase_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then removes a phase; its costs stay."""
    if request.method != "POST":
        return render(request, "funding/phase_remove.html", {"phase": request.phase})
    phases.remove(request.phase, by=request.user)
    messages.success(request, _("The phase “%(name)s” is removed. Its costs stay.") % {"name": request.phase.name})
    return _to_costs(request)


def _to_costs(request: HttpRequest) -> HttpResponse:
    return redirect("funding:costs", request.program.pk)
