"""How figures of rounds are written: shares in percent, values of a scale with at most one decimal."""

from django.utils.formats import number_format

NONE = "–"


def percent(share: float | None) -> int:
    """A share as whole points out of 100; only all of it is 100, only nothing is 0."""
    if not share:
        return 0
    exact = round(share, 9)  # without the noise of binary fractions
    return 100 if exact >= 1 else max(1, min(99, round(exact * 100)))


def as_percent(share: float | None) -> str:
    """A share of 0 to 1 as "61 %"; only all of it is 100, only nothing is 0."""
    return NONE if share is None else f"{percent(share)}\u00a0%"


def as_number(value: float | None) -> str:
    """A value of a scale: one decimal, none where it would be 0."""
    if value is None:
        return NONE
    shown = round(value, 1)
    return number_format(shown, decimal_pos=0 if shown == round(shown) else 1)
