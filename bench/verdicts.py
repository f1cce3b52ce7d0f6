"""What became of the saves: every acknowledged key against the log, every row against its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench.stubborn import Journal

# The careless way writes its keys into the value: the table's own constraint would save it from doubling.
LOGGED = """
SELECT coalesce(nullif(key, ''), new ->> 'key') AS key, count(*)
FROM journal_change WHERE id > %(after)s GROUP BY 1
"""
# A field's version is how often the log says that it changed, and its value what the log says last.
HALF = """
SELECT answer.id
FROM programs_itemanswer answer
JOIN LATERAL (
    SELECT count(*) AS changes, (array_agg(new ORDER BY id DESC))[1] AS newest
    FROM journal_change WHERE kind = 'answer' AND object_id = answer.id AND field = 'answer'
) log ON true
WHERE answer.id = ANY(%(items)s) AND (
    coalesce((answer.versions -> 'answer' ->> 0)::int, 0) <> log.changes
    OR answer.answer <> coalesce(log.newest ->> 'value', log.newest #>> '{}', 'not_started')
)
"""
# Readiness is counted out of date once for every change.
UNCOUNTED = """
SELECT program.id
FROM programs_program program
JOIN (SELECT program_id, count(*) AS changes FROM journal_change WHERE id > %(first)s GROUP BY 1) log
    ON log.program_id = program.id
WHERE program.inputs_seq <> 1 + log.changes
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Acknowledged saves, and how many of them are wrong in which way."""

    acknowledged: int
    lost: int
    doubled: int
    half: int
    invented: int
    uncounted: int
    refused: int
    unanswered: int
    retries: int

    @property
    def is_whole(self) -> bool:
        wrong = self.lost + self.doubled + self.half + self.invented + self.uncounted
        return wrong + self.refused + self.unanswered == 0 and self.acknowledged > 0


def judge(journals: Iterable[Journal], *, after: int, first: int, items: list[int]) -> Verdict:
    """`after` is the newest line of the log before this phase, `first` that before all of them."""
    journals = list(journals)
    told = {key for journal in journals for key in journal.applied}
    open_keys = {key for journal in journals for key in journal.unanswered}
    logged = dict(_rows(LOGGED, after=after))
    return Verdict(
        acknowledged=len(told),
        lost=len(told - logged.keys()),
        doubled=sum(count > 1 for count in logged.values()),
        half=len(_rows(HALF, items=items)),
        invented=len(logged.keys() - told - open_keys),
        uncounted=len(_rows(UNCOUNTED, first=first)),
        refused=sum(len(journal.refused) for journal in journals),
        unanswered=len(open_keys),
        retries=sum(journal.retries for journal in journals),
    )


def newest_line() -> int:
    return int(_rows("SELECT coalesce(max(id), 0) FROM journal_change")[0][0])


def behind() -> int:
    """Programs whose summary is older than what it rests on."""
    return int(_rows("SELECT count(*) FROM programs_program WHERE inputs_seq > summarised_seq")[0][0])


def _rows(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    connection.close()  # the database may have been killed since the last look
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())
