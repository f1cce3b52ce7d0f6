"""Remarks on a step and on an item."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journal.once import form_key
from programs.access import program_view
from programs.domain import remarks
from programs.forms.remarks import RemarkForm
from programs.models import ItemAnswer, Remark, StepPlan
from programs.standing import Can
from programs.views.pages import item_at, plan_at, pressed


@program_view(Can.REMARK)
def item_remark(request: HttpRequest, key: str) -> HttpResponse:
    """Writes a remark or a reply on an item."""
    row = item_at(request, key)
    address = reverse("programs:item", args=[request.program.pk, row.plan.step.number, row.item.key])
    return _write(request, row.plan, answer=row, address=address)


@program_view(Can.REMARK)
def step_remark(request: HttpRequest, number: int) -> HttpResponse:
    """Writes a remark or a reply on a step."""
    address = reverse("programs:step", args=[request.program.pk, number])
    return _write(request, plan_at(request, number), answer=None, address=address)


@program_view(Can.REMARK)
@require_POST
def remark_resolve(request: HttpRequest, remark_id: int) -> HttpResponse:
    """Resolves a thread, or opens it again."""
    remark = remarks.find_thread(request.program, remark_id)
    if remark is None:
        raise Http404
    if pressed(request, "resolve", among=("yes", "no")) == "no":
        remarks.reopen(remark, by=request.user)
        messages.success(request, _("The remark is open again."))
    else:
        remarks.resolve(remark, by=request.user)
        messages.success(request, _("The remark is resolved."))
    number = remark.plan.step.number
    if remark.answer is None:
        return redirect(reverse("programs:step", args=[request.program.pk, number]) + "#remarks")
    return redirect(reverse("programs:item", args=[request.program.pk, number, remark.answer.item.key]) + "#remarks")


def _write(request: HttpRequest, plan: StepPlan, *, answer: ItemAnswer | None, address: str) -> HttpResponse:
    """A page of its own shows what is wrong, with what was typed; usually the form stands on the step or item."""
    people = remarks.readers(request.program).exclude(pk=request.user.pk)
    form = RemarkForm(request.POST or None, people=people)
    thread = _thread(request, plan, answer)
    if request.method == "POST" and form.is_valid():
        said = {"text": form.cleaned_data["text"], "tell": form.cleaned_data.get("tell", [])}
        about = [plan.pk, answer and answer.pk, thread and thread.pk]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "remark", *about, *said.values())
        remarks.write(plan, by=request.user, answer=answer, thread=thread, key=key, **said)
        messages.success(request, _("Your remark is there."))
        return redirect(f"{address}#remarks")
    context = {"form": form, "plan": plan, "row": answer, "thread": thread, "address": address}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "programs/remark.html", context, status=status)


def _thread(request: HttpRequest, plan: StepPlan, answer: ItemAnswer | None) -> Remark | None:
    """The thread that is replied to, of this step or item and no other."""
    number = request.POST.get("thread", "") or request.GET.get("thread", "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise Http404
    thread = remarks.find_thread(request.program, int(number))
    if thread is None or (thread.plan, thread.answer) != (plan, answer):
        raise Http404
    return thread
