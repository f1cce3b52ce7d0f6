"""Sums, shares and stretches of years as people read them on the overview of money."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from funding.domain.amounts import NO_BREAK, rate_shown, shown
from funding.domain.arithmetic import EXACT
from funding.domain.planned import RateFacts
from funding.domain.reliance import Share
from scaleup.ui.words import join_words

NOTHING = "–"
WHOLE_FROM = 1000  # from here on hundredths say nothing
MILLION, BILLION = 10**6, 10**9


def sum_shown(amount: Decimal) -> str:
    """A sum in a table: "1,234,568", and below a thousand to the hundredth, "12.50"."""
    if abs(amount) < WHOLE_FROM:
        return shown(amount)
    return shown(EXACT.quantize(amount, Decimal(1)))


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
    return f"1{NO_BREAK}{rate.currency} = {rate_shown(rate.rate)}{NO_BREAK}{rate.into}"


def _size(amount: Decimal) -> tuple[int, str]:
    if amount >= BILLION:
        return BILLION, _("%(number)s billion %(currency)s")
    if amount >= MILLION:
        return MILLION, _("%(number)s million %(currency)s")
    return 1, ""
