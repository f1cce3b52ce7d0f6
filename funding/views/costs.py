"""The cost plan: its table, and entering, changing, copying and removing a line."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from funding.access import cost_view
from funding.domain import cost_table, rates
from funding.domain import costs as costing
from funding.domain.holding import Refused
from funding.forms.costs import CopyForm, CostForm, NewCostForm
from funding.views.editing import is_removed, seen, shown_again
from journal.facts import as_json
from journal.once import form_key
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import pressed, sent, status_of

ANOTHER = "another"
CARRIED_OVER = ("year", "kind", "currency")  # what the next line most often has too


@program_view(Can.READ)
@require_safe
def costs(request: HttpRequest) -> HttpResponse:
    """All costs by phase, year and kind."""
    context = {"table": cost_table.read(request.program), "kinds": costing.meanings()}
    return render(request, "funding/costs.html", context)


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def cost_add(request: HttpRequest) -> HttpResponse:
    """A new line; who enters many of them comes back here."""
    first = rates.offered_first(request.program)
    initial = {"currency": first[0]} | {name: request.GET[name] for name in CARRIED_OVER if name in request.GET}
    form = NewCostForm(sent(request), first=first, initial=initial)
    if request.method == "POST" and form.is_valid():
        then = pressed(request, "then", among=("", ANOTHER))
        try:
            _enter(request, form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _to_another(request, form) if then == ANOTHER else _to_costs(request)
    return render(request, "funding/cost_add.html", {"form": form}, status=status_of(form))


@cost_view(Can.WRITE, keeps_typed=True)
@require_http_methods(["GET", "HEAD", "POST"])
def cost_edit(request: HttpRequest) -> HttpResponse:
    """Changes a line; what somebody else changed meanwhile is shown, not overwritten."""
    facts, first = seen(request, request.cost, costing.FACTS), rates.offered_first(request.program)
    form = CostForm(sent(request), seen=facts, first=first)
    status = shown_again(request, form, costing.change, request.cost)
    if status is None:
        return _to_costs(request)
    context = {"form": form, "line": request.cost, "is_removed": is_removed(form)}
    return render(request, "funding/cost_edit.html", context, status=status)


@cost_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def cost_copy(request: HttpRequest) -> HttpResponse:
    """The same cost in other years."""
    form = CopyForm(sent(request), years=costing.years_for_copies(request.cost))
    if request.method == "POST" and form.is_valid():
        years = form.cleaned_data["years"]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "cost_copy", request.cost.pk, sorted(years))
        try:
            made = costing.copy(request.cost, years=years, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _copied(made))
            return _to_costs(request)
    context = {"form": form, "line": request.cost, "words": cost_table.in_words(request.cost)}
    return render(request, "funding/cost_copy.html", context, status=status_of(form))


@cost_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def cost_remove(request: HttpRequest) -> HttpResponse:
    """Asks once, then removes a line."""
    if request.method != "POST":
        context = {"line": request.cost, "words": cost_table.in_words(request.cost)}
        return render(request, "funding/cost_remove.html", context)
    costing.remove(request.cost, by=request.user)
    messages.success(request, _("“%(text)s” is removed.") % {"text": request.cost.text})
    return _to_costs(request)


def _enter(request: HttpRequest, form: NewCostForm) -> None:
    said, until = form.facts, form.cleaned_data["until"]
    plain = {name: as_json(value) for name, value in said.items()}
    key = form_key(form.cleaned_data["nonce"], request.user.pk, "cost", request.program.pk, plain, until)
    made = costing.add(request.program, said, until=until, by=request.user, key=key)
    words: dict[str, Any] = {"text": made.text, "sum": cost_table.in_words(made)}
    if until and until > made.year:
        words |= {"first": made.year, "last": until}
        messages.success(request, _("Entered: %(text)s, %(sum)s a year from %(first)s to %(last)s.") % words)
    else:
        messages.success(request, _("Entered: %(text)s, %(sum)s.") % words)


def _copied(made: list[Any]) -> str:
    years = ", ".join(str(line.year) for line in made)
    return ngettext("Copied to %(years)s.", "Copied to %(years)s.", len(made)) % {"years": years}


def _to_another(request: HttpRequest, form: NewCostForm) -> HttpResponse:
    query = QueryDict(mutable=True)
    query.update({name: form.cleaned_data[name] for name in CARRIED_OVER})
    return redirect(f"{reverse('funding:cost_add', args=[request.program.pk])}?{query.urlencode()}")


def _to_costs(request: HttpRequest) -> HttpResponse:
    return redirect("funding:costs", request.program.pk)
