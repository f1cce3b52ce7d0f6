"""The reviewer's page of a step: verifying its items one by one, and deciding."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journal.once import form_key
from programs.access import program_view
from programs.domain import gates, passing, reviewing, steps, teams, verifying
from programs.domain.gates import Incomplete, NotAllowedNow
from programs.domain.verifying import NotVerifiable
from programs.forms.gates import DecisionForm, NoteForm, condition_formset, conditions_of, typed_conditions
from programs.models import GateReview, ItemAnswer, StepPlan
from programs.standing import Can
from programs.views.pages import item_at, plan_at, pressed, sent, status_of
from scaleup.ui.problems import problems_of


@program_view(Can.READ, to_post=Can.DECIDE)
def review(request: HttpRequest, number: int) -> HttpResponse:
    """What is needed to decide, and the form to do it. The team may read what its reviewer reads."""
    plan = plan_at(request, number)
    if request.method != "POST":
        return _show(request, plan)
    is_more = "more" in request.POST
    form, formset = _forms(request, plan, typed=request.POST if is_more else None)
    if is_more:
        return _show(request, plan, form, formset)
    if form.is_valid() and (not form.wants_conditions or formset.is_valid()):
        try:
            return _decide(request, plan, form, formset)
        except NotAllowedNow as error:
            form.add_error(None, str(error))
            return _show(request, plan, form, formset, status=HTTPStatus.CONFLICT)
        except Incomplete as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return _show(request, plan, form, formset, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@program_view(Can.VERIFY)
@require_POST
def verify(request: HttpRequest, key: str) -> HttpResponse:
    """The reviewer's yes to one item, or its taking back."""
    row, act = item_at(request, key), pressed(request, "act", among=("verify", "unverify"))
    try:
        if act == "unverify":
            verifying.unverify(row, by=request.user)
            messages.success(request, _("%(item)s is no longer verified.") % {"item": row.shown_number})
        else:
            verifying.verify(row, by=request.user)
            messages.success(request, _("%(item)s is verified.") % {"item": row.shown_number})
    except NotVerifiable as error:
        messages.warning(request, f"{row.shown_number}: {error}")
    return redirect(_item_address(request, row))


@program_view(Can.VERIFY)
def item_ask(request: HttpRequest, key: str) -> HttpResponse:
    """The reviewer asks the team for a change on one item; nothing written takes the wish back."""
    row = item_at(request, key)
    form = NoteForm(sent(request), label=_("What should the team change?"), initial={"note": row.returned_note})
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        verifying.return_item(row, note=note, by=request.user)
        messages.success(request, _("The team sees it at the item.") if note else _("Nothing is asked for any more."))
        return redirect(_item_address(request, row))
    context = {"plan": row.plan, "row": row, "form": form, "back": _item_address(request, row)}
    return render(request, "programs/gates/item_ask.html", context, status=status_of(form))


def _forms(request: HttpRequest, plan: StepPlan, *, typed: Any = None) -> tuple[DecisionForm, Any]:
    """The decision and its conditions as sent or, before anything is judged, as typed so far."""
    data = None if typed else sent(request)
    submission, plans = _submission(request, plan), steps.plans_of(request.program)
    form = DecisionForm(
        data,
        plan=plan,
        plans=plans,
        asks_waiver=passing.needs_waiver(plan, plans),
        submitted_on=timezone.localdate(submission.submitted_at) if submission else None,
        initial=typed.dict() if typed else {"review": submission and submission.pk},
    )
    team = [member.user for member in teams.members(request.program)]
    return form, condition_formset(data, team=team, initial=typed_conditions(typed) if typed else None)


def _submission(request: HttpRequest, plan: StepPlan) -> GateReview | None:
    """The submission a sent form was shown for, else the one that waits now."""
    number = request.POST.get("review", "")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        return gates.submission_of(plan, int(number))
    return gates.open_review(plan)


def _decide(request: HttpRequest, plan: StepPlan, form: DecisionForm, formset: Any) -> HttpResponse:
    """Decides on the submission the form was shown for, and on no later one."""
    said, submission = form.cleaned_data, _submission(request, plan)
    if submission is None:
        raise Http404
    decision = form.decision(conditions_of(formset) if form.wants_conditions else [])
    key = form_key(said["nonce"], request.user.pk, "decide", submission.pk, repr(decision))
    gates.decide(submission, decision, decided_on=said["decided_on"], by=request.user, key=key)
    messages.success(request, _("Decided. The team sees it now."))
    return redirect("programs:timeline", request.program.pk, plan.step.number)


def _show(
    request: HttpRequest,
    plan: StepPlan,
    form: DecisionForm | None = None,
    formset: Any = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    if form is None:
        form, formset = _forms(request, plan)
    today = timezone.localdate()
    reading = reviewing.read(plan, today=today)
    context = {
        "reading": reading,
        "plan": plan,
        "form": form,
        "formset": formset,
        "problems": problems_of(form) + (problems_of(formset) if form.wants_conditions else []),
        "shows_form": Can.DECIDE in request.can and (reading.review is not None or request.method == "POST"),
        "today": today,
    }
    return render(request, "programs/gates/review.html", context, status=status)


def _item_address(request: HttpRequest, row: ItemAnswer) -> str:
    address = reverse("programs:review", args=[request.program.pk, row.plan.step.number])
    return f"{address}#{row.item.key}"
