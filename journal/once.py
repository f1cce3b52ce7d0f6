"""Doing a thing once however often its form is sent: the history remembers the key of the form."""

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Model

from journal.models import Change

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


def form_key(nonce: str, *content: Any) -> str:
    """The key of what one form asks for: the same form with the same content has the same key.

    So a double click does the thing once, while Back, edit, submit does another thing.
    """
    said = json.dumps([nonce, *content], ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def earlier(key: str, *, by: "User | None") -> Change | None:
    """What this person already did under this key, if anything; waits for a twin still under way.

    Nobody signed in: whoever holds a personal link. Their keys are made of what the link opens.

    Call it first in the transaction that does the thing and records it with the same key.
    """
    if not key:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    return Change.objects.filter(key=key, actor=by).first()


def made_before(model: type[Row], key: str, *, by: "User | None", gone: Exception, detail: str = "") -> Row | None:
    """The row this person already made under this key, if any; raises `gone` if it was removed since.

    Its number is what the history speaks of, or stands in a `detail` of that. Call it as `earlier`.
    """
    done = earlier(key, by=by)
    if done is None:
        return None
    found = model._default_manager.filter(pk=done.details[detail] if detail else done.object_id).first()
    if found is None:
        raise gone
    return found
