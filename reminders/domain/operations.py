"""How sending goes, for administrators: figures of the whole server, and mails to their people that were given up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, ExpressionWrapper, F, Min, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.domain import invitations
from accounts.models import Affiliation, Invitation, Letter, MailingQuerySet, Organisation
from programs.models import Membership
from reminders.models import Delivery, SweepMark
from scaleup import health
from scaleup.models import Heartbeat

LATE_AFTER = timedelta(minutes=5)
MOST_SHOWN = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LETTER, INVITATION = "letter", "invitation"
Rows = Iterable[dict[str, Any]]

LABELS: dict[str, str | Promise] = {
    **dict(Delivery.Kind.choices),
    LETTER: _("letters about an account"),
    INVITATION: _("invitations"),
}
PARTS: dict[str, Promise] = {
    Heartbeat.Name.WORKER: _("worker, which sends"),
    Heartbeat.Name.BEAT: _("beat, which rings every minute"),
    Heartbeat.Name.BROKER: _("broker, which carries the ring"),
}
# How often each is rung for, and a good deal more.
SILENT_AFTER = {SweepMark.Name.DUE: LATE_AFTER, SweepMark.Name.NEWS: LATE_AFTER, SweepMark.Name.DIGESTS: 3 * LATE_AFTER}


@dataclass(slots=True)
class Line:
    """Mails of one kind: how many wait (and how many of them were tried), since when, and what became of others."""

    kind: str
    waiting: int = 0
    tried: int = 0
    oldest_at: datetime | None = None
    in_hour: int = 0
    in_day: int = 0
    given_up: int = 0

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the system or a sweep: when it was last heard of (None: never), and whether that is too long ago."""

    label: str | Promise
    heard_at: datetime | None
    is_silent: bool
    took: float = 0.0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything about the whole server; it names nobody."""

    lines: list[Line]
    oldest_at: datetime | None
    is_late: bool
    sweeps: list[Part]
    parts: list[Part]

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    @property
    def in_hour(self) -> int:
        return sum(line.in_hour for line in self.lines)

    @property
    def in_day(self) -> int:
        return sum(line.in_day for line in self.lines)

    @property
    def given_up(self) -> int:
        return sum(line.given_up for line in self.lines)


def figures(now: datetime) -> Figures:
    lines = _lines(now)
    oldest = min((line.oldest_at for line in lines if line.oldest_at), default=None)
    is_late = oldest is not None and now - oldest > LATE_AFTER
    return Figures(lines, oldest, is_late, sweeps=_sweeps(now), parts=_parts(now))


def given_up(organisation: Organisation) -> list[Delivery]:
    """Mails to people of the organisation and of its programs that are not tried any more, the newest first."""
    rows = _of(organisation).given_up().select_related("user", "portfolio")
    return list(rows.order_by("-pk")[:MOST_SHOWN])


def find(organisation: Organisation, delivery_id: int) -> Delivery | None:
    """Any mail to those people."""
    return _of(organisation).filter(pk=delivery_id).first()


def _of(organisation: Organisation) -> MailingQuerySet:
    belong = Affiliation.objects.filter(organisation=organisation).values("user")
    work = Membership.objects.filter(program__organisation=organisation).values("user")
    return Delivery.objects.filter(Q(user__in=belong) | Q(user__in=work), user__is_demo=False)


def _lines(now: datetime) -> list[Line]:
    """One for every kind that was ever heard of, in the order of the labels."""
    found = {kind: Line(kind) for kind in LABELS}
    asked_again = ExpressionWrapper(F("expires_at") - invitations.VALID_FOR, output_field=DateTimeField())
    _count(found, Delivery, kind=F("kind"), since=F("made_at"), now=now)
    _count(found, Letter, kind=Value(LETTER), since=F("created_at"), now=now)
    _count(found, Invitation, kind=Value(INVITATION), since=asked_again, now=now)
    return list(found.values())


def _count(found: dict[str, Line], model: type[Any], *, kind: F | Value, since: Combinable, now: datetime) -> None:
    """What waits, what was sent and what was given up stand in different indexes, so they are asked for apart."""

    def by_kind(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(line=kind).order_by().values("line")

    tried = Count("pk", filter=~Q(mail_error=""))
    oldest_at = Min("ready_at", filter=Q(ready_at__lte=now))
    in_hour = Count("pk", filter=Q(mailed_at__gt=now - HOUR))
    unsent = model.objects.unsent().annotate(ready_at=_ready(since))
    _add(found, by_kind(unsent).annotate(waiting=Count("pk"), tried=tried, oldest_at=oldest_at))
    _add(found, by_kind(model.objects.filter(mailed_at__gt=now - DAY)).annotate(in_day=Count("pk"), in_hour=in_hour))
    _add(found, by_kind(model.objects.given_up()).annotate(given_up=Count("pk")))


def _ready(since: Combinable) -> Case:
    """Since when a mail waits: one that was never tried may have been kept for the morning."""
    return Case(When(mail_attempts=0, then=Greatest(since, "mail_not_before")), default=since)


def _add(found: dict[str, Line], rows: Rows) -> None:
    for row in rows:
        line = found[row.pop("line")]
        for name, value in row.items():
            setattr(line, name, value)


def _sweeps(now: datetime) -> list[Part]:
    marks = SweepMark.objects.in_bulk()
    return [_sweep(SweepMark.Name(name), marks.get(name), now) for name in SweepMark.Name.values]


def _sweep(name: SweepMark.Name, mark: SweepMark | None, now: datetime) -> Part:
    if mark is None:
        return Part(name.label, None, is_silent=True)
    is_silent = now - mark.swept_at > SILENT_AFTER[name]
    return Part(name.label, mark.swept_at, is_silent, took=mark.took, told=mark.told)


def _parts(now: datetime) -> list[Part]:
    ages = health.ages_of_heartbeats()
    silent = {name: health.judge(ages, name) != health.OK for name in PARTS}
    return [
        Part(label, now - ages[name] if name in ages else None, is_silent=silent[name]) for name, label in PARTS.items()
    ]
