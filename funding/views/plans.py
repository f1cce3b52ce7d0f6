"""By what the money of a program is added up: its currency, and the largest share of one source."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from funding.domain import plans
from funding.forms.plans import PlanForm
from journal.facts import facts_of
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import refused_change, sent, status_of


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest) -> HttpResponse:
    """Changes it; what somebody else changed meanwhile is shown, not overwritten."""
    status = None
    form = PlanForm(sent(request), seen=facts_of(plans.of(request.program), plans.FACTS))
    if request.method == "POST" and form.is_valid():
        status = refused_change(request, form, plans.change, request.program)
        if status is None:
            messages.success(request, _("Saved."))
            return redirect("funding:funding", request.program.pk)
    return render(request, "funding/plan_edit.html", {"form": form}, status=status or status_of(form))
