"""Words about a state, in the colour of their kind and with a sign, so that colour is never alone."""

from datetime import date
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy

from scaleup.ui import times
from scaleup.ui.levels import MAIN, OTHER
from scaleup.ui.signs import sign as drawn
from scaleup.ui.words import STATES

KINDS = frozenset({"good", "warn", "bad", "calm", "quiet", "plain"})
STEP_TAGS = {
    "not_started": ("quiet", "", "n"),
    "in_progress": ("calm", "edit", "p"),
    "submitted": ("calm", "sent", "s"),
    "go": ("good", "check", "g"),
    "conditions": ("good", "diamond", "c"),
    "hold": ("warn", "pause", "h"),
    "returned": ("warn", "returned", "r"),
}
ANSWER_TAGS = {
    "not_started": ("quiet", ""),
    "under_way": ("calm", "half"),
    "done": ("calm", "dot"),
    "not_applicable": ("quiet", "dash"),
    "dont_know": ("quiet", "question"),
    "later": ("quiet", "clock"),
}
VERIFIED = gettext_lazy("Verified")


def tag(kind: str, text: str, *, sign: str = "") -> SafeString:
    """A word in the colour of its kind. Raises ValueError for a kind there is not."""
    if kind not in KINDS:
        raise ValueError(f"A tag is one of {', '.join(sorted(KINDS))}, not {kind!r}.")
    return format_html('<span class="tag tag--{}">{}{}</span>', kind, drawn(sign) if sign else "", text)


def step_tag(state: str) -> SafeString:
    """The state of a step. Raises KeyError for a state there is not."""
    return _step_tag(state, get_language())


def answer_tag(answer: str, *, is_verified: bool) -> SafeString:
    """What a team says of an item; once verified, a reviewer's word stands in its place."""
    return _answer_tag(answer, is_verified, get_language())


def due(day: date, *, today: date) -> SafeString:
    """How many days are left to a date, or how late it is."""
    kind, words = times.left(day, today=today)
    return tag(kind, words, sign="clock" if kind in {"warn", "bad"} else "")


@lru_cache(maxsize=64)
def _step_tag(state: str, _language: str | None) -> SafeString:
    kind, sign, letter = STEP_TAGS[state]
    return tag(kind, str(STATES[letter]), sign=sign)


@lru_cache(maxsize=128)
def _answer_tag(answer: str, is_verified: bool, _language: str | None) -> SafeString:
    if is_verified and answer == "done":
        return tag("good", str(VERIFIED), sign="verified")
    kind, sign = ANSWER_TAGS[answer]
    return tag(kind, str((MAIN | OTHER)[answer]), sign=sign)
