"""The money of a program as a workbook: what was entered, the rates, and the figures that came of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from funding.domain import arithmetic
from funding.domain.amounts import rate_in_words
from funding.domain.arithmetic import ZERO, Line, Sums, Year
from funding.domain.planned import KINDS, ContributionFacts, CostFacts, RateFacts
from funding.domain.reading import Reading
from funding.domain.reliance import SourceSums
from funding.domain.tallies import Tallies, Tally, together
from funding.models import CostKind, FundingStatus, SourceKind
from programs.models import Program
from scaleup.spreadsheets import Sheet, workbook

KIND_WORDS, STATUS_WORDS, SOURCE_WORDS = dict(CostKind.choices), dict(FundingStatus.choices), dict(SourceKind.choices)

Row = list[Any]


def as_workbook(reading: Reading, program: Program, *, today: date) -> bytes:
    """An XLSX file. Nothing in it is a formula, whatever it begins with (see `scaleup.spreadsheets`)."""
    return workbook(sheets(reading, program, today=today))


def sheets(reading: Reading, program: Program, *, today: date) -> list[Sheet]:
    """How to read it, then the figures, then everything they come from."""
    return [
        read_me(reading, program, today=today),
        years(reading),
        phases(reading),
        costs(reading),
        sources(reading),
        contributions(reading),
        rates(reading),
    ]


def read_me(reading: Reading, program: Program, *, today: date) -> Sheet:
    currency, left_out = reading.planned.currency, len(reading.result.left_out)
    said = [
        (_("Program"), program.name),
        (_("Made on"), today.isoformat()),
        (_("Currency of the sums"), currency),
        (_("Largest share of one source, percent"), reading.planned.largest_share),
        (_("Secured"), _("What is signed or received.")),
        (
            _("Missing"),
            _(
                "Cost minus what secured money can pay of it in the same year. Money that is bound to a kind of cost "
                "pays that kind alone; what is over in one year fills no gap of another."
            ),
        ),
        (
            _("Worth"),
            _("The amount by the newest rate of its currency, rounded to hundredths. Empty: there is no rate."),
        ),
        (
            _("Empty figures"),
            _("None of their amounts could be added up, for want of a rate. Beside sums stands how many they lack."),
        ),
        (_("Amounts in no sum, for want of a rate"), left_out),
        (_("Figures"), _("They are what came out on that day. Changed amounts do not change them: take a new file.")),
    ]
    return Sheet(_("Read me"), [_("What"), _("Meaning")], [list(row) for row in said])


def years(reading: Reading) -> Sheet:
    headings = [_("Year"), *_sum_headings(), *(_cost_of(kind) for kind in KINDS)]
    rows = [
        [one.year, *_sums(one.sums), *(_known(one.cost_of[kind], one.costs_of[kind]) for kind in KINDS)]
        for one in reading.result.years
    ]
    if reading.ahead:
        rows.append(_total(reading.ahead))
    return Sheet(_("Years"), headings, rows)


def phases(reading: Reading) -> Sheet:
    headings = [_("Phase"), _("First year"), _("Last year"), *_sum_headings()]
    rows = [[one.phase.name, one.phase.first_year, one.phase.last_year, *_sums(one.sums)] for one in reading.phases]
    return Sheet(_("Phases"), headings, rows)


def costs(reading: Reading) -> Sheet:
    headings = [_("Year"), _("Kind of cost"), _("What for"), _("Cost of one"), _("How many"), _("Amount")]
    return Sheet(_("Costs"), headings + _worth_headings(reading), list(_cost_rows(reading.result.costs)))


def sources(reading: Reading) -> Sheet:
    """Of the years that totals run over."""
    headings = [
        _("Source"),
        _("Kind"),
        _("Received"),
        _("Signed"),
        _("Pledged"),
        _("Hoped for"),
        _("Secured"),
        _("Percent of what is secured"),
        _("In kind, of what is secured"),
        _("Amounts without a rate"),
        _("No rate for"),
    ]
    rows = [
        [
            one.source.name,
            str(SOURCE_WORDS[one.source.kind]),
            *_by_status(one, one.tallies),
            _known(one.secured, one.tallies.secured),
            None if one.share.value is None else round(float(one.share.value * 100), 1),
            _known(one.in_kind, one.in_kind_of),
            *_left_out(one.tallies.whole),
        ]
        for one in reading.source_sums
    ]
    return Sheet(_("Sources"), headings, rows)


def contributions(reading: Reading) -> Sheet:
    headings = [
        _("Year"),
        _("Source"),
        _("How sure"),
        _("For"),
        _("In its approved budget"),
        _("In kind"),
        _("Note"),
        _("Amount"),
    ]
    rows = list(_contribution_rows(reading, reading.result.contributions))
    return Sheet(_("Contributions"), headings + _worth_headings(reading), rows)


def rates(reading: Reading) -> Sheet:
    """The way round they were said."""
    headings = [_("One unit of"), _("Is worth"), _("In"), _("Rate of"), _("Who says so"), _("Used here")]
    used = set(reading.rates)
    rows = [
        [one.sides[0], one.rate, one.sides[1], one.dated_on.isoformat(), one.said_by, _yes(one in used)]
        for one in reading.planned.rates
    ]
    return Sheet(_("Rates"), headings, rows)


def _sum_headings() -> list[str]:
    return [
        _("Cost"),
        _("Received"),
        _("Signed"),
        _("Secured"),
        _("Pledged"),
        _("Hoped for"),
        _("Missing"),
        _("Missing if pledges come"),
        _("Missing if hopes come too"),
        _("More than can be spent"),
        _("In kind, of what is secured"),
        _("Amounts without a rate"),
        _("No rate for"),
    ]


def _sums(sums: Sums) -> Row:
    of = sums.tallies
    received, signed, pledged, hoped = _by_status(sums, of)
    money = [received, signed, _known(sums.secured, of.secured), pledged, hoped]
    gaps = [_known(getattr(sums, name), getattr(of, name)) for name in ("gap", "gap_if_pledged", "gap_if_hoped")]
    rest = [_known(sums.surplus, of.secured), _known(sums.in_kind, of.secured)]
    return [_known(sums.cost, of.cost), *money, *gaps, *rest, *_left_out(of.whole)]


def _by_status(sums: Sums | SourceSums, of: Tallies) -> Row:
    """Received, signed, pledged and hoped for."""
    sure = [_known(one, of.secured) for one in (sums.received, sums.signed)]
    return [*sure, _known(sums.pledged, of.pledged), _known(sums.hoped, of.hoped)]


def _known(amount: Decimal, tally: Tally) -> Decimal | None:
    """An empty cell where none of the amounts could be converted."""
    return None if tally.is_unknown else amount


def _left_out(tally: Tally) -> Row:
    """How many amounts a row lacks, and which currencies they are in."""
    return [tally.left_out, ", ".join(sorted(tally.currencies)) or None]


def _total(ahead: Iterable[Year]) -> Row:
    found = list(ahead)
    name = _("%(first)s to %(last)s") % {"first": found[0].year, "last": found[-1].year}
    by_kind = [
        _known(sum((one.cost_of[kind] for one in found), ZERO), together(one.costs_of[kind] for one in found))
        for kind in KINDS
    ]
    return [name, *_sums(arithmetic.total(found)), *by_kind]


def _cost_of(kind: str) -> str:
    return _("Cost: %(kind)s") % {"kind": KIND_WORDS[kind]}


def _cost_rows(lines: Iterable[Line[CostFacts]]) -> Iterator[Row]:
    for line in lines:
        fact = line.fact
        said = [fact.year, str(KIND_WORDS[fact.kind]), fact.text, fact.unit_amount, fact.quantity, fact.amount]
        yield [*said, fact.currency, line.worth, *_rate(line.rate)]


def _contribution_rows(reading: Reading, lines: Iterable[Line[ContributionFacts]]) -> Iterator[Row]:
    for line in lines:
        fact = line.fact
        meant_for = str(KIND_WORDS[fact.covers]) if fact.covers else _("anything")
        said = [fact.year, reading.sources[fact.source].name, str(STATUS_WORDS[fact.status]), meant_for]
        marks = [_yes(fact.is_in_budget), _yes(fact.is_in_kind), fact.note or None]
        yield [*said, *marks, fact.amount, fact.currency, line.worth, *_rate(line.rate)]


def _worth_headings(reading: Reading) -> list[str]:
    worth = _("Worth in %(currency)s") % {"currency": reading.planned.currency}
    return [_("Currency"), worth, _("Rate used"), _("Rate of")]


def _rate(rate: RateFacts | None) -> Row:
    return [rate_in_words(rate.rate, *rate.sides), rate.dated_on.isoformat()] if rate else [None, None]


def _yes(is_so: bool) -> str | None:
    return _("yes") if is_so else None
