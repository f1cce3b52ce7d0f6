"""Pages of a portfolio's facilitators: the table, its export, the review queue, asking to join."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Watcher
from dashboards import addresses, exports
from dashboards.domain import headline, rollups, table, visits
from dashboards.domain import queue as queues
from dashboards.domain.figures import Figures
from dashboards.domain.paging import Page
from dashboards.forms import AskForm, TableForm
from programs.access import portfolio_view
from programs.domain import listing
from programs.models import Attention, ProgramSummary

for_facilitators = portfolio_view(Watcher.Role.FACILITATOR)


@for_facilitators
@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    """The programs of a portfolio, those that wait first; filter, sort and page stand in the address."""
    now = timezone.now()
    visit = visits.to_portfolio(request.portfolio, view=ProgramSummary.View.LIVE, by=request.user, now=now)
    figures = Figures.from_data(visit.figures)
    form = TableForm(request.GET, figures=figures)
    wanted = form.wanted
    found = table.count(request.portfolio, wanted) if wanted.is_filtered else None
    page = table.page(request.portfolio, wanted, found=found, **_cursors(request))
    context = {
        "figures": figures,
        "visit": visit,
        "form": form,
        "wanted": wanted,
        "headline": headline.who_waits(figures.attention.get(str(Attention.WAITING), 0), programs=figures.programs),
        "rows": page.rows,
        "now": now,
        "count_up_to": table.COUNT_UP_TO,
        "found_count": found,
        "join_link": partial(_join_link, request),  # for an empty portfolio alone
    }
    return render(request, "dashboards/portfolio.html", context | _addresses(form, figures, page))


@for_facilitators
@require_safe
def portfolio_csv(request: HttpRequest) -> HttpResponseBase:
    """The filtered table as a file."""
    form = TableForm(request.GET, figures=rollups.figures_of(request.portfolio))
    rows = table.every(request.portfolio, form.wanted)
    return exports.programs_csv(request.portfolio, rows, today=timezone.localdate())


@for_facilitators
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Steps that wait for a decision, mine first, and programs that were asked to join."""
    today = timezone.localdate()
    found = queues.read(request.portfolio, by=request.user, today=today, **_cursors(request))
    context = {"queue": found, "pager": addresses.pager({}, found.others), "today": today}
    return render(request, "dashboards/queue.html", context)


@for_facilitators
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_ask(request: HttpRequest) -> HttpResponse:
    """Ask a program to join, by its name or by a link for its lead."""
    programs = listing.may_be_asked(request.portfolio, by=request.user)
    form = AskForm(request.POST or None, user=request.user, offered=programs)
    if form.is_valid():
        asked = listing.ask(form.cleaned_data["program"], request.portfolio, by=request.user)
        said = _("“%(program)s” is listed.") if asked.agreed_at else _("The lead of “%(program)s” is asked.")
        messages.success(request, said % {"program": asked.program})
        return redirect("dashboards:queue", request.portfolio.pk)
    context = {"form": form, "programs": programs, "join_link": _join_link(request)}
    return render(request, "dashboards/portfolio_ask.html", context, status=422 if form.is_bound else 200)


def _addresses(form: TableForm, figures: Figures, page: Page) -> dict[str, Any]:
    """Where one can go from a page of the table, its filter kept."""
    return {
        "headings": addresses.headings(form.asked, sort=form.wanted.sort),
        "tabs": addresses.tabs(form.asked, figures),
        "pager": addresses.pager(form.asked, page),
        "csv_query": addresses.address(form.asked),
    }


def _join_link(request: HttpRequest) -> str:
    return request.build_absolute_uri(listing.join_path(request.portfolio))


def _cursors(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("after", "before")}
