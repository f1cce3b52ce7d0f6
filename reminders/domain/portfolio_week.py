"""A facilitator's week in one portfolio: what waits for a decision, what was decided, what was closed, what is open."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Portfolio, User
from assessments.models import Assessment
from dashboards.domain import decisions, queue
from dashboards.domain.decisions import Decision, Moves
from dashboards.domain.queue import Queue, Waiting
from programs.models import Attention, Listing
from reminders.domain import mornings
from reminders.domain.digest_parts import PERIOD, SHOWN, Digest, Line, Section, digest, section
from scaleup.addresses import address

ENDS_SOON = timedelta(days=30)


def read(portfolio: Portfolio, *, by: User, since: datetime) -> Digest | None:
    """What there is to say of the time since that moment, as things are now; None if nothing.

    Nine queries, whatever the size of the portfolio.
    """
    today = mornings.local_day(timezone.now(), by.zone)
    waiting = queue.read(portfolio, by=by, today=today)
    moves = decisions.moves(portfolio, since=since)
    sections = [
        *_waiting(waiting, portfolio),
        _stuck(portfolio, today),
        _decided(moves, portfolio),
        _closed(portfolio, since),
        _ending(portfolio, today),
        _complaining(portfolio),
    ]
    return digest(_("The week of a portfolio"), _counts(waiting, moves), sections, about=portfolio.name)


def last(portfolio: Portfolio, *, by: User) -> Digest | None:
    """As it would be sent now."""
    return read(portfolio, by=by, since=timezone.now() - PERIOD)


def _counts(waiting: Queue, moves: Moves) -> Iterable[str]:
    if mine := len(waiting.mine):
        yield ngettext("%(count)s waits for you", "%(count)s wait for you", mine) % {"count": mine}
    if moves.total:
        yield ngettext("%(count)s decision", "%(count)s decisions", moves.total) % {"count": moves.total}


def _waiting(waiting: Queue, portfolio: Portfolio) -> Iterable[Section]:
    url = address("dashboards:queue", portfolio.pk)
    yield section(_("Waits for your decision"), map(_waiting_line, waiting.mine), url=url)
    yield section(_("Waits for other reviewers"), map(_waiting_line, waiting.others.rows), url=url)


def _waiting_line(one: Waiting) -> Line:
    notes = [ngettext("for %(count)s day", "for %(count)s days", one.days) % {"count": one.days}] if one.days else []
    if one.promised_on:
        notes.append(_("promised for %(day)s") % {"day": date_format(one.promised_on)})
    text = _("Step %(step)s, %(title)s") % {"step": one.step, "title": one.step_title}
    return Line(text, one.program_name, _(", ").join(notes), address("programs:review", one.program_id, one.step))


def _stuck(portfolio: Portfolio, today: date) -> Section:
    rows = _listed(portfolio).filter(attention=Attention.STUCK).order_by("last_activity_at", "pk")
    url = f"{address('dashboards:portfolio', portfolio.pk)}?attention={Attention.STUCK.value}"
    lines = [
        Line(one.name, note=_quiet(one, today), url=address("programs:program", one.program_id))
        for one in rows.only("name", "program_id", "last_activity_at", "current_step")[: SHOWN + 1]
    ]
    return _first(_("No change for a long time"), lines, url)


def _quiet(listing: Listing, today: date) -> str:
    step = _("at step %(step)s") % {"step": listing.current_step}
    if listing.last_activity_at is None:
        return step
    days = (today - timezone.localdate(listing.last_activity_at)).days
    quiet = ngettext("%(count)s day without a change", "%(count)s days without a change", days) % {"count": days}
    return _(", ").join([step, quiet])


def _decided(moves: Moves, portfolio: Portfolio) -> Section:
    lines = [_decision_line(one) for one in moves.decisions]
    more = moves.total - len(lines)
    words = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more} if more > 0 else ""
    return Section(_("What was decided"), lines, words, address("dashboards:portfolio", portfolio.pk))


def _decision_line(one: Decision) -> Line:
    said = {"step": one.step, "title": one.step_title, "outcome": one.outcome_label}
    text = _("Step %(step)s, %(title)s: %(outcome)s") % said
    return Line(text, one.program_name, date_format(one.decided_on), address("programs:step", one.program_id, one.step))


def _closed(portfolio: Portfolio, since: datetime) -> Section:
    rounds = Assessment.objects.closed().filter(closed_at__gt=since, program__in=_listed(portfolio).values("program"))
    rows = rounds.order_by("-closed_at").values_list("program", "program__name", "pk", "title")[: SHOWN + 1]
    lines = [Line(title, name, url=address("assessments:results", program, pk)) for program, name, pk, title in rows]
    return _first(_("Rounds that were closed"), lines, address("dashboards:portfolio_rounds", portfolio.pk))


def _ending(portfolio: Portfolio, today: date) -> Section:
    rows = _listed(portfolio).filter(agreement_ends_on__range=(today, today + ENDS_SOON))
    found = rows.order_by("agreement_ends_on", "pk").values_list("program", "name", "agreement_ends_on")[: SHOWN + 1]
    lines = [
        Line(name, note=_("ends on %(day)s") % {"day": date_format(day)}, url=address("partners:agreements", program))
        for program, name, day in found
    ]
    url = f"{address('dashboards:portfolio_partners', portfolio.pk)}?show=ending"
    return _first(_("Agreements that end in the next 30 days"), lines, url)


def _complaining(portfolio: Portfolio) -> Section:
    """Programs with open complaints about who does what: old or new, for nobody keeps since when one is open."""
    rows = _listed(portfolio).filter(has_complaints=True).order_by("name_key", "pk")
    lines = [
        Line(name, url=address("partners:matrix", program))
        for program, name in rows.values_list("program", "name")[: SHOWN + 1]
    ]
    url = address("dashboards:portfolio_partners", portfolio.pk)
    return _first(_("Who does what: complaints are open"), lines, url)


def _first(title: str, lines: list[Line], url: str) -> Section:
    """The first lines of a list of which no more than one further was asked for."""
    more = _("and more") if len(lines) > SHOWN else ""
    return Section(title, lines[:SHOWN], more, url)


def _listed(portfolio: Portfolio) -> QuerySet[Any]:
    return Listing.objects.agreed().filter(portfolio=portfolio, is_archived=False)
