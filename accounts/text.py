"""Cleaning the lines people type: names of people, organisations and portfolios."""

import unicodedata

from django import forms

# Direction marks that reorder text around them; a name with one can pose as another name.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(raw: str) -> str:
    """One line in normal form: spaces folded, no control characters, no direction overrides."""
    text = unicodedata.normalize("NFC", raw)
    plain = (" " if unicodedata.category(mark) == "Cc" else mark for mark in text if mark not in BIDI_CONTROLS)
    return " ".join("".join(plain).split())


class LineField(forms.CharField):
    """A line of text that is cleaned before anything else looks at it."""

    def to_python(self, value: object) -> str:
        # Before Django's own checks, which would refuse a NUL without saying where it hides.
        return super().to_python(clean_line(str(value or ""))) or ""
