"""One person's week: what they owe, who waits for them, what was decided, and what changed in their programs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, Watcher
from dashboards.domain import decisions, news
from dashboards.domain.decisions import Decision
from programs.domain import owed
from programs.domain.owed import Owed, Urgency
from programs.models import Membership
from reminders.domain import mornings, sight, wishes
from reminders.domain.digest_parts import PERIOD, Digest, Line, Section, digest, owed_line, section
from reminders.models import Delivery
from scaleup.addresses import address

TO_DECIDE = "review_promised"


def read(user: User, *, since: datetime) -> Digest | None:
    """What there is to say of the time since that moment, as things are now; None if nothing.

    Four queries, however many programs; one more for whoever owes something on programs of others, and two more for
    whoever is to decide on steps.
    """
    today = mornings.local_day(timezone.now(), user.zone)
    names = _programs(user)
    things = _told_here(sight.among(owed.by(user, today=today), reader=user, known=names), user)
    seen = dict.fromkeys(names, since)
    decided, changed = decisions.since(seen), news.since(seen, reader=user)
    urgent = {urgency: [one for one in things if one.urgency(today) == urgency] for urgency in Urgency}
    counts = _counts(urgent, sum(map(len, decided.values())))
    sections = [*_owed(urgent, today), _decided(decided, names), _changed(changed, names)]
    return digest(_("Your week"), counts, sections)


def last(user: User) -> Digest | None:
    """As it would be sent now."""
    return read(user, since=timezone.now() - PERIOD)


def _told_here(things: Sequence[Owed], user: User) -> list[Owed]:
    """Without the decisions that the mail about a portfolio names already."""
    if not any(one.kind == TO_DECIDE for one in things) or not _gets_portfolios(user):
        return list(things)
    return [one for one in things if one.kind != TO_DECIDE]


def _gets_portfolios(user: User) -> bool:
    is_wanted = wishes.of(user).get(Delivery.Kind.PORTFOLIO, wishes.DEFAULT).by_mail
    return is_wanted and Watcher.objects.filter(user=user, role=Watcher.Role.FACILITATOR).exists()


def _programs(user: User) -> dict[int, str]:
    """The programs one works on, by name."""
    mine = Membership.objects.filter(user=user, program__archived_at=None).order_by("program__name", "program")
    return dict(mine.values_list("program", "program__name"))


def _counts(urgent: Mapping[Urgency, Sequence[Owed]], decided: int) -> Iterable[str]:
    overdue, asked, soon = (len(urgent[one]) for one in (Urgency.OVERDUE, Urgency.ASKED, Urgency.SOON))
    if overdue:
        yield ngettext("%(count)s overdue", "%(count)s overdue", overdue) % {"count": overdue}
    if asked:
        yield ngettext("%(count)s waits for you", "%(count)s wait for you", asked) % {"count": asked}
    if soon:
        yield ngettext("%(count)s due soon", "%(count)s due soon", soon) % {"count": soon}
    if decided:
        yield ngettext("%(count)s decision", "%(count)s decisions", decided) % {"count": decided}


def _owed(urgent: Mapping[Urgency, Sequence[Owed]], today: date) -> Iterable[Section]:
    home = address("dashboards:home")
    titles = {
        Urgency.OVERDUE: _("Overdue"),
        Urgency.ASKED: _("Others wait for you"),
        Urgency.SOON: _("Due in the next two weeks"),
    }
    for urgency, title in titles.items():
        yield section(title, (owed_line(one, today) for one in urgent[urgency]), url=home)


def _decided(found: Mapping[int, Sequence[Decision]], names: Mapping[int, str]) -> Section:
    lines = [_decision_line(one, names[program]) for program in names for one in found.get(program, [])]
    return section(_("What was decided"), lines)


def _decision_line(one: Decision, program: str) -> Line:
    said = {"step": one.step, "title": one.step_title, "outcome": one.outcome_label}
    conditions = len(one.conditions)
    note = ngettext("%(count)s condition", "%(count)s conditions", conditions) % {"count": conditions}
    return Line(
        _("Step %(step)s, %(title)s: %(outcome)s") % said,
        program,
        note if conditions else "",
        address("programs:step", one.program_id, one.step),
    )


def _changed(found: Mapping[int, Sequence[news.News]], names: Mapping[int, str]) -> Section:
    lines = [
        Line("; ".join(one.text for one in found[program]), name, _by(found[program]), _at_history(program))
        for program, name in names.items()
        if found.get(program)
    ]
    return section(_("What changed in your programs"), lines)


def _by(lines: Sequence[news.News]) -> str:
    """By whom, at most two by name."""
    people = tuple(dict.fromkeys(name for one in lines for name in one.people))
    return news.News("other", 0, people).by


def _at_history(program_id: int) -> str:
    return address("programs:history", program_id)
