"""Why a decision asks for a look: kept as facts, and put into words in the language of whoever reads them."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

Why = dict[str, Any]

LOWERED: Why = {"code": "lowered"}
FILLED_IN: Why = {"code": "filled_in"}
WORDS = {
    "lowered": _("an answer was lowered after the decision"),
    "filled_in": _("its answers were filled in after the decision was recorded"),
    "reopened": _("step %(step)s was reopened on %(on)s"),
}


def reopened(step: int, *, on: date) -> Why:
    """An earlier step was opened again that day."""
    return {"code": "reopened", "step": step, "on": on.isoformat()}


def in_words(why: Why | str) -> str:
    """The reason as a part of a sentence; empty when there is none. Words of before, kept as they were, stay so."""
    if isinstance(why, str):
        return why
    if not why:
        return ""
    on = {"on": date_format(date.fromisoformat(why["on"]))} if "on" in why else {}
    return str(WORDS[why["code"]]) % (why | on)
