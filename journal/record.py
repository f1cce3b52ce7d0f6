"""Writing the history: one statement for a mutation with its change, one call for a verb."""

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from journal.models import Change, ChangeLine, Outcome

if TYPE_CHECKING:
    from accounts.models import User
    from journal.saving import Actor, Proposal, Result

# One statement instead of three: it is on the path of every autosave. Whoever saves a field in which
# they had a conflict has seen both values and chosen.
MUTATION_WITH_CHANGE = """
WITH mutation AS (
    INSERT INTO journal_mutation
        (key, fingerprint, actor_id, link_id, program_id, kind, object_id, field, base, value, outcome, result)
    VALUES (%(key)s, %(fingerprint)s, %(actor)s, %(link)s, %(program)s, %(kind)s, %(id)s, %(field)s,
            %(base)s, %(new)s::jsonb, %(outcome)s, %(result)s::jsonb)
    RETURNING key
), settled AS (
    UPDATE journal_mutation SET settled_at = now()
    WHERE (actor_id = %(actor)s OR link_id = %(link)s) AND kind = %(kind)s AND object_id = %(id)s AND field = %(field)s
        AND outcome = 'conflict' AND settled_at IS NULL AND %(outcome)s <> 'conflict'
)
INSERT INTO {log} (actor_id, link_id, program_id, kind, object_id, verb, field, old, new, key)
SELECT %(actor)s, %(link)s, %(program)s, %(kind)s, %(id)s, 'changed', %(field)s, %(old)s::jsonb, %(new)s::jsonb, key
FROM mutation WHERE %(outcome)s = 'applied'
"""


def record_mutation(
    proposal: "Proposal",
    result: "Result",
    *,
    log: type[ChangeLine],
    actor: "Actor",
    program_id: int | None,
    old: Any,
    wanted: Any,
) -> None:
    """Keeps a mutation under its key and, if it was applied, its line in the log of its kind.

    Raises IntegrityError when the key is already there: then nothing of this transaction stands.
    """
    values: dict[str, Any] = {
        "key": proposal.key,
        "fingerprint": proposal.fingerprint,
        "actor": actor.user.pk if actor.user else None,
        "link": actor.link,
        "program": program_id,
        "kind": proposal.kind,
        "id": proposal.object_id,
        "field": proposal.field,
        "base": proposal.base,
        "old": json.dumps(old, ensure_ascii=False),
        "new": json.dumps(wanted, ensure_ascii=False),
        "outcome": Outcome(result.outcome).value,
        "result": json.dumps(result.as_json(), ensure_ascii=False),
    }
    with connection.cursor() as cursor:
        cursor.execute(MUTATION_WITH_CHANGE.format(log=log._meta.db_table), values)


def record(
    verb: str,
    kind: str,
    object_id: int,
    *,
    by: "User | None",
    program_id: int | None = None,
    field: str = "",
    old: Any = None,
    new: Any = None,
    key: str = "",
) -> None:
    """One line of history for a verb (submitted, decided, invited …), in the caller's transaction.

    A `key` makes it stand at most once (see `journal.once`).
    """
    Change.objects.create(
        verb=verb,
        kind=kind,
        object_id=object_id,
        actor=by,
        program_id=program_id,
        field=field,
        old=old,
        new=new,
        key=key,
    )
