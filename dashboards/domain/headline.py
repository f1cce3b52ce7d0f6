"""The sentences at the top of dashboards: what moved, what waits, in words. Plain functions."""

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.domain.decisions import Moves
from dashboards.domain.figures import Figures


def what_moved(moves: Moves, *, stuck: int) -> str:
    """What happened since the last visit: "Two programs passed a gate, one went back, one stands still"."""
    told = [(_passed, moves.passed), (_returned, moves.returned), (_held, moves.held), (_stands, stuck)]
    parts = [part for part in told if part[1]]
    if not parts:
        return _("Nothing was decided since your last visit")
    (first, number), *rest = parts
    clauses = [first(number, is_first=True), *(say(number, is_first=False) for say, number in rest)]
    return capfirst(", ".join(clauses))


def at_first_sight(figures: Figures) -> str:
    """For somebody who was never here before."""
    if not figures.programs:
        return _("No program is listed here yet")
    sentence = ngettext(
        "%(programs)s program is on its way to scale",
        "%(programs)s programs are on their way to scale",
        figures.programs,
    )
    return capfirst(sentence % {"programs": in_words(figures.programs)})


def who_waits(waiting: int, *, programs: int) -> str:
    """For a facilitator: "Two of eighteen programs wait for a decision"."""
    if not programs:
        return _("No program is listed here yet")
    if not waiting:
        return _("No program waits for a decision")
    sentence = ngettext(
        "%(waiting)s of %(programs)s programs waits for a decision",
        "%(waiting)s of %(programs)s programs wait for a decision",
        waiting,
    )
    return capfirst(sentence % {"waiting": in_words(waiting), "programs": in_words(programs)})


def in_words(number: int) -> str:
    """One to nine as words, others as figures."""
    return str(apnumber(number))


def _passed(number: int, *, is_first: bool) -> str:
    sentence = ngettext("%(number)s program passed a gate", "%(number)s programs passed a gate", number)
    return sentence % {"number": in_words(number)}


def _returned(number: int, *, is_first: bool) -> str:
    if is_first:
        sentence = ngettext("%(number)s program went back", "%(number)s programs went back", number)
    else:
        sentence = ngettext("%(number)s went back", "%(number)s went back", number)
    return sentence % {"number": in_words(number)}


def _held(number: int, *, is_first: bool) -> str:
    if is_first:
        sentence = ngettext("%(number)s program was put on hold", "%(number)s programs were put on hold", number)
    else:
        sentence = ngettext("%(number)s was put on hold", "%(number)s were put on hold", number)
    return sentence % {"number": in_words(number)}


def _stands(number: int, *, is_first: bool) -> str:
    if is_first:
        sentence = ngettext("%(number)s program stands still", "%(number)s programs stand still", number)
    else:
        sentence = ngettext("%(number)s stands still", "%(number)s stand still", number)
    return sentence % {"number": in_words(number)}
