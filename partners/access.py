"""The doors of pages about one partner, one function, one cell of the matrix.

Behind the door of something that can be taken away by somebody else, a page left open says what became of it.
"""

from collections.abc import Callable
from functools import partial

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

View = Callable[..., HttpResponse]
Gone = Callable[[HttpRequest, Change], HttpResponse]


def lead_to(page: str) -> Gone:
    """Whoever comes too late for something reads on this page who took it away."""

    def gone(request: HttpRequest, removal: Change) -> HttpResponse:
        messages.warning(request, removals.in_words(removal))
        return redirect(page, request.program.pk)

    return gone


partner_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "partner", partners.find, removed=removals.of("partner"), gone=lead_to("partners:partners")
)
focal_person_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "focal_person", people.find, removed=removals.of("focal_person"), gone=lead_to("partners:partners")
)
function_view: Callable[..., Callable[[View], View]] = partial(part_view, "function", functions.find)
responsibility_view: Callable[..., Callable[[View], View]] = partial(part_view, "responsibility", matrix.find)
need_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "need", support.find, removed=removals.of("support_need"), gone=lead_to("partners:capacity")
)
agreement_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "agreement", agreements.find, removed=removals.of("agreement"), gone=lead_to("partners:agreements")
)
agreement_file_view: Callable[..., Callable[[View], View]] = partial(part_view, "agreement_file", agreement_files.find)
annex_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "annex", annex_reading.find, removed=removals.of_annex, gone=lead_to("partners:agreements")
)
body_view: Callable[..., Callable[[View], View]] = partial(
    part_view, "coordination_body", bodies.find, removed=removals.of("body"), gone=lead_to("partners:agreements")
)
