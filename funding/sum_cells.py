"""The cells of a row of sums, each leading to the lines it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from funding.domain.arithmetic import Sums
from funding.wording import figure
from scaleup.addresses import address

NONE = SafeString("")


@dataclass(frozen=True, slots=True)
class Cell:
    """What is in one column of a row; empty where nothing was promised, so that it takes no room on a phone."""

    column: str
    shown: SafeString


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the costs, the money and the gap of a row are opened; no address: they are opened nowhere."""

    costs: str
    money: str
    gap: str = ""


def of_year(year: int) -> Sources:
    """On the same page, where that year is opened."""
    return Sources(f"?year={year}#of-costs", f"?year={year}#of-money", f"?year={year}#of-gap")


def of_program(program_id: int) -> Sources:
    """The lists of everything."""
    return Sources(address("funding:costs", program_id), address("funding:sources", program_id))


def sum_cells(sums: Sums, found_at: Sources) -> list[Cell]:
    return list(_cells(sums, found_at))


def _cells(sums: Sums, found_at: Sources) -> Iterator[Cell]:
    of = sums.tallies
    pledged, hoped = sums.pledged or of.pledged.left_out, sums.hoped or of.hoped.left_out
    yield Cell(_("Cost"), _link(found_at.costs, figure(sums.cost, of.cost)))
    yield Cell(_("Secured"), _link(found_at.money, figure(sums.secured, of.secured)))
    yield Cell(_("Pledged"), _link(found_at.money, figure(sums.pledged, of.pledged)) if pledged else NONE)
    yield Cell(_("Hoped for"), _link(found_at.money, figure(sums.hoped, of.hoped)) if hoped else NONE)
    yield Cell(_("Missing"), format_html("<b>{}</b>", _link(found_at.gap, figure(sums.gap, of.gap))))
    yield Cell(_("… if pledges come"), figure(sums.gap_if_pledged, of.gap_if_pledged) if pledged else NONE)
    yield Cell(_("… if hopes come too"), figure(sums.gap_if_hoped, of.gap_if_hoped) if hoped else NONE)


def _link(url: str, words: SafeString) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, words) if url else words
