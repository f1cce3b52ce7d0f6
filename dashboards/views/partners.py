"""Who does what in the programs of a portfolio, for its facilitators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Watcher
from dashboards import addresses
from dashboards.domain import portfolio_partners as reading
from programs.access import portfolio_view


@portfolio_view(Watcher.Role.FACILITATOR)
@require_safe
def portfolio_partners(request: HttpRequest) -> HttpResponse:
    """Open complaints, agreements that end soon, and gaps in the money, by name of the program: no ranking."""
    today = timezone.localdate()
    found = reading.read(request.portfolio, request.GET.get("show", ""), today=today, **_cursors(request))
    pager = addresses.pager({"show": found.show}, found.page)
    context = {"found": found, "pager": pager, "today": today, "soon": reading.SOON.days}
    return render(request, "dashboards/portfolio_partners.html", context)


@portfolio_view(Watcher.Role.FACILITATOR)
@require_safe
def portfolio_organisations(request: HttpRequest) -> HttpResponse:
    """Each partner organisation with all the programs it takes part in: who carries much, and who could help."""
    page = reading.organisations(request.portfolio, **_cursors(request))
    context = {"page": page, "pager": addresses.pager({}, page)}
    return render(request, "dashboards/portfolio_organisations.html", context)


def _cursors(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("after", "before")}
