"""What came of a round: its page, the same on paper and as files, and what the team will do about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import exports
from assessments.access import round_view
from assessments.action_pages import ActionPage
from assessments.compare_pages import ComparePage
from assessments.domain import actions, comparing, results_reading
from assessments.domain.rounds import Refused
from assessments.forms.actions import ActionForm
from assessments.models import InstrumentItem, RoundAction
from assessments.result_pages import ResultsPage
from journal.once import form_key
from programs.access import program_view
from programs.domain import teams
from programs.forms.gates import NoteForm
from programs.standing import Can
from programs.views.pages import sent, status_of

LONGEST_NUMBER = 18
PLACES = {"weak", "disputed", "item"}  # where an item stands on the page


@round_view(Can.READ)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What to talk about first, then the figures; `?view=print` is the same as a report of two pages."""
    found = results_reading.read(request.round) if request.round.is_revealed else None
    context: dict[str, Any] = {"round": request.round, "today": timezone.localdate()}
    if found is None:
        template = "waiting" if request.round.is_revealed else "not_yet"
        return render(request, f"assessments/results/{template}.html", context)
    template = "print" if request.GET.get("view") == "print" else "results"
    return render(request, f"assessments/results/{template}.html", context | {"page": ResultsPage(found)})


@round_view(Can.READ)
@require_safe
def results_live(request: HttpRequest) -> HttpResponse:
    """Whether the figures are there by now."""
    is_there = request.round.is_revealed and results_reading.is_computed(request.round)
    context = {"round": request.round, "is_there": is_there}
    response = render(request, "assessments/results/_waiting.html", context)
    if is_there:
        response["X-Live"] = "done"
    return response


@round_view(Can.READ)
@require_safe
def results_csv(request: HttpRequest) -> HttpResponseBase:
    """One table as a file: ?table=dimensions, items or ratings."""
    table = request.GET.get("table", "items")
    if table not in exports.TABLES:
        raise Http404
    found = results_reading.read(request.round) if request.round.is_revealed else None
    return exports.as_csv(found, table) if found else _to_results(request)


@round_view(Can.READ)
@require_safe
def results_xlsx(request: HttpRequest) -> HttpResponse:
    """All tables as one file."""
    found = results_reading.read(request.round) if request.round.is_revealed else None
    return exports.as_xlsx(found) if found else _to_results(request)


@program_view(Can.READ)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The closed rounds of one instrument beside each other: ?of=, the number of any version of it."""
    raw = request.GET.get("of", "")
    chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < LONGEST_NUMBER else None
    page = ComparePage(comparing.read(request.program, chosen))
    return render(request, "assessments/results/compare.html", {"page": page})


@round_view(Can.REMARK)
@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: HttpRequest, item: str) -> HttpResponse:
    """What is to be done about an item, by whom, by when."""
    page = ActionPage(request.round, _item_at(request, item), results_reading.counted_now(request.round, item))
    form = ActionForm(sent(request), owners=teams.owners(request.program), initial={"text": page.what_to_reach})
    if form.is_valid():
        wanted, nonce = form.action, form.cleaned_data["nonce"]
        key = form_key(nonce, page.item.pk, wanted.text, wanted.owner.pk, wanted.due_on)
        try:
            actions.add(request.round, page.item, wanted, by=request.user, key=key)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("The action stands at its item, and in the list of what %(name)s owes.")
            messages.success(request, said % {"name": wanted.owner.name})
            return _to_results(request, page.item)
    context = {"round": request.round, "page": page, "form": form}
    return render(request, "assessments/results/action_add.html", context, status=status_of(form))


@round_view(Can.REMARK)
@require_http_methods(["GET", "HEAD", "POST"])
def action_done(request: HttpRequest, action_id: int) -> HttpResponse:
    """Somebody of the team says that an action is done, and how it went."""
    action = _action_at(request, action_id)
    form = NoteForm(sent(request), label=_("How did it go?"))
    if form.is_valid():
        actions.finish(action, note=form.cleaned_data["note"], by=request.user)
        messages.success(request, _("Done."))
        return _to_results(request, action.item)
    context = {"round": request.round, "action": action, "form": form}
    return render(request, "assessments/results/action_done.html", context, status=status_of(form))


def _to_results(request: HttpRequest, item: InstrumentItem | None = None) -> HttpResponse:
    """Back to the results, at the place of the item from where somebody came."""
    found = redirect("assessments:results", request.program.pk, request.round.pk)
    if item is not None:
        asked = request.GET.get("at", "")
        found["Location"] += f"#{asked if asked in PLACES else 'item'}-{item.key}"
    return found


def _item_at(request: HttpRequest, key: str) -> InstrumentItem:
    """An item of a round that is revealed: before, there is nothing to act on."""
    item = results_reading.item_at(request.round, key) if request.round.is_revealed else None
    if item is None:
        raise Http404
    return item


def _action_at(request: HttpRequest, action_id: int) -> RoundAction:
    action = actions.at(request.round, action_id)
    if action is None:
        raise Http404
    return action
