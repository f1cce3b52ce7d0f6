"""Fields of money: years, amounts, rates and currencies. What could be read in two ways is asked again."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from funding import currencies
from funding.models import FIRST_YEAR, LAST_YEAR

LONGEST = 40  # characters of a number somebody means
GAPS = " \u00a0\u202f’'"  # stand between thousands, and never before decimals
# 1 234,50 · 1,234.50 · 1.234.567 · 1,23,456: thousands with the same sign between them all, perhaps decimals.
GROUPED = re.compile(
    rf"[1-9]\d{{0,2}}(?P<sign>[{GAPS}.,])(?:\d{{2,3}}(?P=sign))*\d{{3}}(?:(?P<point>[.,])(?P<part>\d+))?"
)
PLAIN = re.compile(r"\d+(?:[.,](?P<part>\d+))?")
NO_DIGIT = re.compile(r"\D")
TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1.234: thousands, or a part of one?


class YearField(forms.Field):
    """A year the plan may speak of."""

    def __init__(self, **options: Any) -> None:
        words = gettext_lazy("Enter a year from %(first)s to %(last)s, for example 2027.")
        limits = {"first": FIRST_YEAR, "last": LAST_YEAR}
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)
        self.words, self.limits = words, limits

    def to_python(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if not re.fullmatch(r"[0-9]{4}", typed) or not FIRST_YEAR <= int(typed) <= LAST_YEAR:
            raise ValidationError(self.words % self.limits, code="invalid")
        return int(typed)


class SumField(forms.Field):
    """A number above zero, as people write it, with at most `places` digits after its decimal sign.

    Spaces or one kind of sign may stand between thousands. Raises ValidationError for everything that could be read
    in two ways, such as 1.234, and never guesses.
    """

    places: int
    digits: int  # before the decimal sign
    example: str
    language_decides = False  # whether the page’s own sign for thousands is taken for one

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}), **options)

    def to_python(self, value: Any) -> Decimal | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        number = self._read(typed)
        if number <= 0:
            raise ValidationError(_("Enter a number above zero."), code="min_value")
        if number >= 10**self.digits:
            message = _("That is too much: at most %(digits)s digits fit before the decimal sign.")
            raise ValidationError(message % {"digits": self.digits}, code="max_value")
        return number

    def _read(self, typed: str) -> Decimal:
        if len(typed) > LONGEST:
            raise self._invalid()
        grouped = GROUPED.fullmatch(typed)
        found = grouped or PLAIN.fullmatch(typed)
        if found is None or (grouped and grouped["sign"] == grouped["point"]):
            raise self._invalid()
        if TWO_WAYS.fullmatch(typed) and not (self.language_decides and typed[-4] == get_format("THOUSAND_SEPARATOR")):
            raise self._ambiguous(typed)
        part = found["part"] or ""
        if len(part) > self.places:
            raise self._invalid()
        whole = typed[: len(typed) - len(part) - 1] if part else typed
        return Decimal(f"{NO_DIGIT.sub('', whole)}.{part or 0}")

    def _invalid(self) -> ValidationError:
        message = _("Enter a number in digits, at most %(places)s of them after the decimal sign, such as %(example)s.")
        return ValidationError(message % {"places": self.places, "example": self.example}, code="invalid")

    def _ambiguous(self, typed: str) -> ValidationError:
        whole, part = typed[:-4] + typed[-3:], f"{typed[:-4]}.{typed[-3:]}"
        message = _("“%(typed)s” can be read in two ways. Write %(whole)s.00 or %(clear)s, whichever you mean.")
        clear = part[:-1] if self.places < len(typed[-3:]) else f"{part}0"
        return ValidationError(message % {"typed": typed, "whole": whole, "clear": clear}, code="ambiguous")


class AmountField(SumField):
    """An amount of money: 1234.5, 1 234,50, 1,234.50. A lone sign before three digits must be the page’s own."""

    places, digits, example = 2, 13, "1200.50"
    language_decides = True


class RateField(SumField):
    """What one unit is worth. 1.083 and 4,100 are asked again, whatever the language: a rate may have any decimals."""

    places, digits, example = 8, 8, "0.00025"


class CurrencyField(forms.ChoiceField):
    """A currency by its code and name."""

    def __init__(self, **options: Any) -> None:
        wrong = gettext_lazy("Choose one of the currencies shown.")
        super().__init__(error_messages={"invalid_choice": wrong}, **options)
        self.offer()

    def offer(self, *, first: Iterable[str] = (), but: str = "") -> None:
        """Offers all currencies, those in `first` before the others, and without `but`."""
        nothing = ("", _("Choose a currency"))
        self.choices = lambda: [nothing, *(one for one in currencies.choices(first) if one[0] != but)]


def with_meanings(choices: Iterable[tuple[str, Any]], meanings: dict[str, Any]) -> list[tuple[str, SafeString]]:
    """Choices as radios show them: each word with what it means."""
    return [(value, format_html("<b>{}</b><br><small>{}</small>", word, meanings[value])) for value, word in choices]
