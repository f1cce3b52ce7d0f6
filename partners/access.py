"""The doors of pages about one partner, one function, one cell of the matrix."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse

from partners.domain import agreement_files, agreements, annex_reading, functions, matrix, partners, people, support
from programs.access import part_view

View = Callable[..., HttpResponse]

partner_view: Callable[..., Callable[[View], View]] = partial(part_view, "partner", partners.find)
focal_person_view: Callable[..., Callable[[View], View]] = partial(part_view, "focal_person", people.find)
function_view: Callable[..., Callable[[View], View]] = partial(part_view, "function", functions.find)
responsibility_view: Callable[..., Callable[[View], View]] = partial(part_view, "responsibility", matrix.find)
need_view: Callable[..., Callable[[View], View]] = partial(part_view, "need", support.find)
agreement_view: Callable[..., Callable[[View], View]] = partial(part_view, "agreement", agreements.find)
agreement_file_view: Callable[..., Callable[[View], View]] = partial(part_view, "agreement_file", agreement_files.find)
annex_view: Callable[..., Callable[[View], View]] = partial(part_view, "annex", annex_reading.find)
