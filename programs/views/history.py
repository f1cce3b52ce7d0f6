"""What happened to a program, in readable lines."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programs.access import program_view
from programs.domain import history as reading
from programs.standing import Can
from programs.views.pages import item_at


@program_view(Can.READ)
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Fifty lines a page, newest first; the address says from where."""
    start = _start(request)
    page = reading.of_program(request.program, before=start)
    return render(request, "programs/history.html", {"page": page, "is_first": start is None})


@program_view(Can.READ)
@require_safe
def item_history(request: HttpRequest, key: str) -> HttpResponse:
    """The whole history of one item."""
    row, start = item_at(request, key), _start(request)
    page = reading.of_item(row, before=start)
    return render(request, "programs/item_history.html", {"page": page, "row": row, "is_first": start is None})


def _start(request: HttpRequest) -> int | None:
    """The change to go on from; anything else than a number starts at the newest."""
    before = request.GET.get("before", "")
    return int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None
