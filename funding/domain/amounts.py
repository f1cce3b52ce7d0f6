"""Amounts, sums and rates as people read them. What is shown here can be typed into a form again as it is."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format

NO_BREAK = "\u00a0"


def shown(amount: Decimal, currency: str = "") -> str:
    """ "1,234.50 USD" or "1,200 USD", with the signs of the reader's language."""
    places = 0 if amount == amount.to_integral_value() else 2
    text = number_format(amount, decimal_pos=places, force_grouping=True)
    return f"{text}{NO_BREAK}{currency}" if currency else text


def by_currency(amounts: Iterable[tuple[Decimal, str]]) -> list[str]:
    """Amounts added up, each currency by itself, in the order of their codes."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for amount, currency in amounts:
        sums[currency] += amount
    return [shown(sums[currency], currency) for currency in sorted(sums)]


def rate_shown(rate: Decimal) -> str:
    """ "0.00025" or "4,100.00": two decimals at least, and never three, which could be thousands."""
    places = -int(rate.normalize().as_tuple().exponent)
    return number_format(rate, decimal_pos=4 if places == 3 else max(2, places), force_grouping=True)


def rate_in_words(rate: Decimal, one: str, other: str) -> str:
    """ "1 KHR = 0.00025 USD", or as it was said "1 USD = 4,050.00 KHR" """
    return f"1{NO_BREAK}{one} = {rate_shown(rate)}{NO_BREAK}{other}"
