"""Pages donors read. Facilitators may look at them too, to see what is seen."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Watcher
from dashboards import addresses, presenting
from dashboards.domain import donor as reading
from dashboards.domain import headline
from programs.access import portfolio_view

for_readers = portfolio_view(Watcher.Role.DONOR, Watcher.Role.FACILITATOR)


@for_readers
@require_safe
def donor(request: HttpRequest) -> HttpResponse:
    """What moved since the last visit, the portfolio's sums, and its programs."""
    board = reading.dashboard(request.portfolio, by=request.user, now=timezone.now())
    context = {"board": board, "headline": _headline(board), "rows": _rows(request, board.programs)}
    return render(request, "dashboards/donor.html", context)


@for_readers
@require_safe
def donor_programs(request: HttpRequest) -> HttpResponse:
    """All programs of the portfolio by name."""
    cursors = {name: request.GET.get(name, "") for name in ("after", "before")}
    page = reading.programs(request.portfolio, size=reading.PAGE_SIZE, **cursors)
    context = {"rows": _rows(request, page.rows), "pager": addresses.pager({}, page)}
    return render(request, "dashboards/donor_programs.html", context)


@for_readers
@require_safe
def donor_program(request: HttpRequest, program_id: int) -> HttpResponse:
    """One program: its ambition, its settled path, decisions, and what rests on evidence."""
    page = reading.program_page(request.portfolio, program_id)
    if page is None:
        raise Http404
    place = presenting.place(page.program.country, page.program.sector)
    return render(request, "dashboards/donor_program.html", {"page": page, "place": place})


def _headline(board: reading.Dashboard) -> str:
    """In one sentence; empty until the portfolio was added up for the first time."""
    if board.refreshed_at is None:
        return ""
    if board.previous_at is None or not board.figures.programs:
        return headline.at_first_sight(board.figures)
    return headline.what_moved(board.moves, stuck=board.figures.stuck)


def _rows(request: HttpRequest, rows: Sequence[Any]) -> tuple[presenting.DonorRow, ...]:
    return tuple(presenting.donor_row(row, portfolio_id=request.portfolio.pk) for row in rows)
