"""Past decisions of a program that starts in the middle."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from journal.once import form_key
from programs.access import program_view
from programs.domain import gates, steps
from programs.domain.gates import Incomplete, NotAllowedNow
from programs.forms.past_decisions import PastDecisionsForm
from programs.standing import Can
from programs.views.pages import sent
from scaleup.ui.problems import problems_of


@program_view(Can.DECIDE)
def past_decisions(request: HttpRequest) -> HttpResponse:
    """Decisions that were made before the program came here: several steps at once, with their real dates."""
    plans = steps.plans_of(request.program)
    form = PastDecisionsForm(sent(request), plans=plans)
    if form.is_bound and form.is_valid():
        key = form_key(form.shared.cleaned_data["nonce"], request.user.pk, "past", repr(form.past))
        try:
            recorded = gates.record_several_past(form.past, by=request.user, key=key)
        except (Incomplete, NotAllowedNow) as error:
            field = getattr(error, "field", None)
            form.shared.add_error(field if field in form.shared.fields else None, str(error))
        else:
            said = ngettext("%(count)s decision is recorded.", "%(count)s decisions are recorded.", len(recorded))
            messages.success(request, said % {"count": len(recorded)})
            return redirect("programs:program", request.program.pk)
    problems = [problem for part in form.forms for problem in problems_of(part)] if form.is_bound else []
    context = {"parts": form.parts, "shared": form.shared, "plans": plans, "problems": problems}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "programs/gates/past_decisions.html", context, status=status)
