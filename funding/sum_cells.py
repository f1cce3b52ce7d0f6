"""The cells of a row of sums, each leading to the lines it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from funding.domain.arithmetic import Sums
from funding.wording import sum_shown
from scaleup.addresses import address


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
    yield Cell(_("Cost"), _link(found_at.costs, sum_shown(sums.cost)))
    yield Cell(_("Secured"), _link(found_at.money, sum_shown(sums.secured)))
    yield Cell(_("Pledged"), _link(found_at.money, sum_shown(sums.pledged) if sums.pledged else ""))
    yield Cell(_("Hoped for"), _link(found_at.money, sum_shown(sums.hoped) if sums.hoped else ""))
    yield Cell(_("Missing"), format_html("<b>{}</b>", _link(found_at.gap, sum_shown(sums.gap))))
    yield Cell(_("… if pledges come"), SafeString(sum_shown(sums.gap_if_pledged) if sums.pledged else ""))
    yield Cell(_("… if hopes come too"), SafeString(sum_shown(sums.gap_if_hoped) if sums.hoped else ""))


def _link(url: str, words: str) -> SafeString:
    if not (url and words):
        return SafeString(words)
    return format_html('<a href="{}">{}</a>', url, words)
