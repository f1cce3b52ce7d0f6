"""Rounds of a portfolio's programs beside each other, for its facilitators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Watcher
from dashboards import addresses
from dashboards.domain import portfolio_rounds as reading
from programs.access import portfolio_view

LONGEST_NUMBER = 18


@portfolio_view(Watcher.Role.FACILITATOR)
@require_safe
def portfolio_rounds(request: HttpRequest) -> HttpResponse:
    """What the dimensions of one instrument came to in each program's latest closed round, by name: no ranking."""
    raw = request.GET.get("of", "")
    chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < LONGEST_NUMBER else None
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    found = reading.read(request.portfolio, chosen, **cursors)
    asked = {"of": found.instrument.pk} if found.instrument else {}
    return render(
        request, "dashboards/portfolio_rounds.html", {"found": found, "pager": addresses.pager(asked, found.page)}
    )
