"""The doors of pages about one cost, phase, source or contribution."""

from collections.abc import Callable
from functools import partial, wraps
from types import ModuleType

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from funding.domain import contributions, costs, phases, sources
from funding.domain.holding import is_there
from programs.access import part_view
from programs.models import Program
from programs.standing import Can

View = Callable[..., HttpResponse]


def row_view(
    name: str, subject: ModuleType, page: str, needs: Can, *, keeps_typed: bool = False
) -> Callable[[View], View]:
    """Opens a page about one row, as `programs.access.part_view` does. Who comes too late for it is told so.

    A row that was removed from this program leads to the list it stood in (`page`). With `keeps_typed`, a form of it
    that is sent is let in all the same: `request.<name>` is then what `find_removed` gives, and the view answers with
    what was typed. What never was in this program, such as a row of another, is 404.
    """

    def find(program: Program, number: int) -> object:
        return subject.find(program, number) or subject.find_removed(program, number)

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponse:
            if is_there(getattr(request, name)) or (keeps_typed and request.method == "POST"):
                return view(request)
            messages.warning(request, _("Somebody removed this meanwhile. Nothing was changed."))
            return redirect(page, request.program.pk)

        return part_view(name, find, needs)(inner)

    return decorate


cost_view: Callable[..., Callable[[View], View]] = partial(row_view, "cost", costs, "funding:costs")
phase_view: Callable[..., Callable[[View], View]] = partial(row_view, "phase", phases, "funding:costs")
source_view: Callable[..., Callable[[View], View]] = partial(row_view, "source", sources, "funding:sources")
contribution_view: Callable[..., Callable[[View], View]] = partial(
    row_view, "contribution", contributions, "funding:sources"
)
