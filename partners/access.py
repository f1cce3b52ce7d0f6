"""The doors of pages about one partner, one function, one cell of the matrix.

Behind the door of something that can be taken away by somebody else, a page left open says what became of it.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from journal.models import Change
from partners.domain import (
    agreement_files,
    agreements,
    annex_reading,
    bodies,
    functions,
    matrix,
    partners,
    people,
    removals,
    support,
)
from programs.access import part_view
from programs.models import Program
from programs.standing import Can

View = Callable[..., HttpResponse]
Gone = Callable[[HttpRequest, Change], HttpResponse]


def removable_view(
    name: str,
    find: Callable[[Program, int], Any],
    needs: Can,
    *,
    removal_of: Callable[[Program, int], Change | None],
    leads: str,
    to_post: Can | None = None,
    gone: Gone | None = None,
) -> Callable[[View], View]:
    """As `part_view`; of what was taken away it tells so on the page it `leads` to, unless `gone` knows better."""

    def part_or_removal(program: Program, number: int) -> Any:
        return find(program, number) or removal_of(program, number)

    def lead_away(request: HttpRequest, removal: Change) -> HttpResponse:
        messages.warning(request, removals.in_words(removal))
        return redirect(leads, request.program.pk)

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            part = getattr(request, name)
            if isinstance(part, Change):
                return (gone or lead_away)(request, part)
            return view(request, *args, **kwargs)

        return part_view(name, part_or_removal, needs, to_post=to_post)(inner)

    return decorate


partner_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "partner", partners.find, removal_of=removals.of("partner"), leads="partners:partners"
)
focal_person_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "focal_person", people.find, removal_of=removals.of("focal_person"), leads="partners:partners"
)
function_view: Callable[..., Callable[[View], View]] = partial(part_view, "function", functions.find)
responsibility_view: Callable[..., Callable[[View], View]] = partial(part_view, "responsibility", matrix.find)
need_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "need", support.find, removal_of=removals.of("support_need"), leads="partners:capacity"
)
agreement_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "agreement", agreements.find, removal_of=removals.of("agreement"), leads="partners:agreements"
)
agreement_file_view: Callable[..., Callable[[View], View]] = partial(part_view, "agreement_file", agreement_files.find)
annex_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "annex", annex_reading.find, removal_of=removals.of_annex, leads="partners:agreements"
)
body_view: Callable[..., Callable[[View], View]] = partial(
    removable_view, "coordination_body", bodies.find, removal_of=removals.of("body"), leads="partners:agreements"
)
