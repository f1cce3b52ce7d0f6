"""The conditions of a program: met says the team, confirmed says the reviewer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programs.access import program_view
from programs.domain import conditions as following
from programs.domain.conditions import NotNow
from programs.forms.gates import NoteForm
from programs.models import Condition
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.READ)
@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """All conditions: open, said to be met, confirmed."""
    context = {"lines": following.followed(request.program), "today": timezone.localdate()}
    return render(request, "programs/gates/conditions.html", context)


@program_view(Can.WRITE)
def condition_met(request: HttpRequest, condition_id: int) -> HttpResponse:
    """The team says that a condition is met, and how."""
    condition = _condition_at(request, condition_id)
    form = NoteForm(sent(request), label=_("How was it met?"), needed=_("Say in a few words how it was met."))
    if request.method == "POST" and form.is_valid():
        try:
            following.say_met(condition, note=form.cleaned_data["note"], by=request.user)
        except NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Reported as met. The reviewer confirms it."))
            return redirect("programs:conditions", request.program.pk)
    context = {"condition": condition, "form": form}
    return render(request, "programs/gates/condition_met.html", context, status=status_of(form))


@program_view(Can.DECIDE)
@require_POST
def condition_confirm(request: HttpRequest, condition_id: int) -> HttpResponse:
    """The reviewer confirms that a condition is met."""
    try:
        following.confirm(_condition_at(request, condition_id), by=request.user)
    except NotNow as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Confirmed."))
    return redirect("programs:conditions", request.program.pk)


@program_view(Can.DECIDE)
def condition_back(request: HttpRequest, condition_id: int) -> HttpResponse:
    """Not yet: the reviewer opens a condition again and says what is missing."""
    condition = _condition_at(request, condition_id)
    form = NoteForm(sent(request), label=_("What is missing?"), needed=_("Say in a few words what is missing."))
    if request.method == "POST" and form.is_valid():
        try:
            following.send_back(condition, note=form.cleaned_data["note"], by=request.user)
        except NotNow as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The condition is open again. The team sees what is missing."))
            return redirect("programs:conditions", request.program.pk)
    context = {"condition": condition, "form": form}
    return render(request, "programs/gates/condition_back.html", context, status=status_of(form))


def _condition_at(request: HttpRequest, condition_id: int) -> Condition:
    condition = following.of_program(request.program).filter(pk=condition_id).first()
    if condition is None:
        raise Http404
    return condition
