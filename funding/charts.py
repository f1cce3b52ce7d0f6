"""Bars of what a year costs, and how sure it is that each part of it is paid. The same figures stand in a table.

Colours stand as attributes too, so that paper shows them; on a screen the style sheet takes over.
"""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from funding.domain.arithmetic import EXACT, ZERO, Sums

# Paid by secured money, by pledges, by hopes, by nobody: filled, half filled, an outline, a pale ground.
COVERED = 'class="bar-value" fill="#0b5a63"'
IF_PLEDGED = 'class="bar-part" fill="#558c94"'
IF_HOPED = 'class="bar-was" fill="#fff" stroke="#1a2125" stroke-width="2"'
MISSING = 'class="bar-track" fill="#e2eff0"'
END = 'class="bar-target" stroke="#1a2125" stroke-width="2" stroke-dasharray="3 2"'
ROUND = Decimal("0.1")


def cost_bar(sums: Sums, *, largest: Decimal) -> SafeString:
    """What a year costs against the year that costs most, in four parts from the surest to what nobody pays.

    Hidden from those who hear the page: the cells beside it have the figures. Raises ValueError if no year costs
    anything.
    """
    if largest <= 0:
        raise ValueError(f"A bar needs a largest cost above 0, not {largest}.")
    marks = [_percent(one, largest) for one in (ZERO, sums.covered, sums.cost - sums.gap_if_pledged)]
    marks += [_percent(one, largest) for one in (sums.cost - sums.gap_if_hoped, sums.cost)]
    kinds = (COVERED, IF_PLEDGED, IF_HOPED, MISSING)
    drawn = [_rect(kind, start, end) for kind, start, end in zip(kinds, marks, marks[1:], strict=False) if end > start]
    end = f'<line {END} x1="{marks[-1]}%" x2="{marks[-1]}%" y1="0" y2="16"/>'
    return _svg("".join(reversed(drawn)) + end)


def key(kind: str) -> SafeString:
    """What a part of the bar looks like, for the key of the page."""
    return format_html(
        '<svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true"><rect {} x="1" y="4" width="22"'
        ' height="8" rx="2"/></svg>',
        mark_safe(kind),  # noqa: S308  our own words
    )


def _rect(kind: str, start: Decimal, end: Decimal) -> str:
    return f'<rect {kind} x="{start}%" width="{end - start}%" height="8" y="4"/>'


def _svg(drawn: str) -> SafeString:
    return mark_safe(f'<svg class="bar" width="100%" height="16" aria-hidden="true">{drawn}</svg>')  # noqa: S308


def _percent(amount: Decimal, largest: Decimal) -> Decimal:
    return EXACT.quantize(EXACT.divide(amount * 100, largest), ROUND)
