"""How dashboards write numbers: points of 100, shares with their counts, people in millions."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.domain.results import Ratio
from assessments.figures import as_percent

register = template.Library()
NO_BREAK = "\u00a0"
MILLION = 1_000_000


@register.filter
def points(score: float | None) -> str:
    """A score of 0 to 1 as points out of 100; a dash when nothing applies."""
    return "–" if score is None else str(round(100 * score))


@register.filter
def share(score: float | None) -> str:
    """A share of a range, 0 to 1, as "61 %"; a dash when there is none."""
    return as_percent(score)


@register.filter
def percent(ratio: Ratio) -> str:
    """A share as "61 %"; a dash when there is nothing to take a share of."""
    return "–" if ratio.share is None else f"{round(100 * ratio.share)}{NO_BREAK}%"


@register.filter
def of(ratio: Ratio) -> str:
    """The counts behind a share: "20 of 33"."""
    counts = {name: grouped(number) for name, number in ratio._asdict().items()}
    return _("%(numerator)s of %(denominator)s") % counts


@register.filter
def grouped(number: int) -> str:
    """Thousands apart: "12,000"."""
    return number_format(number, force_grouping=True)


@register.filter
def whole(amount: Decimal) -> str:
    """An amount of money without cents, large ones in millions."""
    return short(int(amount.to_integral_value()))


@register.filter
def short(number: int) -> str:
    """Large numbers in millions: "1.2 M"."""
    if number < MILLION:
        return grouped(number)
    return _("%(millions)s M") % {"millions": number_format(number / MILLION, decimal_pos=1)}
