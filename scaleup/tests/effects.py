"""What a form leaves behind in the tables, told so that two sendings of it can be compared."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.models import User
from scaleup.tests.posting import written
from scaleup.tests.scenes import Scene
from scaleup.tests.walks import NOT_COUNTED

# Keys, hashes, names of files, moments and codes of paper sheets: others each time. The year that is slipped in stays.
RANDOM = re.compile(r"[\w+/=$-]{16,}|20(?!31)\d\d-\d\d-\d\d[ T][\d:.]+(\+00(:00)?)?|(?<=,[ft],)[A-Y3479]{4}(?=,)")
PUBLISHED = {  # the database keeps them as they are
    "programs_guide",
    "programs_guidestep",
    "programs_guideitem",
    "assessments_instrumentdimension",
    "assessments_instrumentitem",
}
SWEPT = {"programs_pendingfile"}  # a file that came twice waits there to be deleted
SLIPPED = {"text": "slipped in", "number": 7, "day": "2031-01-01", "flag": "on", "json": "{}"}
OURS = ("accounts", "journal", "programs", "partners", "funding", "assessments", "dashboards", "reminders")
SEQUENCES = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences"
SET_BACK = """
SELECT setval(name::regclass, coalesce(last, 1), last IS NOT NULL)
FROM unnest(%s::text[], %s::bigint[]) AS reached (name, last)
"""

Rows = dict[str, Counter[str]]  # of the tables that were written


def difference(one: Rows, other: Rows) -> list[str]:
    """Rows that only the other left and rows that only the one left, as a reader of a failed test wants them.

    Both were taken back: a table that one of them did not write was for it as it is now.
    """
    now = everything(one.keys() ^ other.keys())
    one, other = now | one, now | other
    came = sorted(f"+ {table} {row}" for table in other for row in other[table] - one[table])
    return came + sorted(f"- {table} {row}" for table in one for row in one[table] - other[table])


def everything(tables: Iterable[str]) -> Rows:
    """Every row of these tables, without what is random in it."""
    compared = set(tables) - NOT_COUNTED - PUBLISHED - SWEPT
    return {table: Counter(RANDOM.sub("~", row) for row in written(table)) for table in compared}


@contextmanager
def same_numbers() -> Iterator[None]:
    """What is made inside gets the numbers that it would get if this was done again."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        reached = cursor.fetchall()
    yield
    with connection.cursor() as cursor:
        names, last = zip(*reached, strict=True)
        cursor.execute(SET_BACK, [list(names), list(last)])


def slipped_in(scene: Scene, taken: set[str]) -> dict[str, Any]:
    """Every field of every model by its name, with a value nobody asked for."""
    fields = [field for app in OURS for model in apps.get_app_config(app).get_models() for field in model._meta.fields]
    found: dict[str, Any] = {}
    for field in fields:
        for name in {field.name, field.attname} - taken:
            found.setdefault(name, _value(field, scene))
    return found


def _value(field: models.Field, scene: Scene) -> Any:
    match field:
        case models.ForeignKey():
            return _foreign(field.related_model, scene)
        case models.BooleanField():
            return SLIPPED["flag"]
        case models.DateField():
            return SLIPPED["day"]
        case models.IntegerField():
            return SLIPPED["number"]
        case models.JSONField():
            return SLIPPED["json"]
        case models.CharField() if field.choices:
            return list(dict(field.flatchoices))[-1]
        case _anything_else:
            return SLIPPED["text"]


def _foreign(model: type[models.Model], scene: Scene) -> int:
    """Something of this kind that belongs to another tenant."""
    if model is User:
        return scene.other.people["lead"].pk
    return scene.other.ids.get(f"{model._meta.model_name}_id", 1)
