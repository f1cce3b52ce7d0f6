"""The doors of pages about one cost, phase, source or contribution."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse

from funding.domain import contributions, costs, phases, sources
from programs.access import part_view

View = Callable[..., HttpResponse]

cost_view: Callable[..., Callable[[View], View]] = partial(part_view, "cost", costs.find)
phase_view: Callable[..., Callable[[View], View]] = partial(part_view, "phase", phases.find)
source_view: Callable[..., Callable[[View], View]] = partial(part_view, "source", sources.find)
contribution_view: Callable[..., Callable[[View], View]] = partial(part_view, "contribution", contributions.find)
