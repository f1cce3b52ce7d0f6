"""Playing a day of the past: the clock stands at a moment, and what the database stamped is set to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from assessments.models import Instrument

APPS = ("accounts", "journal", "programs", "partners", "funding", "assessments", "dashboards", "reminders")
FROZEN = {
    "journal_change": "journal_change_append_only",
    "assessments_ratingchange": "ratingchange_append_only",
    "assessments_roundresult": "result_frozen",
}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`, in one transaction."""
    real = timezone.now
    with transaction.atomic():
        timezone.now = lambda: moment
        try:
            yield
        finally:
            timezone.now = real
        _date_back(moment)


def _date_back(moment: datetime) -> None:
    """Rows stamped by the database in this transaction carry the real time: give them the story's."""
    with _thawed(), connection.cursor() as cursor:
        for table, column in _stamped():
            cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" >= now()', [moment])  # noqa: S608


def _stamped() -> list[tuple[str, str]]:
    """Columns the database fills with its own clock, and those the saving path does.

    Instruments are published before every story and frozen ever since.
    """
    found = [
        (model._meta.db_table, str(field.column))
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and field.has_db_default() and model is not Instrument
    ]
    return [*found, ("programs_itemanswer", "changed_at"), ("programs_listing", "refreshed_at")]


@contextmanager
def _thawed() -> Iterator[None]:
    """What is append-only or frozen may change, in this transaction alone: however it ends, the guards are back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        for table, trigger in FROZEN.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        for table, trigger in FROZEN.items():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
