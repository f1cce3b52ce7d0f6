"""A step at its gate: check and submit, withdraw, its timeline, and a second look at its decision."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.once import form_key
from programs.access import program_view
from programs.domain import checking, gates, timelines
from programs.domain.gates import Incomplete, NotAllowedNow
from programs.forms.gates import NoteForm, SubmitForm
from programs.standing import Can
from programs.views.pages import plan_at, sent, status_of
from programs.views.steps import reading_at


@program_view(Can.READ, to_post=Can.SUBMIT)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Every answer of a step on one page, what is missing, and the form that hands it in."""
    reading = reading_at(request, number)
    form = SubmitForm(sent(request), reviewers=gates.reviewers_of(request.program))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data.copy()
        key = form_key(said.pop("nonce"), request.user.pk, "submit", reading.plan.pk, *map(str, said.values()))
        try:
            gates.submit(reading.plan, by=request.user, key=key, **said)
        except NotAllowedNow as error:
            form.add_error(None, str(error))
        except Incomplete as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Submitted. The answers are frozen until the decision."))
            return redirect("programs:timeline", request.program.pk, number)
    context = {
        "reading": reading,
        "plan": reading.plan,
        "gaps": checking.gaps(reading.answers),
        "form": form,
        "shows_form": form.is_bound or (Can.SUBMIT in request.can and reading.plan.is_open),
    }
    return render(request, "programs/gates/check.html", context, status=status_of(form))


@program_view(Can.WITHDRAW)
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """The lead takes a submission back."""
    review = gates.open_review(plan_at(request, number))
    try:
        if review is None:
            raise NotAllowedNow(_("There is no submission to withdraw: it was decided or withdrawn meanwhile."))
        gates.withdraw(review, by=request.user)
    except NotAllowedNow as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Withdrawn. The step is open again."))
    return redirect("programs:timeline", request.program.pk, number)


@program_view(Can.READ)
@require_safe
def timeline(request: HttpRequest, number: int) -> HttpResponse:
    """Every turn of a step through its gate, with its loops."""
    plan = plan_at(request, number)
    context = {"plan": plan, "timeline": timelines.read(plan), "today": timezone.localdate()}
    return render(request, "programs/gates/timeline.html", context)


@program_view(Can.DECIDE)
def look(request: HttpRequest, number: int) -> HttpResponse:
    """The reviewer looks again at a decided step: its decision stays, or the step is opened again."""
    plan, act = plan_at(request, number), request.POST.get("act")
    form = NoteForm(sent(request), label=_("What did you find?"), needed=_("Write what you found."))
    if form.is_bound and act not in {"keep", "reopen"}:
        form.add_error(None, _("Say with one of the buttons whether the decision stays or the step opens again."))
    if request.method == "POST" and form.is_valid():
        reasons = form.cleaned_data["note"]
        try:
            if act == "reopen":
                gates.reopen(plan, reasons=reasons, by=request.user)
                messages.success(request, _("The step is open again. The team sees why."))
            else:
                gates.clear_look(plan, reasons=reasons, by=request.user)
                messages.success(request, _("The decision stays."))
        except NotAllowedNow as error:
            form.add_error(None, str(error))
        else:
            return redirect("programs:timeline", request.program.pk, number)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "programs/gates/look.html", {"plan": plan, "form": form}, status=status)
