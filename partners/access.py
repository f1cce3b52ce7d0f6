"""The doors of pages about one partner, one function, one cell of the matrix."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse

from partners.domain import functions, matrix, partners
from programs.access import part_view

View = Callable[..., HttpResponse]

partner_view: Callable[..., Callable[[View], View]] = partial(part_view, "partner", partners.find)
function_view: Callable[..., Callable[[View], View]] = partial(part_view, "function", functions.find)
responsibility_view: Callable[..., Callable[[View], View]] = partial(part_view, "responsibility", matrix.find)
