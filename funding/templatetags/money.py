"""How sums and shares of money are written."""

from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from funding import wording
from funding.domain.reliance import Share
from funding.domain.tallies import Tally

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """ "1,234,568", and below a thousand to the hundredth."""
    return wording.sum_shown(amount)


@register.filter
def money_of(amount: Decimal, tally: Tally) -> SafeString:
    """The same; a star or a dash says that amounts are left out."""
    return wording.figure(amount, tally)


@register.filter
def money_if_any(amount: Decimal, tally: Tally) -> SafeString:
    """The same, and nothing where there is none: on a phone it takes no room."""
    return wording.figure(amount, tally) if amount or tally.left_out else SafeString("")


@register.filter
def why_not_whole(tally: Tally) -> str:
    """ "without 2 amounts: no rate for KES" """
    return wording.why_not_whole(tally)


@register.filter
def share_of(found: Share, tally: Tally) -> SafeString:
    """ "61 %", with a star where amounts of it are left out."""
    return wording.share_figure(found, tally)
