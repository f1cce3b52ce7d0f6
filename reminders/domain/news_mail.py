"""What a mail of news says, as things are when it is sent: each piece with its words, and a decision with all of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.domain.owed import Owed
from programs.models import Condition, GateReview, ItemAnswer
from reminders.domain import announcing
from reminders.domain.news_rules import NewsRule
from reminders.models import Delivery

HELD_UP = timedelta(days=1)
DECISION = "news_decided"
Outcome = GateReview.Outcome


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of news. `quote` is what somebody wrote; `listed` what follows from it, under `title`."""

    text: str
    program: str
    quote: Sequence[str]
    title: str
    listed: Sequence[str]
    when: str
    url: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class NewsMail:
    """All of it. The subject holds counts, outcomes and numbers of steps alone."""

    subject: str
    pieces: list[Piece]
    kinds: list[str]


def of(delivery: Delivery) -> NewsMail | None:
    """What is left to say; None when all was taken back, seen in the inbox, or is none of the reader's business now."""
    news = sorted(announcing.still_true(delivery), key=lambda one: (one.program_name, one.step, one.since))
    if not news:
        return None
    follows = _follows([one.subject_id for one in news if one.kind == DECISION])
    return NewsMail(
        subject=_subject(news),
        pieces=[_piece(one, follows) for one in news],
        kinds=sorted({one.kind for one in news}),
    )


def _piece(one: Owed, follows: Mapping[int, list[str]]) -> Piece:
    listed = follows[one.subject_id] if one.kind == DECISION else []
    return Piece(
        text=" ".join(one.text.split()),
        program=_program(one),
        quote=[line for line in one.detail.splitlines() if line.strip()],
        title=_title(one, len(listed)),
        listed=listed,
        when=date_format(timezone.localtime(one.since), "SHORT_DATETIME_FORMAT"),
        url=one.url,
        is_late=isinstance(one.since, datetime) and timezone.now() - one.since > HELD_UP,
    )


def _program(one: Owed) -> str:
    step = _("step %(step)s") % {"step": one.step} if one.is_step_unsaid and one.kind != DECISION else ""
    return f"{one.program_name}, {step}" if step else one.program_name


def _title(one: Owed, count: int) -> str:
    if not count:
        return ""
    if one.item_key.startswith(Outcome.CONDITIONS):
        return ngettext("The condition:", "The conditions:", count)
    return ngettext("The item to change:", "The items to change:", count)


def _subject(news: Sequence[Owed]) -> str:
    [first, *more] = news
    if not more and isinstance(first.rule, NewsRule):
        return first.rule.headline_of(first)
    return ngettext("%(count)s piece of news", "%(count)s pieces of news", len(news)) % {"count": len(news)}


def _follows(reviews: Iterable[int]) -> dict[int, list[str]]:
    """By decision: its conditions, or the items its reviewer wants changed where the step came back; two queries."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = list(reviews)
    if wanted:
        for condition in Condition.objects.filter(review__in=wanted).select_related("owner"):
            found[condition.review_id].append(_condition_in_words(condition))
        for review_id, number, text, note in _sent_back(wanted):
            found[review_id].append(_("%(item)s: “%(note)s”") % {"item": f"{number} {text}", "note": note})
    return found


def _condition_in_words(condition: Condition) -> str:
    said = {"text": condition.text, "day": date_format(condition.due_on), "name": condition.owner}
    if condition.owner is None:
        return _("%(text)s (until %(day)s)") % said
    return _("%(text)s (%(name)s, until %(day)s)") % said


def _sent_back(reviews: Sequence[int]) -> Iterable[tuple[int, str, str, str]]:
    rows = ItemAnswer.objects.standing().exclude(returned_note="")
    rows = rows.filter(plan__reviews__in=reviews, plan__reviews__outcome=Outcome.RETURNED)
    columns = ("plan__reviews", "item__number", "item__text", "returned_note")
    return rows.in_order().values_list(*columns)
