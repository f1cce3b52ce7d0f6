"""What is news, in words: each kind with what it says, where it leads, and the subject of its mail.

`news_sql` finds what happened, and to whom it is news. The words and addresses stand among the rules of
`programs.domain.owed`, so that a notice is read by the same names whatever it speaks of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments.domain.owed import at_rating
from programs.domain import owed
from programs.domain.owed import Owed, Rule
from programs.domain.owed_rules import at_conditions, at_item, at_item_or_step, at_review, at_step
from programs.models import GateReview
from reminders.domain import wishes
from reminders.domain.wishes import Group, Kind
from scaleup.addresses import address

Outcome = GateReview.Outcome


@dataclass(frozen=True, slots=True)
class NewsRule(Rule):
    """One kind of news. `choice` names it where somebody chooses what to be told.

    `headline` is the subject of a mail about one of them: no names of people and no words somebody typed.
    """

    choice: Promise | str = ""
    headline: Promise | str | Callable[[Owed], str] = ""

    def headline_of(self, one: Owed) -> str:
        words = self.headline
        return words(one) if callable(words) else str(words) % {"step": one.step}


def outcome_in_words(one: Owed) -> str:
    """A decision in a few words; `item_key` is the outcome with what belongs to it."""
    outcome, _space, with_it = one.item_key.partition(" ")
    if outcome == Outcome.CONDITIONS:
        count = int(with_it)
        return ngettext("go, with %(count)s condition", "go, with %(count)s conditions", count) % {"count": count}
    if outcome == Outcome.RETURNED:
        return _back_in_words(int(with_it), one.step)
    if outcome == Outcome.HOLD:
        day = date.fromisoformat(with_it)
        return say("on hold; it is looked at again on %(day)s") % {"day": date_format(day)}
    return say("go")


def _back_in_words(number: int, step: int) -> str:
    return say("returned") if number == step else say("returned to step %(number)s") % {"number": number}


def decision_in_words(one: Owed) -> str:
    said = {"step": one.step, "outcome": outcome_in_words(one), "subject": one.subject}
    return say("Step %(step)s, %(subject)s: %(outcome)s") % said


def decision_headline(one: Owed) -> str:
    return say("Decision on step %(step)s: %(outcome)s") % {"step": one.step, "outcome": outcome_in_words(one)}


def at_decision(one: Owed) -> str:
    return at_conditions(one) if one.item_key.startswith(Outcome.CONDITIONS) else at_step(one)


def at_remark(one: Owed) -> str:
    return f"{at_item_or_step(one)}#remarks"


def at_results(one: Owed) -> str:
    return address("assessments:results", one.program_id, one.subject_id)


def at_portfolios(one: Owed) -> str:
    return address("programs:portfolios", one.program_id)


def at_program(one: Owed) -> str:
    return address("programs:program", one.program_id)


RULES = (
    NewsRule(
        "news_submitted",
        _("Step %(step)s waits for your decision: %(subject)s"),
        at_review,
        choice=_("A step is submitted to you"),
        headline=_("Step %(step)s waits for your decision"),
    ),
    NewsRule(
        "news_decided",
        decision_in_words,
        at_decision,
        choice=_("A decision on a step of your program"),
        headline=decision_headline,
    ),
    NewsRule(
        "news_sent_back",
        _("Sent back by the reviewer: %(subject)s"),
        at_item,
        choice=_("A reviewer sends an item back"),
        headline=_("An item of step %(step)s was sent back"),
    ),
    NewsRule(
        "news_mentioned",
        _("A remark mentions you: %(subject)s"),
        at_remark,
        choice=_("A remark mentions you"),
        headline=_("A remark on step %(step)s mentions you"),
    ),
    NewsRule(
        "news_condition_met",
        _("A condition is said to be met: %(subject)s"),
        at_conditions,
        choice=_("A condition is said to be met, and waits for you to confirm it"),
        headline=_("A condition of step %(step)s is said to be met"),
    ),
    NewsRule(
        "news_round_opened",
        _("You are asked to rate: %(subject)s"),
        at_rating,
        choice=_("A round you rate in is opened"),
        headline=_("You are asked to rate in a round"),
    ),
    NewsRule(
        "news_round_closed",
        _("The results are there: %(subject)s"),
        at_results,
        choice=_("The results of a round in your program"),
        headline=_("The results of a round are there"),
    ),
    NewsRule(
        "news_listing_asked",
        _("A portfolio asks for the program: %(subject)s"),
        at_portfolios,
        choice=_("A portfolio asks to list your program"),
        headline=_("A portfolio asks to list your program"),
    ),
    NewsRule(
        "news_listed",
        _("The program is now listed in: %(subject)s"),
        at_program,
        choice=_("A program is listed in a portfolio"),
        headline=_("A program is listed in a portfolio"),
    ),
)


def register() -> None:
    """Makes the words of news known to whoever reads a notice, and its kinds to whoever chooses. Called once."""
    owed.register(*RULES, selects=())
    wishes.register(*(Kind(rule.kind, rule.choice, Group.NEWS) for rule in RULES))
