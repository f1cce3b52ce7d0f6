"""Sums, shares and stretches of years as people read them on the overview of money."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from funding.domain.amounts import NO_BREAK, rate_in_words, shown
from funding.domain.arithmetic import EXACT
from funding.domain.planned import RateFacts
from funding.domain.reliance import Share
from funding.domain.tallies import Tally
from scaleup.ui.words import join_words

NOTHING, STAR = "–", "*"
WHOLE_FROM = 1000  # from here on hundredths say nothing
MILLION, BILLION = 10**6, 10**9


def sum_shown(amount: Decimal) -> str:
    """A sum in a table: "1,234,568", and below a thousand to the hundredth, "12.50"."""
    if abs(amount) < WHOLE_FROM:
        return shown(amount)
    return shown(EXACT.quantize(amount, Decimal(1)))


def figure(amount: Decimal, tally: Tally) -> SafeString:
    """A sum in a table: with a star where amounts are left out, a dash where none of its amounts could be converted."""
    return _marked(sum_shown(amount), tally)


def share_figure(share: Share, tally: Tally) -> SafeString:
    """A share in a table, marked likewise."""
    return _marked(percent(share), tally)


def why_not_whole(tally: Tally) -> str:
    """ "without 2 amounts: no rate for KES", or "cannot be added up: no rate for KES"; empty if nothing is missing."""
    if not tally.left_out:
        return ""
    words = {"currencies": join_words(sorted(tally.currencies)), "count": tally.left_out}
    if tally.is_unknown:
        return _("cannot be added up: no rate for %(currencies)s") % words
    said = ngettext(
        "without %(count)s amount: no rate for %(currencies)s",
        "without %(count)s amounts: no rate for %(currencies)s",
        tally.left_out,
    )
    return said % words


def lacking(rows: Iterable[tuple[str, Tally]]) -> list[str]:
    """ "2027: without 2 amounts: no rate for KES" for each row of a table that lacks some."""
    words = ((name, why_not_whole(tally)) for name, tally in rows)
    return [_("%(name)s %(why)s") % {"name": name, "why": why} for name, why in words if why]


def about(amount: Decimal, currency: str) -> str:
    """A sum in a sentence: "1.2 million USD". Only what is exactly nothing is 0."""
    size, words = _size(amount)
    if size == 1:
        return f"{sum_shown(amount)}{NO_BREAK}{currency}"
    tenths = EXACT.quantize(EXACT.divide(amount, Decimal(size)), Decimal("0.1"))
    number = number_format(tenths, decimal_pos=1, force_grouping=True)
    return words % {"number": number, "currency": currency}


def percent(share: Share) -> str:
    """ "61 %"; only all of it is 100 and only nothing is 0. A dash where there is nothing to have a share of."""
    if share.value is None:
        return NOTHING
    points = round(share.value * 100)
    if 0 < share.value < 1:
        points = max(1, min(99, points))
    return f"{points}{NO_BREAK}%"


def stretch(years: Sequence[int]) -> str:
    """ "2027" or "2027–2030", from the first to the last."""
    return str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


def listed(years: Iterable[int]) -> str:
    """ "2027, 2028 and 2030" """
    return join_words([str(year) for year in years])


def times(price: Decimal, quantity: int, whole: Decimal, currency: str) -> str:
    """ "40 × 1,200 USD = 48,000 USD", or the sum alone where it is one."""
    if quantity == 1:
        return shown(whole, currency)
    return f"{shown(Decimal(quantity))} × {shown(price, currency)} = {shown(whole, currency)}"


def rate_words(rate: RateFacts) -> str:
    """ "1 KHR = 0.00025 USD" """
    return rate_in_words(rate.rate, *rate.sides)


def _size(amount: Decimal) -> tuple[int, str]:
    if amount >= BILLION:
        return BILLION, _("%(number)s billion %(currency)s")
    if amount >= MILLION:
        return MILLION, _("%(number)s million %(currency)s")
    return 1, ""


def _marked(words: str, tally: Tally) -> SafeString:
    if not tally.left_out:
        return conditional_escape(words)
    shown_as = NOTHING if tally.is_unknown or words == NOTHING else f"{words}{STAR}"
    return format_html('{}<span class="visually-hidden"> ({})</span>', shown_as, why_not_whole(tally))
