"""Cleaning what people type: the same rules for every text, with a sentence when something is wrong."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.text import clean_line as plain_line

LINE_BREAKS = frozenset("\n\t")


def clean_line(raw: str, *, limit: int) -> str:
    """One line: spaces folded, no control characters and no direction overrides.

    Raises ValidationError when it is longer than `limit` characters.
    """
    return _within(plain_line(raw), limit)


def clean_text(raw: str, *, limit: int) -> str:
    """Several lines: line breaks kept, other control characters refused.

    Raises ValidationError for control characters and for more than `limit` characters.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if any(unicodedata.category(mark) == "Cc" and mark not in LINE_BREAKS for mark in text):
        raise ValidationError(_("The text has a hidden control character. Paste it as plain text, then save again."))
    return _within(text.strip(), limit)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValidationError(
            _("This has %(length)s characters; at most %(limit)s fit. Shorten it, or attach it as a file.")
            % {"length": f"{len(text):,}", "limit": f"{limit:,}"}
        )
    return text
