"""How each complaint of the matrix is said, why it matters, and what can be said where there is none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.domain.arrangement import Span
from partners.domain.checks import Complaint, Severity
from partners.models.partners import levels_in_words


@dataclass(frozen=True, slots=True)
class Weight:
    """A severity in words: of one complaint and of several, the kind of its tag and its sign."""

    name: Promise
    heading: Promise
    kind: str
    sign: str


WEIGHTS: dict[Severity, Weight] = {
    Severity.SERIOUS: Weight(gettext_lazy("serious"), gettext_lazy("Serious"), "bad", "alert"),
    Severity.WARNING: Weight(gettext_lazy("warning"), gettext_lazy("Warnings"), "warn", "flag"),
    Severity.HINT: Weight(gettext_lazy("hint"), gettext_lazy("Hints"), "calm", "info"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one code. Placeholders are facts of the complaint; `more` is added where it has that fact.

    `past` says of one that is gone what was wrong: all that is left of its facts is which function and which partner.
    """

    title: Promise
    why: Promise
    sentence: Promise
    checked: Promise
    past: Promise
    more: Mapping[str, Promise] = field(default_factory=dict)


DRAFT = {"draft": gettext_lazy("The draft “%(draft)s” would cover it, but nobody has said that it is signed.")}

WORDS: dict[str, Words] = {
    "none-accountable": Words(
        gettext_lazy("Nobody is accountable"),
        gettext_lazy("When it stops, nobody has to answer for it."),
        gettext_lazy("Nobody is accountable for %(function)s."),
        gettext_lazy("Somebody is accountable for every function."),
        gettext_lazy("Nobody was accountable for %(function)s."),
        {"former": gettext_lazy("%(former)s was, until %(ended)s.")},
    ),
    "several-accountable": Words(
        gettext_lazy("More than one is accountable"),
        gettext_lazy("Where two answer for the same, each can wait for the other."),
        gettext_lazy("%(partners)s are accountable for %(function)s at the same time."),
        gettext_lazy("Nobody shares being accountable with another partner at the same time."),
        gettext_lazy("More than one partner was accountable for %(function)s at the same time."),
    ),
    "no-agreement": Words(
        gettext_lazy("Accountable without an agreement"),
        gettext_lazy("What nobody has signed, nobody can ask for."),
        gettext_lazy("%(partner)s is accountable for %(function)s, and no signed agreement covers it."),
        gettext_lazy("Every accountable partner has a signed agreement that covers the function."),
        gettext_lazy("%(partner)s was accountable for %(function)s without a signed agreement."),
        DRAFT | {"agreement": gettext_lazy("The agreement “%(agreement)s” with this partner does not name it.")},
    ),
    "accountable-gap": Words(
        gettext_lazy("Nobody is accountable for some time"),
        gettext_lazy("The work goes on on those days, and nobody answers for it."),
        gettext_lazy("Nobody is accountable for %(function)s %(spans)s."),
        gettext_lazy("Somebody is accountable on every day until the work ends, as far as that day is known."),
        gettext_lazy("Nobody was accountable for %(function)s for some time."),
    ),
    "agreement-not-begun": Words(
        gettext_lazy("The agreement begins too late"),
        gettext_lazy("Until it begins, nothing in writing says what the partner does."),
        gettext_lazy(
            "The agreement “%(agreement)s” begins on %(begins)s. %(partner)s is accountable for %(function)s "
            "without one %(spans)s."
        ),
        gettext_lazy("No agreement begins later than the role it covers."),
        gettext_lazy("The agreement of %(partner)s on %(function)s began too late."),
        DRAFT,
    ),
    "agreement-too-short": Words(
        gettext_lazy("The agreement ends too early"),
        gettext_lazy("A follow-up takes months to sign. Begin before the old one ends."),
        gettext_lazy(
            "The agreement “%(agreement)s” ends on %(ends)s. %(partner)s is accountable for %(function)s "
            "without one %(spans)s."
        ),
        gettext_lazy("No agreement ends before the work it covers, as far as the end of the work is known."),
        gettext_lazy("The agreement of %(partner)s on %(function)s ended too early."),
        DRAFT,
    ),
    "level-without-anybody": Words(
        gettext_lazy("Nobody does it at a level where the program works"),
        gettext_lazy("Work that is done at another level does not arrive where it is needed."),
        gettext_lazy("%(function)s is needed at these levels, and nobody who does it works there: %(levels)s."),
        gettext_lazy("At every level where the program works, somebody does what is needed there."),
        gettext_lazy("Nobody did %(function)s at a level where it is needed."),
        {"partner": gettext_lazy("%(partner)s does it, but nobody has entered where that partner works.")},
    ),
    "too-much-on-one": Words(
        gettext_lazy("Too much rests on one partner"),
        gettext_lazy("If this partner stops, most of the scale-up stops."),
        gettext_lazy("%(partner)s is accountable for %(count)s of the %(total)s functions that anybody answers for."),
        gettext_lazy("Among three partners or more, none is accountable for more than half of the functions."),
        gettext_lazy("%(partner)s was accountable for more than half of the functions."),
    ),
    "holder-left": Words(
        gettext_lazy("The person in the role has left"),
        gettext_lazy("A name in the matrix that nobody answers to."),
        gettext_lazy("%(person)s holds the role of %(partner)s in %(function)s, and left on %(left)s."),
        gettext_lazy("Everybody who holds a role by name is still there."),
        gettext_lazy("Who held the role of %(partner)s in %(function)s had left."),
    ),
    "no-deputy": Words(
        gettext_lazy("A role hangs on one person"),
        gettext_lazy("When that person is ill or moves on, the work stops."),
        gettext_lazy("%(person)s holds the role of %(partner)s in %(function)s, and has no deputy."),
        gettext_lazy("Everybody who holds a role by name has a deputy."),
        gettext_lazy("The role of %(partner)s in %(function)s hung on one person."),
    ),
    "capacity-too-low": Words(
        gettext_lazy("Capacity below what the role needs"),
        gettext_lazy("A partner who is not able to do it yet needs training or support first."),
        gettext_lazy(
            "At the newest check %(partner)s reached %(capacity)s of 3 for %(function)s. The role needs %(needed)s."
        ),
        gettext_lazy("Nobody who was checked is below what the role needs."),
        gettext_lazy("%(partner)s was below the capacity that %(function)s needs."),
    ),
    "capacity-unknown": Words(
        gettext_lazy("Capacity never checked"),
        gettext_lazy("Ten minutes together show what a partner needs before the work begins."),
        gettext_lazy("Nobody has checked whether %(partner)s is able to do %(function)s."),
        gettext_lazy("The capacity of every accountable partner was checked."),
        gettext_lazy("Nobody had checked whether %(partner)s is able to do %(function)s."),
    ),
    "levels-unknown": Words(
        gettext_lazy("Levels not entered"),
        gettext_lazy("Without them nobody sees whether somebody does the work at each level."),
        gettext_lazy("Nobody has entered at which levels the program works."),
        gettext_lazy("It is known at which levels the program works."),
        gettext_lazy("Nobody had entered at which levels the program works."),
    ),
}


def sentence(complaint: Complaint) -> str:
    """What is wrong, in one sentence or two."""
    words, said = WORDS[complaint.code], {name: _in_words(name, value) for name, value in complaint.facts.items()}
    added = next((more for fact, more in words.more.items() if fact in complaint.facts), None)
    return " ".join(str(one) % said for one in (words.sentence, added) if one)


def _in_words(name: str, value: Any) -> Any:
    if name == "spans":
        return _spans(value)
    if name == "levels":
        return levels_in_words(value)
    if name == "partners":
        return get_text_list(list(value), _("and"))
    return date_format(value) if isinstance(value, date) else value


def _spans(spans: Collection[Span]) -> str:
    """ "from 1 March 2027 to 4 May 2027 and from …"."""
    return get_text_list([_span(*one) for one in spans], _("and"))


def _span(begins: date, ends: date) -> str:
    if begins == ends:
        return _("on %(day)s") % {"day": date_format(begins)}
    if ends == date.max:
        return _("from %(day)s on") % {"day": date_format(begins)}
    return _("from %(begins)s to %(ends)s") % {"begins": date_format(begins), "ends": date_format(ends)}
