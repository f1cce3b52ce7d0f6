"""What calendars were told of each thing, so that a new day or a new title is known for newer (RFC 5545, 3.8.7.4)."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from accounts.models import User
from reminders.models import CalendarEvent

Key = tuple[str, int]

# Whoever reads the same calendar at the same moment finds it written down.
WRITE = """
INSERT INTO reminders_calendarevent AS event (user_id, kind, subject_id, digest, sequence, changed_at)
SELECT %s, kind, subject_id, digest, 0, %s
FROM jsonb_to_recordset(%s::jsonb) AS new (kind text, subject_id bigint, digest text)
ORDER BY kind, subject_id
ON CONFLICT (user_id, kind, subject_id) DO UPDATE
SET digest = excluded.digest, sequence = event.sequence + 1, changed_at = excluded.changed_at
WHERE event.digest <> excluded.digest
"""


class Told(NamedTuple):
    """What a calendar is told of one thing."""

    kind: str
    subject_id: int
    due_on: date
    title: str

    @property
    def key(self) -> Key:
        return self.kind, self.subject_id

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.due_on} {self.title}".encode()).hexdigest()


def told(user: User, things: Collection[Told]) -> dict[Key, CalendarEvent]:
    """How often what is told of each thing was another, and since when it is this; also of things told first now.

    One query; two more when something is new. What is told no more is kept, for it may come back.
    """
    known = _known(user, things)
    changed = [one for one in things if one.key not in known or known[one.key].digest != one.digest]
    if not changed:
        return known
    _write(user, changed)
    return _known(user, things)


def _known(user: User, things: Collection[Told]) -> dict[Key, CalendarEvent]:
    rows = CalendarEvent.objects.filter(user=user, subject_id__in={one.subject_id for one in things})
    return {(one.kind, one.subject_id): one for one in rows}


def _write(user: User, things: Sequence[Told]) -> None:
    rows = [{"kind": one.kind, "subject_id": one.subject_id, "digest": one.digest} for one in things]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [user.pk, timezone.now(), json.dumps(rows)])
