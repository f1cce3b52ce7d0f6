"""On whom a scale-up relies: the largest source, and who carries what comes back every year (DOMAIN: items 8.4 to 8.6).

Plain Python: no Django, no clock. Units as in `funding.domain.arithmetic`; a share is a fraction from 0 to 1, or None
where there is nothing to have a share of. Only secured money counts: a promise carries nobody. What could not be
converted is in no figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from funding.domain.arithmetic import EXACT, ZERO, Line, Year, tally
from funding.domain.planned import (
    DONOR,
    GOVERNMENT,
    HOPED,
    PARTNER,
    PLEDGED,
    RECEIVED,
    RECURRENT,
    SECURED,
    SIGNED,
    ContributionFacts,
    SourceFacts,
)
from funding.domain.tallies import NONE, NOWHERE, Tallies, Tally

Given = Line[ContributionFacts]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; the part is never more than the whole."""

    part: Decimal = ZERO
    whole: Decimal = ZERO

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.part) / Fraction(self.whole) if self.whole else None

    def is_above(self, percent: int) -> bool:
        """Whether it is more than so many percent, reckoned exactly; a share of nothing is not."""
        return self.value is not None and self.value * 100 > percent


@dataclass(frozen=True, slots=True)
class SourceSums:
    """What one source gives, by how sure it is, and its share of all that is secured."""

    source: SourceFacts
    received: Decimal = ZERO
    signed: Decimal = ZERO
    pledged: Decimal = ZERO
    hoped: Decimal = ZERO
    in_kind: Decimal = ZERO  # of what is secured
    share: Share = Share()
    tallies: Tallies = NOWHERE
    in_kind_of: Tally = NONE
    share_of: Tally = NONE  # the secured amounts of all sources

    @property
    def secured(self) -> Decimal:
        return self.share.part


@dataclass(frozen=True, slots=True)
class Concentration:
    """The sources with the largest share of secured money (several only if they give the same), and how many give."""

    largest: Sequence[SourceFacts]
    share: Share
    sources: int  # that have secured money
    donors: int  # those of them that are donors


@dataclass(frozen=True, slots=True)
class Carried:
    """What of the recurrent cost of one year stands in the approved budget of a government or of a partner."""

    year: int
    share: Share
    cost: Tally = NONE
    money: Tally = NONE

    @property
    def share_of(self) -> Tally:
        """The amounts the share is reckoned from: known as far as the cost is."""
        return Tallies(cost=self.cost, secured=self.money).gap


def by_source(sources: Iterable[SourceFacts], given: Sequence[Given]) -> list[SourceSums]:
    """Every source with its sums, those with the most secured money first, then by name."""
    with localcontext(EXACT):
        whole, secured = _sum(given, SECURED), tally(_of_status(given, SECURED))
        found = [
            _source_sums(source, [one for one in given if one.fact.source == source.pk], whole, secured)
            for source in sources
        ]
    return sorted(found, key=lambda one: (-one.secured, -one.pledged, -one.hoped, one.source.name, one.source.pk))


def concentration(sums: Iterable[SourceSums]) -> Concentration:
    """Of the sums of all sources: who gives the largest share, and how many give at all."""
    giving = [one for one in sums if one.secured]
    share = max((one.share for one in giving), key=lambda share: share.part, default=Share())
    return Concentration(
        largest=[one.source for one in giving if one.secured == share.part],
        share=share,
        sources=len(giving),
        donors=sum(one.source.kind == DONOR for one in giving),
    )


def in_years(given: Iterable[Given], years: Iterable[Year]) -> list[Given]:
    """Contributions of these years."""
    numbers = {one.year for one in years}
    return [one for one in given if one.fact.year in numbers]


def carried(sources: Iterable[SourceFacts], given: Sequence[Given], years: Iterable[Year]) -> list[Carried]:
    """Of each year with a recurrent cost, known or not, how much of it government and partner budgets carry (item 8.5).

    It counts only what is meant for recurrent cost, stands in the source’s own approved budget, and is secured; at
    most the whole recurrent cost of that year.
    """
    own = {source.pk for source in sources if source.kind in {GOVERNMENT, PARTNER}}
    budgeted = [
        one for one in given if one.fact.source in own and one.fact.is_in_budget and one.fact.covers == RECURRENT
    ]
    with_cost = [year for year in years if year.cost_of[RECURRENT] or year.costs_of[RECURRENT].is_unknown]
    return [_carried(year, budgeted) for year in with_cost]


def together(found: Iterable[Carried]) -> Share:
    """The share over several years: parts and wholes are added, not shares."""
    parts = [one.share for one in found]
    with localcontext(EXACT):
        return Share(sum((one.part for one in parts), ZERO), sum((one.whole for one in parts), ZERO))


def _carried(year: Year, budgeted: Iterable[Given]) -> Carried:
    cost, given = year.cost_of[RECURRENT], [one for one in budgeted if one.fact.year == year.year]
    with localcontext(EXACT):
        share = Share(min(_sum(given, SECURED), cost), cost)
    return Carried(year.year, share, year.costs_of[RECURRENT], tally(_of_status(given, SECURED)))


def _source_sums(source: SourceFacts, given: Sequence[Given], whole: Decimal, secured: Tally) -> SourceSums:
    return SourceSums(
        source=source,
        received=_sum(given, {RECEIVED}),
        signed=_sum(given, {SIGNED}),
        pledged=_sum(given, {PLEDGED}),
        hoped=_sum(given, {HOPED}),
        in_kind=_sum([one for one in given if one.fact.is_in_kind], SECURED),
        share=Share(_sum(given, SECURED), whole),
        tallies=Tallies(
            secured=tally(_of_status(given, SECURED)),
            pledged=tally(_of_status(given, {PLEDGED})),
            hoped=tally(_of_status(given, {HOPED})),
        ),
        in_kind_of=tally(one for one in _of_status(given, SECURED) if one.fact.is_in_kind),
        share_of=secured,
    )


def _of_status(given: Iterable[Given], statuses: Iterable[str]) -> list[Given]:
    return [one for one in given if one.fact.status in statuses]


def _sum(given: Iterable[Given], statuses: Iterable[str]) -> Decimal:
    return sum((one.worth for one in _of_status(given, statuses) if one.worth is not None), ZERO)
