"""Writing down what people are told: each notice once, with the mail that carries it, in one transaction."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from programs.domain.owed import Owed
from reminders.domain import sight
from reminders.models import Delivery, Notice, Snooze
from reminders.models.notices import a_week_from_now

# Whoever tells the same thing at the same moment finds it told.
INSERT = """
INSERT INTO reminders_notice (user_id, kind, reason, subject_id, program_id, anchor_on, occurrence, facts, is_late,
    is_in_inbox)
SELECT user_id, kind, reason, subject_id, program_id, anchor_on, occurrence, facts, is_late, is_in_inbox
FROM jsonb_to_recordset(%s::jsonb) AS new (user_id bigint, kind text, reason text, subject_id bigint,
    program_id bigint, anchor_on date, occurrence smallint, facts jsonb, is_late boolean, is_in_inbox boolean)
ORDER BY user_id
ON CONFLICT DO NOTHING
RETURNING id, user_id, kind, reason, subject_id, anchor_on, occurrence
"""
CARRY = """
UPDATE reminders_notice notice SET delivery_id = carried.delivery_id
FROM unnest(%s::bigint[], %s::bigint[]) AS carried (notice_id, delivery_id)
WHERE notice.id = carried.notice_id
"""
# Of one thing the newest word stands in the inbox; each piece of news is another thing.
SUPERSEDE = """
UPDATE reminders_notice older SET is_in_inbox = false
FROM reminders_notice newer
WHERE newer.id = ANY(%s) AND newer.is_in_inbox AND newer.reason <> 'news'
  AND older.user_id = newer.user_id AND older.kind = newer.kind AND older.subject_id = newer.subject_id
  AND older.id < newer.id AND older.is_in_inbox AND older.done_at IS NULL AND older.reason <> 'news'
"""
Key = tuple[int, str, str, int, date, int]


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to be told to one person on one occasion, and which ways it may take.

    `owner_id` says who owes it, where that is somebody else.
    """

    owed: Owed
    reason: str
    anchor_on: date
    occurrence: int
    by_mail: bool
    in_inbox: bool
    is_late: bool = False
    owner_id: int | None = None

    @property
    def key(self) -> Key:
        owed = self.owed
        return (owed.user_id, owed.kind, self.reason, owed.subject_id, self.anchor_on, self.occurrence)


@transaction.atomic
def tell(
    tellings: Sequence[Telling], *, kind: str = Delivery.Kind.DUE, mail_from: Mapping[int, datetime] | None = None
) -> int:
    """Writes down what was not told yet, and one mail a person for all of it; returns how many notices are new.

    `mail_from` are the people whose mail waits until a moment, and takes along what they are told until then.
    """
    by_key = {one.key: one for one in tellings}
    for key in _told_before(by_key):
        del by_key[key]
    told = _insert(list(by_key.values()))
    if not told:
        return 0
    carried: dict[int, list[int]] = defaultdict(list)
    for pk, key in told.items():
        if by_key[key].by_mail:
            carried[key[0]].append(pk)
    mails = _mails(sorted(carried), kind, mail_from or {})
    pairs = [(notice, mail.pk) for mail in mails for notice in carried[mail.user_id]]
    _run(SUPERSEDE, list(told))
    _run(CARRY, [notice for notice, _ in pairs], [mail for _, mail in pairs])
    sight.count_unread({key[0] for key in told.values()})
    return len(told)


def facts_of(owed: Owed) -> dict[str, Any]:
    """What is kept of a thing, so that it can be said later in any language; see `owed_of`."""
    facts = asdict(owed)
    for name in ("kind", "user_id", "program_id", "subject_id"):
        del facts[name]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}


def owed_of(row: Notice | Snooze) -> Owed:
    """The thing a row speaks of, as it was when it was told or put off, with who owed it."""
    facts = dict(row.facts)
    due_on, since, owner_id = facts.pop("due_on"), facts.pop("since"), facts.pop("owner_id", None)
    return Owed(
        kind=row.kind,
        user_id=owner_id or row.user_id,
        program_id=row.program_id or 0,
        subject_id=row.subject_id,
        due_on=due_on and date.fromisoformat(due_on),
        since=since and datetime.fromisoformat(since),
        **facts,
    )


def _mails(user_ids: Sequence[int], kind: str, mail_from: Mapping[int, datetime]) -> list[Delivery]:
    """A mail for each person: a new one, or one that has not begun to be sent and takes this along."""
    waiting = {mail.user_id: mail for mail in _waiting(user_ids, kind, mail_from)}
    new = [Delivery(user_id=user, kind=kind, mail_not_before=mail_from.get(user)) for user in user_ids]
    return [*waiting.values(), *Delivery.objects.bulk_create(one for one in new if one.user_id not in waiting)]


def _waiting(user_ids: Sequence[int], kind: str, mail_from: Mapping[int, datetime]) -> list[Delivery]:
    """Mails of this kind that nobody is about to send, held so that nobody begins to now.

    Reminders are always taken along, so that however much is found at a time makes one mail; news at night, and
    both while the mail server is away, so that its return brings each person one mail of a kind.
    """
    mails = Delivery.objects.unsent().filter(kind=kind, mail_faults=0, user__in=user_ids)
    if kind != Delivery.Kind.DUE:
        at_night = Q(user__in=mail_from.keys(), mail_not_before__gt=timezone.now())
        mails = mails.filter(at_night | Q(mail_attempts__gt=0))
    held = list(mails.select_for_update(skip_locked=True).order_by("pk"))
    if held:
        Delivery.objects.filter(pk__in=[one.pk for one in held]).update(expires_at=a_week_from_now())
    return held


def _told_before(keys: Collection[Key]) -> set[Key]:
    """Most of what a sweep finds: it looks again every minute."""
    users, anchors = {key[0] for key in keys}, {key[4] for key in keys}
    found = Notice.objects.filter(user__in=users, anchor_on__in=anchors)
    known = found.values_list("user", "kind", "reason", "subject_id", "anchor_on", "occurrence")
    return set(known).intersection(keys) if keys else set()


def _insert(tellings: Sequence[Telling]) -> dict[int, Key]:
    """The new notices: their keys by id."""
    if not tellings:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [json.dumps([_row(one) for one in tellings])])
        return {pk: tuple(key) for pk, *key in cursor.fetchall()}


def _row(telling: Telling) -> dict[str, Any]:
    owed, owner = telling.owed, {"owner_id": telling.owner_id} if telling.owner_id else {}
    return {
        "user_id": owed.user_id,
        "kind": owed.kind,
        "reason": telling.reason,
        "subject_id": owed.subject_id,
        "program_id": owed.program_id or None,
        "anchor_on": telling.anchor_on.isoformat(),
        "occurrence": telling.occurrence,
        "facts": facts_of(owed) | owner,
        "is_late": telling.is_late,
        "is_in_inbox": telling.in_inbox,
    }


def _run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
