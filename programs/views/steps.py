"""The checklist of a program, one step of it, its printable sheet, and remarks on it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programs.access import program_view
from programs.domain import checklists, known, remarks, steps, teams
from programs.forms.fields import new_nonce
from programs.forms.remarks import RemarkForm
from programs.forms.saved import PlanForm
from programs.models import Answer
from programs.standing import Can
from programs.views.filling import show_conflict, take
from programs.views.pages import plan_at, reading_at


@program_view(Can.READ)
@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """All items, read-only; the filter stands in the address."""
    show, today = request.GET.get("show", "all"), timezone.localdate()
    reading = checklists.read(request.program, show=show, user=request.user, today=today)
    return render(request, "programs/checklist.html", {"checklist": reading})


@program_view(Can.READ)
@require_safe
def step(request: HttpRequest, number: int) -> HttpResponse:
    """One step as a staged checklist, each answer saved by itself."""
    return _show(request, number)


@program_view(Can.READ, to_post=Can.WRITE)
def step_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Who looks after the step and until when, as the plain form sends it."""
    if request.method != "POST":
        return redirect("programs:step", request.program.pk, number)
    plan = plan_at(request, number)
    filled = take(request, plan)
    if filled.conflicts:
        address = reverse("programs:step_plan", args=[request.program.pk, number])
        return show_conflict(request, plan, filled, about=str(plan.step), address=address)
    if filled.refused:
        return _show(request, number, refused=filled.refused)
    messages.success(request, _("Saved.") if filled.saved else _("Nothing was changed."))
    return redirect("programs:step", request.program.pk, number)


@program_view(Can.READ)
@require_safe
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """The step on paper: boxes to tick and lines to write on, to be typed in later."""
    context = {"reading": reading_at(request, number), "answers": Answer.labels}
    return render(request, "programs/sheet.html", context)


def _show(request: HttpRequest, number: int, *, refused: dict[str, list[str]] | None = None) -> HttpResponse:
    reading, today = reading_at(request, number), timezone.localdate()
    known.put_beside(request.program, reading.answers, today=today)
    may_write = Can.WRITE in request.can
    team = teams.members(request.program) if may_write else []
    context = {
        "reading": reading,
        "plan": reading.plan,
        "may_write": may_write,
        "plan_form": PlanForm(request.POST or None, row=reading.plan, team=team, refused=refused),
        "today": today,
        "nonce": new_nonce(),
        "threads": remarks.threads(reading.plan, answer=None),
        "summary": steps.summary_of(request.program),
        "remark_form": RemarkForm(auto_id="remark-%s"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "programs/step.html", context, status=status)
