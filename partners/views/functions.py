"""Pages about the functions of a scale-up: all of them, a new one, changing one, and taking one out of the matrix."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.facts import facts_of
from journal.once import form_key
from partners.access import function_view
from partners.domain import functions as verbs
from partners.domain.functions import NameTaken
from partners.domain.partners import Refused
from partners.forms.functions import BuiltInFunctionForm, FunctionForm
from partners.models import Function
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import pressed, refused_change, sent, status_of

LOOKS = ["GET", "HEAD", "POST"]


@program_view(Can.READ)
@require_safe
def functions(request: HttpRequest) -> HttpResponse:
    """All functions, also those that were taken out."""
    rows = verbs.listed(request.program)
    context = {
        "rows": [row for row in rows if row.function.dropped_at is None],
        "dropped": [row for row in rows if row.function.dropped_at is not None],
    }
    return render(request, "partners/roles/functions.html", context)


@program_view(Can.WRITE)
@require_http_methods(LOOKS)
def function_add(request: HttpRequest) -> HttpResponse:
    """A function of the program's own."""
    form = FunctionForm(sent(request), steps=verbs.steps_of(request.program))
    if request.method == "POST" and form.is_valid():
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "function", request.program.pk, form.facts)
        try:
            made = verbs.add(request.program, form.facts, by=request.user, key=key)
        except NameTaken as error:
            form.add_error("name", str(error))
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%s” is in the matrix. Now say who does it.") % made)
            return redirect("partners:functions", request.program.pk)
    return render(request, "partners/roles/function_add.html", {"form": form}, status=status_of(form))


@function_view(Can.WRITE)
@require_http_methods(LOOKS)
def function_edit(request: HttpRequest) -> HttpResponse:
    """What is said of a function; what somebody else changed meanwhile is shown, not overwritten."""
    function, form, status = request.function, _form(request), None
    if request.method == "POST" and form.is_valid():
        status = _refused_change(request, form, function)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("partners:functions", request.program.pk)
    context = {"form": form, "function": function, "covers": verbs.covers(function)}
    return render(request, "partners/roles/function_edit.html", context, status=status or status_of(form))


@function_view(Can.WRITE)
@require_POST
def function_drop(request: HttpRequest) -> HttpResponse:
    """Takes a function out of the matrix, or back into it."""
    if pressed(request, "wanted", among=("drop", "take_back")) == "drop":
        verbs.drop(request.function, by=request.user)
        messages.success(request, _("“%s” is out of the matrix. What was said of it is kept.") % request.function)
    else:
        verbs.take_back(request.function, by=request.user)
        messages.success(request, _("“%s” is in the matrix again.") % request.function)
    return redirect("partners:functions", request.program.pk)


def _form(request: HttpRequest) -> BuiltInFunctionForm:
    function: Function = request.function
    seen = facts_of(function, verbs.facts_shown(function))
    if function.key:
        return BuiltInFunctionForm(sent(request), seen=seen)
    return FunctionForm(sent(request), seen=seen, steps=verbs.steps_of(request.program))


def _refused_change(request: HttpRequest, form: BuiltInFunctionForm, function: Function) -> HTTPStatus | None:
    """As `refused_change`; a name that is taken is told at the name."""
    try:
        return refused_change(request, form, verbs.change, function, refused=Refused)
    except NameTaken as error:
        form.add_error("name", str(error))
        return HTTPStatus.UNPROCESSABLE_ENTITY
