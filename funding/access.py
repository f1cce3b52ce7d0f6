"""The doors of pages about one cost, phase, source or contribution."""

from collections.abc import Callable
from functools import partial
from types import ModuleType

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from funding.domain import contributions, costs, phases, sources
from programs.access import part_view
from programs.standing import Can

View = Callable[..., HttpResponse]


def row_view(
    name: str, subject: ModuleType, page: str, needs: Can, *, keeps_typed: bool = False
) -> Callable[[View], View]:
    """Opens a page about one row, as `part_view` does; who comes too late for it is led to its list (`page`).

    With `keeps_typed`, a form of it that is sent is let in all the same: `request.<name>` is then what `find_removed`
    gives, and the view answers with what was typed.
    """

    def lead_away(request: HttpRequest, _row: Model) -> HttpResponse | None:
        if keeps_typed and request.method == "POST":
            return None
        messages.warning(request, _("Somebody removed this meanwhile. Nothing was changed."))
        return redirect(page, request.program.pk)

    return part_view(name, subject.find, needs, removed=subject.find_removed, gone=lead_away)


cost_view: Callable[..., Callable[[View], View]] = partial(row_view, "cost", costs, "funding:costs")
phase_view: Callable[..., Callable[[View], View]] = partial(row_view, "phase", phases, "funding:costs")
source_view: Callable[..., Callable[[View], View]] = partial(row_view, "source", sources, "funding:sources")
contribution_view: Callable[..., Callable[[View], View]] = partial(
    row_view, "contribution", contributions, "funding:sources"
)
