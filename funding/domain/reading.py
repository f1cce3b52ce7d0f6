"""All about the money of one program, added up: what its overview page and its workbook show."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from funding.domain import arithmetic, reliance
from funding.domain.arithmetic import Phase, Result, Shortfall, Sums, Year
from funding.domain.gathering import gather_one
from funding.domain.planned import Planned, RateFacts, SourceFacts
from funding.domain.reliance import Carried, Concentration, SourceSums
from programs.models import Program


@dataclass(frozen=True)
class Reading:
    """What is planned and what comes of it. `first_year` is the year it is: totals run from it on.

    Where everything lies in the past, totals run over all years.
    """

    planned: Planned
    result: Result
    first_year: int

    @cached_property
    def ahead(self) -> Sequence[Year]:
        """The years that totals run over."""
        return self.result.since(self.first_year) or self.result.years

    @property
    def is_over(self) -> bool:
        """Nothing is planned for this year or later."""
        return bool(self.ahead) and self.ahead[-1].year < self.first_year

    @cached_property
    def sums(self) -> Sums:
        return arithmetic.total(self.ahead)

    @cached_property
    def phases(self) -> list[Phase]:
        return arithmetic.by_phase(self.planned.phases, self.result.years)

    @cached_property
    def in_no_phase(self) -> list[int]:
        """Empty also where there are no phases at all."""
        return arithmetic.in_no_phase(self.planned.phases, self.result.years) if self.planned.phases else []

    @cached_property
    def source_sums(self) -> list[SourceSums]:
        return self._source_sums(self.ahead)

    @cached_property
    def concentration(self) -> Concentration:
        return reliance.concentration(self.source_sums)

    @cached_property
    def concentration_by_year(self) -> dict[int, Concentration]:
        """Of each year ahead in which anything is secured."""
        return {one.year: reliance.concentration(self._source_sums([one])) for one in self.ahead if one.sums.secured}

    @cached_property
    def carried(self) -> list[Carried]:
        """Of each year ahead: what of its recurrent cost stands in budgets of governments and partners."""
        return reliance.carried(self.planned.sources, self.result.contributions, self.ahead)

    @cached_property
    def shortfalls(self) -> list[Shortfall]:
        return arithmetic.shortfalls(self.ahead)

    @cached_property
    def bound_elsewhere(self) -> list[Year]:
        """Years ahead with a gap though money is over: it is bound to a kind of cost that needs less."""
        return [one for one in self.ahead if one.sums.gap and one.sums.surplus]

    @cached_property
    def rates(self) -> list[RateFacts]:
        """Those that figures were converted with, by currency."""
        used = {one.rate for one in self.result.lines if one.rate is not None}
        return sorted(used, key=lambda one: one.currency)

    @cached_property
    def sources(self) -> dict[int, SourceFacts]:
        return {one.pk: one for one in self.planned.sources}

    def _source_sums(self, years: Sequence[Year]) -> list[SourceSums]:
        return reliance.by_source(self.planned.sources, reliance.in_years(self.result.contributions, years))


def read(program: Program, *, year: int) -> Reading:
    """Everything at once, in a number of queries that does not grow; `year` is the one it is."""
    planned = gather_one(program.pk)
    return Reading(planned, arithmetic.add_up(planned), year)
