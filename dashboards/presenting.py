"""Rows of lists in words, so that templates only place them.

A page has fifty rows and few different words, so the words are kept, for each language.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django_countries import countries

from programs.models import Sector
from scaleup.addresses import address


@dataclass(frozen=True, slots=True)
class DonorRow:
    """One program as donors see it in a list."""

    url: str
    name: str
    place: str
    path: str
    step: int


def donor_row(row: Any, *, portfolio_id: int) -> DonorRow:
    return DonorRow(
        url=address("dashboards:donor_program", portfolio_id, row.program_id),
        name=row.name,
        place=place(row.country, row.sector),
        path=row.path,
        step=row.step,
    )


def place(country: str, sector: str) -> str:
    """Country and sector in words."""
    return _place(str(country), sector, get_language())


@lru_cache(maxsize=1024)
def _place(country: str, sector: str, _language: str | None) -> str:
    names = (countries.name(country), Sector(sector).label if sector else "")
    return " · ".join(str(name) for name in names if name)
