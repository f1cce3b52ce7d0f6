"""Fields that every form of this app is made of: lines, texts, days, and the nonce of a form."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.forms.once import NonceField, new_nonce
from programs.domain.answering import EARLIEST, LATEST, clean_date
from programs.domain.text import clean_line, clean_text

__all__ = ["NonceField", "new_nonce"]  # of every form, whichever app's


class LineField(forms.CharField):
    """One line, cleaned by the rules of `programs.domain.text` before anything else looks at it."""

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def to_python(self, value: object) -> str:
        return super().to_python(clean_line(str(value or ""), limit=self.limit))


class ParagraphField(forms.CharField):
    """Several lines, cleaned like `LineField`."""

    widget = forms.Textarea(attrs={"rows": 5})

    def __init__(self, *, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def to_python(self, value: object) -> str:
        return super().to_python(clean_text(str(value or ""), limit=self.limit))


class LinesField(forms.Field):
    """A short list, one a line: cleaned like a line each, empty ones left out."""

    def __init__(self, *, limit: int, most: int, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)
        self.limit, self.most = limit, most

    def to_python(self, value: object) -> list[str]:
        cleaned = (clean_line(line, limit=self.limit) for line in str(value or "").splitlines())
        lines = [line for line in cleaned if line]
        if len(lines) > self.most:
            message = ngettext("At most %(most)s line fits here.", "At most %(most)s lines fit here.", self.most)
            raise ValidationError(message % {"most": self.most})
        return lines


class DayInput(forms.DateInput):
    """The browser's own calendar, where it has one."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between `earliest` and `latest`; the error names the limits."""

    widget = DayInput
    default_error_messages = {"invalid": _("Enter a date as year-month-day, for example 2027-03-31.")}

    def __init__(self, *, earliest: date = EARLIEST, latest: date = LATEST, **options: Any) -> None:
        super().__init__(**options)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        return day and clean_date(day.isoformat(), earliest=self.earliest, latest=self.latest)


class CountField(forms.IntegerField):
    """A whole number of people, sites … as typed: 40000, 40,000, 40 000 or 1,20,000; never 1.5 for 15."""

    MOST = 2_000_000_000
    BETWEEN = " ,.\u00a0\u202f’'"
    GROUPED = re.compile(rf"\d+|\d{{1,3}}([{BETWEEN}]\d{{2,3}})*[{BETWEEN}]\d{{3}}")

    def __init__(self, **options: Any) -> None:
        messages = {
            "invalid": _("Enter a whole number in digits, for example 40000."),
            "min_value": _("Enter a number of at least %(limit_value)s."),
            "max_value": _("Enter a number of at most %(limit_value)s."),
        }
        super().__init__(max_value=self.MOST, error_messages=messages, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.strip()
            if value and not self.GROUPED.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.translate(dict.fromkeys(map(ord, self.BETWEEN)))
        return super().to_python(value)
