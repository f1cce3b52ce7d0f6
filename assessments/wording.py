"""What the codes of readiness say in words: bands, answers, conditions and raises."""

from collections.abc import Callable
from datetime import date
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.domain.facts import CountedAs
from assessments.domain.raises import Change, Raise
from assessments.domain.results import Band, Condition, ConditionCode
from assessments.figures import as_percent

BANDS: Final[dict[Band, Promise]] = {
    "not_yet": gettext_lazy("Not yet"),
    "nearly": gettext_lazy("Nearly ready"),
    "ready": gettext_lazy("Ready"),
}

COUNTED_AS: Final[dict[CountedAs, Promise]] = {
    "not_started": gettext_lazy("Not started"),
    "under_way": gettext_lazy("Under way"),
    "done": gettext_lazy("Done"),
    "verified": gettext_lazy("Verified"),
    "dont_know": gettext_lazy("Don't know yet"),
    "later": gettext_lazy("Come back later"),
    "not_applicable": gettext_lazy("Not applicable"),
    "needs_reason": gettext_lazy("Not applicable, but no reason is given"),
    "needs_acceptance": gettext_lazy("Not applicable, waiting for the reviewer's yes"),
}

# Whose rounds the rules count, by key; None where a version names no instrument.
INSTRUMENTS: Final[dict[str | None, Promise]] = {
    None: gettext_lazy("any instrument"),
    "scale-up-readiness": gettext_lazy("“Scale-up readiness”"),
}

RAISES: Final[dict[Change, Promise]] = {
    "mark_done": gettext_lazy("Mark %(item)s done: %(gain)s"),
    "verify": gettext_lazy("Have %(item)s verified: %(gain)s"),
    "give_reason": gettext_lazy("Say why %(item)s does not apply: %(gain)s"),
    "have_accepted": gettext_lazy("Have the reviewer agree that %(item)s does not apply: %(gain)s"),
    "give_reason_and_have_accepted": gettext_lazy(
        "Say why %(item)s does not apply, and have the reviewer agree: %(gain)s"
    ),
}


def condition_sentence(condition: Condition) -> str:
    """Say where this condition stands. What is still open is named where a number can name it."""
    sentence = _CONDITIONS[condition.code](condition)
    if condition.code == "coverage" or not condition.still_open:
        return sentence
    numbers = ", ".join(thing.number for thing in condition.still_open)
    return _("%(sentence)s Still open: %(numbers)s.") % {"sentence": sentence, "numbers": numbers}


def raise_sentence(each: Raise) -> str:
    """Say what to do and what it adds to the phase's score, in points out of 100."""
    return str(RAISES[each.change]) % {"item": each.number, "gain": points(each.gain)}


def points(gain: float) -> str:
    """Write a gain of 0 to 1 as points out of 100, never as "+0.0"."""
    rounded = round(100 * gain, 1)
    if not rounded:
        return _("less than +0.1 points")
    return _("+%(points)s points") % {"points": number_format(rounded, decimal_pos=1)}


def _steps_passed(condition: Condition) -> str:
    figures = condition.figures
    if not figures["of"]:
        return _("This guide has no step before you scale up, so none can have passed.")
    return ngettext(
        "%(passed)s of %(of)s step before you scale up has passed; %(needed)s is needed.",
        "%(passed)s of %(of)s steps before you scale up have passed; %(needed)s are needed.",
        figures["of"],
    ) % dict(figures)


def _no_open_critical(condition: Condition) -> str:
    figures = condition.figures
    if not figures["open"]:
        return _("No critical item is open in the steps before you scale up.")
    sentence = ngettext(
        "%(open)s critical item is open in the steps before you scale up.",
        "%(open)s critical items are open in the steps before you scale up.",
        figures["open"],
    )
    return _allowing(sentence % dict(figures), figures["allowed"])


def _coverage(condition: Condition) -> str:
    figures = condition.figures
    if not figures["done"]:
        return _("No item is done yet, so there is nothing that evidence could back.")
    return ngettext(
        "%(with_evidence)s of %(done)s done item has current evidence; %(needed)s is needed.",
        "%(with_evidence)s of %(done)s done items have current evidence; %(needed)s are needed.",
        figures["done"],
    ) % dict(figures)


def _assessment_recent(condition: Condition) -> str:
    figures = condition.figures
    words = {"instrument": str(INSTRUMENTS[figures["instrument"]])}
    if figures["closed_on"] is None:
        return _("No round of %(instrument)s has been closed yet.") % words
    words |= {name: _day(figures[name]) for name in ("closed_on", "valid_until")}
    sentence = (
        _("The latest round of %(instrument)s closed on %(closed_on)s and counts until %(valid_until)s.")
        if condition.is_met
        else _(
            "The latest round of %(instrument)s closed on %(closed_on)s and counted until %(valid_until)s: "
            "it is time for the next one."
        )
    )
    return sentence % words


def _assessment_share(condition: Condition) -> str:
    figures = condition.figures
    words = {name: as_percent(figures[name]) for name in ("share", "share_needed")}
    if figures["share"] is None:
        return _("A closed round must reach at least %(share_needed)s of its range.") % words
    if not condition.is_met and words["share"] == words["share_needed"]:  # alike only because they are rounded
        return _("The latest round came to just under %(share_needed)s of its range, which is needed.") % words
    return _("The latest round reached %(share)s of its range; %(share_needed)s is needed.") % words


def _assessment_complete(condition: Condition) -> str:
    figures = condition.figures
    if figures["open"] is None:
        return _("A closed round must leave no item open.")
    if not figures["open"]:
        return _("The latest round left no item open.")
    sentence = ngettext(
        "The latest round left %(open)s item open.",
        "The latest round left %(open)s items open.",
        figures["open"],
    )
    return _allowing(sentence % dict(figures), figures["allowed"])


def _allowing(sentence: str, allowed: int) -> str:
    """Add how many may be open, where the rules allow any."""
    if not allowed:
        return sentence
    return _("%(sentence)s At most %(allowed)s may be.") % {
        "sentence": sentence,
        "allowed": allowed,
    }


def _day(written: str) -> str:
    return date_format(date.fromisoformat(written))


_CONDITIONS: Final[dict[ConditionCode, Callable[[Condition], str]]] = {
    "steps_passed": _steps_passed,
    "no_open_critical": _no_open_critical,
    "coverage": _coverage,
    "assessment_recent": _assessment_recent,
    "assessment_share": _assessment_share,
    "assessment_complete": _assessment_complete,
}
