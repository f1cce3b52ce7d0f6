"""One item on its own page: its fields without scripts, evidence, remarks and history."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.access import program_view
from programs.domain import evidencing, history, known, remarks, steps, teams
from programs.forms.remarks import RemarkForm
from programs.forms.saved import ItemForm
from programs.models import ItemAnswer
from programs.standing import Can
from programs.views.filling import show_conflict, take
from programs.views.pages import item_at, reading_at

HISTORY = 12


@program_view(Can.READ, to_post=Can.WRITE)
def item(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """Shows one item; what is posted goes through the saving path, one mutation a changed field."""
    row = item_at(request, key)
    if row.plan.step.number != number:
        raise Http404
    if request.method == "POST":
        return _save(request, row)
    return _show(request, row)


def _save(request: HttpRequest, row: ItemAnswer) -> HttpResponse:
    filled = take(request, row)
    if filled.conflicts:
        about = f"{row.shown_number} {row.item.text}"
        return show_conflict(request, row, filled, about=about, address=_address(request, row))
    if filled.refused:
        return _show(request, row, refused=filled.refused)
    messages.success(request, _("Saved.") if filled.saved else _("Nothing was changed."))
    return redirect(_next_address(request, row))


def _show(request: HttpRequest, row: ItemAnswer, *, refused: dict[str, list[str]] | None = None) -> HttpResponse:
    reading, today = reading_at(request, row.plan.step.number), timezone.localdate()
    rows = [*reading.answers, *reading.left_out]
    shown = next(one for one in rows if one.pk == row.pk)
    known.put_beside(request.program, [shown], today=today)
    previous, following = steps.beside(row, rows)
    context = {
        "row": shown,
        "plan": reading.plan,
        "closed_words": reading.closed_words,
        "may_write": Can.WRITE in request.can,
        "form": ItemForm(request.POST or None, row=row, team=teams.members(request.program), refused=refused),
        "previous": previous,
        "following": following,
        "pieces": evidencing.pieces(row),
        "threads": remarks.threads(row.plan, answer=row),
        "remark_form": RemarkForm(auto_id="remark-%s"),
        "history": history.of_item(row, limit=HISTORY),
        "today": today,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "programs/item.html", context, status=status)


def _address(request: HttpRequest, row: ItemAnswer) -> str:
    return reverse("programs:item", args=[request.program.pk, row.plan.step.number, row.item.key])


def _next_address(request: HttpRequest, row: ItemAnswer) -> str:
    """Back to the step where the form stood, on to the next open item, or this page again."""
    program_id, number = request.program.pk, row.plan.step.number
    step = reverse("programs:step", args=[program_id, number])
    then = request.POST.get("then")
    if then == "step":
        return f"{step}#{row.item.key}"
    if then == "next":
        following = reading_at(request, number).next_open
        return reverse("programs:item", args=[program_id, number, following.item.key]) if following else step
    return _address(request, row)
