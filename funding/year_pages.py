"""One year opened: the lines its figures come from, and how its gap is reckoned."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from funding.domain.amounts import shown
from funding.domain.arithmetic import AnyLine, Line, Year
from funding.domain.planned import ANYTHING, KINDS, ContributionFacts, CostFacts
from funding.domain.reading import Reading
from funding.domain.tallies import Tallies, Tally, together
from funding.models import CostKind, FundingStatus
from funding.wording import lacking, rate_words, times
from scaleup.addresses import address

KIND_WORDS, STATUS_WORDS = dict(CostKind.choices), dict(FundingStatus.choices)


@dataclass(frozen=True, slots=True)
class Worth:
    """What an amount counts in the sums, and by which rate; both empty where it is in their currency anyway."""

    is_known: bool
    words: str = ""
    rate: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One cost or contribution: where it is entered, what it is, and its amount as it was entered."""

    url: str
    name: str
    year: int
    about: str
    amount: str
    worth: Worth


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind of cost: what it costs, what is secured for it alone, and what that leaves open."""

    name: str
    cost: Decimal
    bound: Decimal
    rest: Decimal
    tallies: Tallies


@dataclass(frozen=True)
class YearPage:
    """The lines of one year."""

    reading: Reading
    found: Year

    @property
    def year(self) -> int:
        return self.found.year

    @cached_property
    def costs(self) -> list[LineRow]:
        return [_cost_row(self.reading, one) for one in self.reading.result.costs if one.fact.year == self.year]

    @cached_property
    def contributions(self) -> list[LineRow]:
        return [
            _given_row(self.reading, one) for one in self.reading.result.contributions if one.fact.year == self.year
        ]

    @property
    def kinds(self) -> list[KindRow]:
        """Kinds that cost something or that money is bound to, known or not."""
        rows = [self._kind_row(kind) for kind in KINDS]
        return [row for row in rows if row.cost or row.bound or row.tallies.whole.left_out]

    @property
    def free(self) -> Decimal:
        """Secured, and bound to no kind."""
        return self.found.secured_for[ANYTHING]

    @property
    def free_of(self) -> Tally:
        return self.found.money_for[ANYTHING]

    @property
    def rest(self) -> Decimal:
        """What money bound to its kind leaves open."""
        return sum((row.rest for row in self.kinds), Decimal(0))

    @property
    def lacking(self) -> list[str]:
        """Kinds of cost some amounts of which are in no sum; money that is bound to none."""
        rows = [(row.name, row.tallies.whole) for row in self.kinds]
        return lacking([*rows, (_("Secured, bound to nothing:"), self.free_of)])

    @property
    def rest_of(self) -> Tally:
        return together(row.tallies.gap for row in self.kinds)

    def _kind_row(self, kind: str) -> KindRow:
        cost, bound = self.found.cost_of[kind], self.found.secured_for[kind]
        tallies = Tallies(cost=self.found.costs_of[kind], secured=self.found.money_for[kind])
        return KindRow(str(KIND_WORDS[kind]), cost, bound, max(Decimal(0), cost - bound), tallies)


def line_row(reading: Reading, line: AnyLine) -> LineRow:
    """Any line, in words."""
    if isinstance(line.fact, CostFacts):
        return _cost_row(reading, line)
    return _given_row(reading, line)


def _cost_row(reading: Reading, line: Line[CostFacts]) -> LineRow:
    fact = line.fact
    return LineRow(
        url=f"{address('funding:costs', reading.planned.program_id)}#cost-{fact.pk}",
        name=fact.text,
        year=fact.year,
        about=str(KIND_WORDS[fact.kind]),
        amount=times(fact.unit_amount, fact.quantity, fact.amount, fact.currency),
        worth=_worth(reading, line),
    )


def _given_row(reading: Reading, line: Line[ContributionFacts]) -> LineRow:
    fact = line.fact
    page = address("funding:source", reading.planned.program_id, fact.source)
    return LineRow(
        url=f"{page}#contribution-{fact.pk}",
        name=reading.sources[fact.source].name,
        year=fact.year,
        about=", ".join(_about_given(fact)),
        amount=shown(fact.amount, fact.currency),
        worth=_worth(reading, line),
    )


def _about_given(fact: ContributionFacts) -> Sequence[str]:
    said = [str(STATUS_WORDS[fact.status])]
    if fact.covers:
        said.append(_("for %(kind)s costs") % {"kind": KIND_WORDS[fact.covers]})
    if fact.is_in_kind:
        said.append(_("in kind"))
    if fact.is_in_budget:
        said.append(_("in its approved budget"))
    return said


def _worth(reading: Reading, line: AnyLine) -> Worth:
    if line.worth is None or line.rate is None:
        return Worth(is_known=line.worth is not None)
    words = {"rate": rate_words(line.rate), "day": date_format(line.rate.dated_on, "SHORT_DATE_FORMAT")}
    return Worth(True, shown(line.worth, reading.planned.currency), _("%(rate)s of %(day)s") % words)
