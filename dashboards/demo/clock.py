"""Playing a day of the past: the clock stands at a moment, and what the database stamped is set to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

APPS = ("accounts", "journal", "programs", "assessments", "dashboards")
TRIGGER = "journal_change_append_only"


@contextmanager
def history_open() -> Iterator[None]:
    """Lets lines of history be dated back. Only for demonstration data, which never are in production."""
    _alter("DISABLE")
    try:
        yield
    finally:
        _alter("ENABLE")


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
    with connection.cursor() as cursor:
        for table, column in _stamped():
            cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" >= now()', [moment])  # noqa: S608


def _stamped() -> list[tuple[str, str]]:
    """Columns the database fills with its own clock, and those the saving path does."""
    found = [
        (model._meta.db_table, str(field.column))
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and field.has_db_default()
    ]
    return [*found, ("programs_itemanswer", "changed_at"), ("programs_listing", "refreshed_at")]


def _alter(verb: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        cursor.execute(f"ALTER TABLE journal_change {verb} TRIGGER {TRIGGER}")
