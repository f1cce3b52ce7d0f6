"""Addresses of everything about the money of one program."""

from django.urls import path

from funding.views import contributions, costs, overview, phases, plans, rates, sources

app_name = "funding"

OF_PROGRAM = "programs/<int:program_id>/funding"
COST = f"{OF_PROGRAM}/costs/<int:cost_id>"
PHASE = f"{OF_PROGRAM}/phases/<int:phase_id>"
SOURCE = f"{OF_PROGRAM}/sources/<int:source_id>"
CONTRIBUTION = f"{OF_PROGRAM}/contributions/<int:contribution_id>"

urlpatterns = [
    path("programs/<int:program_id>/funding/", overview.funding, name="funding"),
    path("programs/<int:program_id>/funding.xlsx", overview.funding_xlsx, name="funding_xlsx"),
    path(f"{OF_PROGRAM}/plan/", plans.plan_edit, name="plan_edit"),
    path(f"{OF_PROGRAM}/costs/", costs.costs, name="costs"),
    path(f"{OF_PROGRAM}/costs/add/", costs.cost_add, name="cost_add"),
    path(f"{COST}/", costs.cost_edit, name="cost_edit"),
    path(f"{COST}/copy/", costs.cost_copy, name="cost_copy"),
    path(f"{COST}/remove/", costs.cost_remove, name="cost_remove"),
    path(f"{OF_PROGRAM}/phases/add/", phases.phase_add, name="phase_add"),
    path(f"{PHASE}/", phases.phase_edit, name="phase_edit"),
    path(f"{PHASE}/remove/", phases.phase_remove, name="phase_remove"),
    path(f"{OF_PROGRAM}/sources/", sources.sources, name="sources"),
    path(f"{OF_PROGRAM}/sources/add/", sources.source_add, name="source_add"),
    path(f"{SOURCE}/", sources.source, name="source"),
    path(f"{SOURCE}/edit/", sources.source_edit, name="source_edit"),
    path(f"{SOURCE}/remove/", sources.source_remove, name="source_remove"),
    path(f"{SOURCE}/contributions/add/", contributions.contribution_add, name="contribution_add"),
    path(f"{CONTRIBUTION}/", contributions.contribution_edit, name="contribution_edit"),
    path(f"{CONTRIBUTION}/status/", contributions.contribution_move, name="contribution_move"),
    path(f"{CONTRIBUTION}/remove/", contributions.contribution_remove, name="contribution_remove"),
    path(f"{OF_PROGRAM}/rates/", rates.rates, name="rates"),
    path(f"{OF_PROGRAM}/rates/add/", rates.rate_add, name="rate_add"),
]
