"""What the product knows beside items of step 8: costs, sources, the gap, and on whom the scale-up relies.

A fact proves its item only where it shows all of what counts as evidence for it; a signed letter, for one, it does
not know. See `programs.domain.known`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from funding.domain import reading, reliance
from funding.domain.amounts import shown
from funding.domain.arithmetic import total
from funding.domain.planned import CENTRAL, PER_SITE, RECURRENT, START_UP
from funding.domain.reading import Reading
from funding.domain.reliance import Share
from funding.domain.tallies import Tally, together
from funding.models import CostKind, FundingStatus
from funding.wording import percent
from programs.domain.known import Known, Proof
from programs.models import Program
from scaleup.addresses import address

ITEMS = (
    "cost-model",
    "funding-table",
    "funding-gap",
    "several-sources",
    "running-costs-owned",
    "in-kind-value",
    "cash-plan",
)
PLACES: dict[str, Promise] = {
    "funding:funding": gettext_lazy("Funding"),
    "funding:costs": gettext_lazy("What it costs"),
}
MANY = 10_000  # characters a note takes

TITLES: dict[str, Promise] = {
    "cost-model": gettext_lazy("Cost model by year and kind of cost"),
    "funding-table": gettext_lazy("Sources, years, amounts, and how sure each is"),
    "funding-gap": gettext_lazy("Gap of each year between cost and secured money"),
    "several-sources": gettext_lazy("Share of the largest source"),
    "in-kind-value": gettext_lazy("What is given in kind, with its value"),
}


def beside(program: Program, today: date) -> Iterator[Known]:
    """Everything the funding pages know of these items; nothing as long as nothing is planned."""
    found = reading.read(program, year=today.year)
    if found.planned.costs:
        yield _costs(program, found)
        yield _gap(program, found)
        yield from _shortfalls(program, found)
        yield from _carried(program, found)
    if found.planned.contributions:
        yield _table(program, found)
        yield from _largest(program, found)
        yield from _in_kind(program, found)


def _costs(program: Program, found: Reading) -> Known:
    kinds = {one.kind for one in found.planned.costs}
    sums = total(found.result.years)
    words = {
        "first": min(one.year for one in found.planned.costs),
        "last": max(one.year for one in found.planned.costs),
        "cost": _money(found, sums.cost),
    }
    if sums.tallies.cost.is_unknown:
        text = _("Costed from %(first)s to %(last)s.") % words + _left_out(sums.tallies.cost)
    else:
        text = _("Costed from %(first)s to %(last)s: %(cost)s in all.") % words + _left_out(sums.tallies.cost)
    is_whole = START_UP in kinds and CENTRAL in kinds and bool(kinds & {PER_SITE, RECURRENT})
    lines = [
        f"{one.year} {CostKind(one.kind).label}: {one.text}, "
        f"{one.quantity} × {shown(one.unit_amount, one.currency)} = {shown(one.amount, one.currency)}"
        for one in found.planned.costs
    ]
    return _known("cost-model", text, "funding:costs", program, lines if is_whole else [])


def _table(program: Program, found: Reading) -> Known:
    given = found.planned.contributions
    sources, amounts = len({one.source for one in given}), len(given)
    words = {
        "amounts": ngettext("%(count)s amount", "%(count)s amounts", amounts) % {"count": amounts},
        "sources": ngettext("%(count)s source", "%(count)s sources", sources) % {"count": sources},
    }
    text = _("The funding table has %(amounts)s of %(sources)s.") % words
    lines = [
        f"{one.year} {found.sources[one.source].name}: {shown(one.amount, one.currency)}, "
        f"{FundingStatus(one.status).label}"
        for one in given
    ]
    return _known("funding-table", text, "funding:funding", program, lines)


def _gap(program: Program, found: Reading) -> Known:
    words = {"gap": _money(found, found.sums.gap), "cost": _money(found, found.sums.cost)}
    held = found.sums.tallies.gap
    said = _("What is missing is not known.") if held.is_unknown else _("Still missing: %(gap)s of %(cost)s.") % words
    text = said + _left_out(held)
    years = [
        _("%(year)s: cost %(cost)s, secured %(secured)s, missing %(gap)s")
        % {
            "year": one.year,
            "cost": _money(found, one.sums.cost),
            "secured": _money(found, one.sums.secured),
            "gap": _money(found, one.sums.gap),
        }
        for one in found.ahead
    ]
    return _known("funding-gap", text, "funding:funding", program, [] if found.sums.left_out else years)


def _largest(program: Program, found: Reading) -> Iterator[Known]:
    held = found.concentration
    if held.share.value is None:
        return
    limit = found.planned.largest_share
    words = {
        "names": ", ".join(one.name for one in held.largest),
        "share": percent(held.share),
        "limit": percent(Share(Decimal(limit), Decimal(100))),
    }
    text = _("The largest source, %(names)s, gives %(share)s of the secured money; at most %(limit)s are agreed.")
    secured = found.sums.tallies.secured
    is_proven = held.sources > 1 and not held.share.is_above(limit) and not secured.left_out
    yield _known(
        "several-sources", text % words + _left_out(secured), "funding:funding", program, [""] if is_proven else []
    )


def _carried(program: Program, found: Reading) -> Iterator[Known]:
    """No proof: it takes the budget line or the signed letter itself."""
    share = reliance.together(found.carried)
    if share.value is None:
        return
    words = {"part": _money(found, share.part), "whole": _money(found, share.whole)}
    text = _("Government and partner budgets carry %(part)s of %(whole)s recurrent cost.") % words
    held = together(one.share_of for one in found.carried)
    yield _known("running-costs-owned", text + _left_out(held), "funding:funding", program, [])


def _in_kind(program: Program, found: Reading) -> Iterator[Known]:
    given = [one for one in found.planned.contributions if one.is_in_kind]
    if given:
        text = ngettext(
            "%(count)s contribution is in kind, with how it was valued.",
            "%(count)s contributions are in kind, each with how it was valued.",
            len(given),
        ) % {"count": len(given)}
        lines = [
            f"{one.year} {found.sources[one.source].name}: {shown(one.amount, one.currency)} ({one.note})"
            for one in given
        ]
        yield _known("in-kind-value", text, "funding:funding", program, lines)


def _shortfalls(program: Program, found: Reading) -> Iterator[Known]:
    """No proof: a cash plan goes month by month."""
    years = [str(one.year) for one in found.ahead if one.sums.gap]
    if years:
        text = _("Cost falls due before money is secured in: %(years)s.") % {"years": ", ".join(years)}
        yield _known("cash-plan", text + _left_out(found.sums.tallies.gap), "funding:funding", program, [])


def _left_out(tally: Tally) -> str:
    """A sentence about what the figures before it lack; empty if they are whole."""
    if not tally.left_out:
        return ""
    said = ngettext(
        "%(count)s amount is left out: no rate for %(currencies)s.",
        "%(count)s amounts are left out: no rate for %(currencies)s.",
        tally.left_out,
    )
    return " " + said % {"count": tally.left_out, "currencies": ", ".join(sorted(tally.currencies))}


def _money(found: Reading, amount: Decimal) -> str:
    return shown(amount, found.planned.currency)


def _known(item: str, text: str, page: str, program: Program, lines: Sequence[str]) -> Known:
    """A fact; its lines are the note it offers, none where it proves nothing."""
    proof = Proof(str(TITLES[item]), "\n".join([text, "", *lines]).strip()[:MANY]) if lines else None
    return Known(item, item, text, PLACES[page], address(page, program.pk), proof)
