"""What a mail of reminders says, as things are when it is sent: in groups, the most urgent first, in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.domain.owed import Owed
from reminders.domain import mornings, sight, still, wishes
from reminders.models import Delivery, Notice, Snooze

HELD_UP = timedelta(days=1)


class Group(models.TextChoices):
    """What belongs together, in the order it is told."""

    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Due today")
    ASKED = "asked", _("Others wait for you")
    SOON = "soon", _("Coming up")
    ESCALATED = "escalated", _("Late, and owned by others")


IN_SUBJECT = {
    Group.OVERDUE: ngettext_lazy("%(count)s overdue", "%(count)s overdue", "count"),
    Group.TODAY: ngettext_lazy("%(count)s due today", "%(count)s due today", "count"),
    Group.ASKED: ngettext_lazy("%(count)s waits for you", "%(count)s wait for you", "count"),
    Group.SOON: ngettext_lazy("%(count)s coming up", "%(count)s coming up", "count"),
    Group.ESCALATED: ngettext_lazy("%(count)s late with others", "%(count)s late with others", "count"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what, where, when, and what else there is to say."""

    kind: str
    group: Group
    text: str
    program: str
    when: str
    url: str
    due_on: date | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueMail:
    """All of it. The subject holds counts and a date alone: it is read over shoulders and on locked screens."""

    subject: str
    groups: list[tuple[str, list[Line]]]
    kinds: list[str]


def of(delivery: Delivery) -> DueMail | None:
    """What is left to say; None when all is done, put off, out of sight or no longer wanted by mail."""
    today = mornings.local_day(timezone.now(), delivery.user.zone)
    lines = sorted(_lines(delivery, today), key=lambda one: (one.due_on or today, one.program, one.text))
    if not lines:
        return None
    groups = {group: [one for one in lines if one.group == group] for group in Group}
    return DueMail(
        subject=_subject(groups, today),
        groups=[(str(group.label), found) for group, found in groups.items() if found],
        kinds=sorted({one.kind for one in lines}),
    )


def _lines(delivery: Delivery, today: date) -> Iterable[Line]:
    """One for each thing, however many occasions of it the mail carries."""
    chosen = wishes.of(delivery.user)
    notices = [one for one in delivery.notices.filter(done_at=None) if chosen.get(one.kind, wishes.DEFAULT).by_mail]
    if not notices:
        return
    now = still.owed_now(notices, today=today)
    seen = set(sight.among(now.values(), reader=delivery.user))
    told = {(one.kind, one.subject_id): one for one in notices if now.get(one.pk) in seen}
    pauses = _pauses(told.values(), today)
    for thing, notice in told.items():
        pause = pauses.get((still.ower_of(notice), *thing))
        if notice.reason == Notice.Reason.ESCALATED:
            yield _line(now[notice.pk], Group.ESCALATED, today, [*_reason(pause), *_notes(delivery, notice)])
        elif pause is None:
            yield _line(now[notice.pk], _group(now[notice.pk], today), today, _notes(delivery, notice))


def _pauses(notices: Collection[Notice], today: date) -> dict[tuple[int, str, int], Snooze]:
    """What their owners put off, by owner and thing."""
    owners = {still.ower_of(one) for one in notices}
    rows = Snooze.objects.filter(user__in=owners, ended_at=None, until_on__gt=today)
    return {(one.user_id, one.kind, one.subject_id): one for one in rows}


def _reason(pause: Snooze | None) -> list[str]:
    if pause is None:
        return []
    said = {"date": date_format(pause.until_on), "reason": pause.reason}
    return [gettext("Put off until %(date)s: “%(reason)s”") % said]


def _notes(delivery: Delivery, notice: Notice) -> list[str]:
    notes = []
    if notice.reason == Notice.Reason.SNOOZED:
        notes.append(gettext("You put this off until now."))
    if notice.is_late or timezone.now() - delivery.made_at > HELD_UP:
        notes.append(gettext("This comes late: it was to be told while mail was held up."))
    return notes


def _line(one: Owed, group: Group, today: date, notes: Sequence[str]) -> Line:
    step = gettext("step %(step)s") % {"step": one.step} if one.is_step_unsaid else ""
    return Line(
        kind=one.kind,
        group=group,
        text=" ".join(one.text.split()),
        program=f"{one.program_name}, {step}" if step else one.program_name,
        when=_late(one, today) if group == Group.ESCALATED else _when(one, today),
        url=one.url,
        due_on=one.due_on,
        notes=tuple(notes),
    )


def _group(one: Owed, today: date) -> Group:
    if one.due_on and one.due_on <= today:
        return Group.OVERDUE if one.due_on < today else Group.TODAY
    return Group.ASKED if one.rule.word else Group.SOON


def _when(one: Owed, today: date) -> str:
    if one.due_on is None:
        return _waiting(one, today)
    days = (one.due_on - today).days
    if days == 0:
        return gettext("today")
    if days > 0:
        near = ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
    else:
        near = ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": -days}
    return gettext("%(words)s: %(date)s") % {"words": near, "date": date_format(one.due_on)}


def _waiting(one: Owed, today: date) -> str:
    days = (today - one.anchor_on).days if one.anchor_on else 0
    if days < 1:
        return gettext("since today") if one.anchor_on else gettext("no date")
    return ngettext("waiting since yesterday", "waiting for %(count)s days", days) % {"count": days}


def _late(one: Owed, today: date) -> str:
    days = (today - one.anchor_on).days if one.anchor_on else 0
    if one.due_on is None:
        words = ngettext("waiting for its owner since yesterday", "waiting for its owner for %(count)s days", days)
    else:
        words = ngettext("its owner is late by %(count)s day", "its owner is late by %(count)s days", days)
    return words % {"count": days}


def _subject(groups: dict[Group, list[Line]], today: date) -> str:
    """ "2 overdue, 1 coming up (next: 31 March 2027)"; no name and no word that somebody typed."""
    parts = [str(IN_SUBJECT[group] % {"count": len(found)}) for group, found in groups.items() if found]
    dates = [one.due_on for one in groups[Group.SOON] if one.due_on and one.due_on > today]
    said = gettext(", ").join(parts)
    if not dates:
        return gettext("Reminders: %(counts)s") % {"counts": said}
    return gettext("Reminders: %(counts)s, next on %(date)s") % {"counts": said, "date": date_format(min(dates))}
