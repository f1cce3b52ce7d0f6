"""Growing a database to a number of programs, and the people who then look at it."""

import time
from collections.abc import Callable
from importlib import import_module

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from accounts.models import Organisation, Portfolio, User, Watcher
from assessments.domain import summaries
from bench import filling_sql as sql
from dashboards.domain import rollups
from programs.models import ProgramSummary

FACILITATOR, DONOR = 10_000_001, 10_000_002  # beyond the leads, who have the numbers of their programs
SAMPLE = 10_000  # programs that have all their answers; beyond it summaries alone
CSRF = "c" * 32


def lay_foundation() -> None:
    """Whatever is there once: the portfolio and those who watch it."""
    with connection.cursor() as cursor:
        # Cleaning up after the filling would be counted as the price of a page.
        cursor.execute("ALTER SYSTEM SET autovacuum = off")
        cursor.execute("SELECT pg_reload_conf()")
    keeper = Organisation.objects.create(pk=1, name="Organisation 1")
    portfolio = Portfolio.objects.create(pk=1, name="All programs", organisation=keeper)
    for pk, name in ((FACILITATOR, Watcher.Role.FACILITATOR), (DONOR, Watcher.Role.DONOR)):
        user = User.objects.create(pk=pk, email=f"{name}@bench.example", name=f"The {name}", time_zone="UTC")
        Watcher.objects.create(portfolio=portfolio, user=user, role=name)


def grow(there: int, wanted: int, *, open_connection: Callable[[], psycopg.Connection]) -> dict[str, float]:
    """Adds the programs that are missing; seconds that each part of it took."""
    took: dict[str, float] = {}
    sample = min(wanted, SAMPLE)
    with open_connection() as database:
        _timed(took, "rows", lambda: _add(database, there, wanted, sample))
    _timed(took, "first scores", lambda: rescore(there + 1, sample))
    with open_connection() as database:
        if wanted > sample:
            _timed(took, "copied summaries", lambda: _copy_summaries(database, max(there, sample) + 1, wanted, sample))
        _timed(took, "vacuum", lambda: database.execute("VACUUM (ANALYZE)"))
    _timed(took, "rollup", lambda: rollups.refresh(1) if rollups.sweep() == 0 else None)
    return took


def rescore(first: int, last: int) -> None:
    """All summaries anew, as the worker's sweep does it."""
    for start in range(first, last + 1, summaries.BATCH):
        summaries.refresh(range(start, min(start + summaries.BATCH, last + 1)))


def _add(database: psycopg.Connection, there: int, wanted: int, sample: int) -> None:
    numbers = {"first": there + 1, "last": wanted, "reviewer": FACILITATOR}
    for statement in sql.OUTLINE:
        database.execute(statement, numbers)
    if there < sample:
        for statement in sql.WITH_ANSWERS:
            database.execute(statement, numbers | {"last": sample})
    database.execute("ANALYZE")


def _copy_summaries(database: psycopg.Connection, first: int, last: int, sample: int) -> None:
    names = [field.column for field in ProgramSummary._meta.concrete_fields if field.name not in ("id", "program")]
    numbers = {"first": first, "last": last, "sample": sample}
    database.execute(sql.COPIED_SUMMARIES.format(columns=", ".join(f'"{name}"' for name in names)), numbers)
    database.execute(sql.COPIED_LISTINGS, numbers)
    database.execute(sql.SETTLE_COPIED, numbers)


def _timed(took: dict[str, float], name: str, act: Callable[[], object]) -> None:
    began = time.monotonic()
    act()
    took[name] = round(time.monotonic() - began, 2)


def signed_in(user_id: int) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    user = User.objects.get(pk=user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: CSRF}
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": CSRF,
        "Accept-Encoding": "gzip",
    }
