"""How sums and shares of money are written."""

from decimal import Decimal

from django import template

from funding import wording
from funding.domain.reliance import Share

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """ "1,234,568", and below a thousand to the hundredth."""
    return wording.sum_shown(amount)


@register.filter
def money_if_any(amount: Decimal) -> str:
    """The same, and nothing for 0: on a phone it takes no room."""
    return wording.sum_shown(amount) if amount else ""


@register.filter
def share(found: Share) -> str:
    """ "61 %" """
    return wording.percent(found)
