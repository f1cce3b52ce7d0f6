"""From the money of a program to the sentences, rows and bars of its overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding import charts
from funding.domain.arithmetic import Phase, Sums
from funding.domain.planned import RateFacts
from funding.domain.reading import Reading
from funding.domain.reliance import SourceSums
from funding.models import SourceKind
from funding.reliance_pages import ReliancePage
from funding.sum_cells import Cell, of_program, of_year, sum_cells
from funding.wording import about, lacking, listed, rate_words, stretch, why_not_whole
from funding.year_pages import LineRow, YearPage, line_row
from scaleup.ui.words import join_words

KINDS = dict(SourceKind.choices)
MOST_NAMED = 40


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year with its bar, which is empty where there is no cost; a year that is past is in no total."""

    year: int
    sums: Sums
    cells: Sequence[Cell]
    bar: SafeString
    is_past: bool


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One phase; `without_cost` names its years for which nothing is entered."""

    phase: Phase
    years: str
    without_cost: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source, its kind in words, and what it gives in the years of the totals."""

    sums: SourceSums
    kind: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate that figures were converted with, in words."""

    rate: RateFacts
    words: str


@dataclass(frozen=True)
class OverviewPage:
    """All that the overview of money shows; `asked_year` is the one whose lines are open, or 0."""

    reading: Reading
    asked_year: int = 0

    @property
    def currency(self) -> str:
        return self.reading.planned.currency

    @property
    def sums(self) -> Sums:
        return self.reading.sums

    @cached_property
    def stretch(self) -> str:
        """The years that totals run over."""
        years = [one.year for one in self.reading.ahead]
        return stretch(years) if years else str(self.reading.first_year)

    # The first sentences

    @cached_property
    def headline(self) -> str:
        """What of the cost is secured, what is missing, and when most of it is."""
        if self.sums.tallies.cost.is_unknown:
            return _("What it costs %(why)s.") % {"why": why_not_whole(self.sums.tallies.cost)}
        if not self.sums.cost:
            return self._without_cost
        words = {
            "cost": about(self.sums.cost, self.currency),
            "covered": about(self.sums.covered, self.currency),
            "gap": about(self.sums.gap, self.currency),
            "years": self.stretch,
        }
        if not self.sums.gap:
            return _("Secured money covers all of the %(cost)s for %(years)s.") % words
        if not self.sums.covered:
            return _("Nothing of the %(cost)s for %(years)s is secured.") % words
        said = _("Secured money covers %(covered)s of the %(cost)s for %(years)s; %(gap)s is missing%(most)s.")
        return said % {**words, "most": self._most_of_it}

    @property
    def to_come(self) -> str:
        """What would still be missing if what was promised came; empty where that changes nothing."""
        sums = self.sums
        if sums.tallies.cost.is_unknown:
            return ""
        words = {"pledged": about(sums.gap_if_pledged, self.currency), "hoped": about(sums.gap_if_hoped, self.currency)}
        if sums.gap_if_hoped == sums.gap:
            return ""
        if sums.gap_if_pledged == sums.gap:
            return _("If all that is hoped for came, %(hoped)s would be missing.") % words
        if sums.gap_if_hoped == sums.gap_if_pledged:
            return _("If all pledges came, %(pledged)s would be missing.") % words
        return _("If all pledges came, %(pledged)s would be missing; if all hopes came too, %(hoped)s.") % words

    @property
    def not_whole(self) -> str:
        """That the sums of these sentences lack some amounts; empty if they are whole, or unknown altogether."""
        why = why_not_whole(self.sums.tallies.whole)
        return "" if self.sums.tallies.cost.is_unknown else why and _("These sums are %(why)s.") % {"why": why}

    @property
    def lacks(self) -> str:
        """ "costs" or "sources": what to enter before the figures mean anything; empty if both are there."""
        if not self.reading.planned.costs:
            return "costs"
        return "" if self.reading.planned.contributions else "sources"

    @property
    def _without_cost(self) -> str:
        if not self.sums.secured:
            return _("No cost is in the sums yet, so nobody can see what is missing.")
        said = _("%(secured)s is secured for %(years)s, but no cost is in the sums: nobody can see what is missing.")
        return said % {"secured": about(self.sums.secured, self.currency), "years": self.stretch}

    @property
    def _most_of_it(self) -> str:
        """ ", most of it in 2029", where one year of several stands out. There must be a gap."""
        short = [one for one in self.reading.ahead if one.sums.gap]
        worst = max(short, key=lambda one: one.sums.gap)
        if len(self.reading.ahead) > 1 and worst.sums.gap == self.sums.gap:
            return _(", all of it in %(year)s") % {"year": worst.year}
        if len(short) > 1 and worst.sums.gap * 2 > self.sums.gap:
            return _(", most of it in %(year)s") % {"year": worst.year}
        return ""

    # Years and phases

    @cached_property
    def years(self) -> list[YearRow]:
        ahead = {one.year for one in self.reading.ahead}
        largest = max((one.sums.cost for one in self.reading.result.years), default=None)
        return [
            YearRow(
                year=one.year,
                sums=one.sums,
                cells=sum_cells(one.sums, of_year(one.year)),
                bar=charts.cost_bar(one.sums, largest=largest) if largest and one.sums.cost else SafeString(""),
                is_past=one.year not in ahead,
            )
            for one in self.reading.result.years
        ]

    @property
    def total(self) -> list[Cell]:
        return sum_cells(self.sums, of_program(self.reading.planned.program_id))

    @property
    def years_lacking(self) -> list[str]:
        """Years some amounts of which are in no sum."""
        return lacking((str(one.year), one.sums.tallies.whole) for one in self.reading.result.years)

    @property
    def phases_lacking(self) -> list[str]:
        return lacking((f"“{one.phase.name}”", one.sums.tallies.gap) for one in self.reading.phases)

    @property
    def sources_lacking(self) -> list[str]:
        return lacking((f"“{one.source.name}”", one.tallies.whole) for one in self.reading.source_sums)

    @property
    def surplus(self) -> str:
        """What is secured and cannot be spent in its year; empty if there is none."""
        return about(self.sums.surplus, self.currency) if self.sums.surplus else ""

    @property
    def bars(self) -> list[YearRow]:
        """Of the years that totals run over and that cost something; without a bar where nobody knows how much."""
        return [row for row in self.years if not row.is_past and (row.bar or row.sums.tallies.cost.is_unknown)]

    @property
    def bar_key(self) -> list[tuple[SafeString, str]]:
        return [
            (charts.key(charts.COVERED), _("by secured money")),
            (charts.key(charts.IF_PLEDGED), _("if pledges come")),
            (charts.key(charts.IF_HOPED), _("if hopes come too")),
            (charts.key(charts.MISSING), _("by nobody yet")),
        ]

    @cached_property
    def open_year(self) -> YearPage | None:
        """The year whose lines are asked for; None if nothing falls in it."""
        found = next((one for one in self.reading.result.years if one.year == self.asked_year), None)
        return YearPage(self.reading, found) if found else None

    @property
    def phases(self) -> list[PhaseRow]:
        return [PhaseRow(one, stretch(one.phase.years), listed(one.years_without_cost)) for one in self.reading.phases]

    @property
    def in_no_phase(self) -> str:
        return listed(self.reading.in_no_phase)

    # Sources, and what follows from them

    @property
    def sources(self) -> list[SourceRow]:
        return [SourceRow(one, str(KINDS[one.source.kind])) for one in self.reading.source_sums]

    @cached_property
    def reliance(self) -> ReliancePage:
        return ReliancePage(self.reading, self.stretch)

    # Rates

    @property
    def rates(self) -> list[RateRow]:
        return [RateRow(one, rate_words(one)) for one in self.reading.rates]

    @cached_property
    def left_out(self) -> list[LineRow]:
        """Amounts that are in no sum, the first of them if there are many."""
        return [line_row(self.reading, one) for one in self.reading.result.left_out[:MOST_NAMED]]

    @property
    def left_out_more(self) -> int:
        """How many more there are."""
        return len(self.reading.result.left_out) - len(self.left_out)

    @property
    def without_rate(self) -> str:
        """How many amounts are in no sum, and for want of which rates; empty if all could be converted."""
        count = len(self.reading.result.left_out)
        said = ngettext(
            "%(count)s amount is in no sum: nobody entered what one unit of %(currencies)s is worth in %(into)s.",
            "%(count)s amounts are in no sum: nobody entered what one unit of %(currencies)s is worth in %(into)s.",
            count,
        )
        words = {"count": count, "currencies": join_words(self.missing_rates), "into": self.currency}
        return said % words if count else ""

    @property
    def missing_rates(self) -> Sequence[str]:
        """Currencies that need a rate."""
        return sorted({one.fact.currency for one in self.reading.result.left_out})
