"""Keeping the sums of portfolios: finding what is out of date, adding up, and the nightly check.

Readers never wait for it: a worker adds up each portfolio at most once a minute.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Portfolio
from dashboards.domain.figures import Figures
from dashboards.domain.rollup_sql import ADD_UP, LAY_OUT, MARK_STALE
from dashboards.models import PortfolioRollup
from programs.models import Attention, ProgramSummary

logger = logging.getLogger("scaleup.dashboards")
AT_MOST_EVERY = timedelta(seconds=50)  # the sweep comes every 60: a whole minute would skip every other one

# Longer than any task may run: what was computed before a refresh but committed after it.
LATE_COMMIT = timedelta(minutes=2)


def sweep(*, now: datetime | None = None) -> int:
    """Adds up every portfolio that is out of date and has rested; how many were.

    Nobody has to report a change: what is out of date is read from the listings, which the worker
    stamps whenever it summarises a program.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(LAY_OUT)
        cursor.execute(MARK_STALE, {"late_commit": str(LATE_COMMIT)})
    due = PortfolioRollup.objects.filter(is_dirty=True).exclude(refreshed_at__gt=now - AT_MOST_EVERY)
    portfolios = sorted(set(due.values_list("portfolio", flat=True)))
    for portfolio in portfolios:
        refresh(portfolio)
    return len(portfolios)


@transaction.atomic
def refresh(portfolio: Portfolio | int) -> None:
    """Adds up one portfolio in both views. One that somebody else is adding up is left to them.

    The rows are locked before the sums are taken, so that nothing older is written over newer sums.
    """
    portfolio_id = portfolio.pk if isinstance(portfolio, Portfolio) else portfolio
    _take_time()
    rollups = PortfolioRollup.objects.filter(portfolio=portfolio_id).order_by("pk")
    for rollup in rollups.select_for_update(skip_locked=True, no_key=True):
        rollup.figures = add_up(portfolio_id, view=rollup.view)
        rollup.is_dirty, rollup.refreshed_at = False, timezone.now()
        rollup.save(update_fields=["figures", "is_dirty", "refreshed_at"])


def figures_of(portfolio: Portfolio, *, view: str = ProgramSummary.View.LIVE) -> Figures:
    """The kept sums of a portfolio; all nothing before it was added up for the first time."""
    kept = PortfolioRollup.objects.filter(portfolio=portfolio, view=view).values_list("figures", flat=True)
    return Figures.from_data(kept.first())


def add_up(portfolio_id: int, *, view: str) -> dict[str, Any]:
    """The sums of a portfolio, from its programs' summaries, as `figures.Figures` reads them."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP, {"portfolio": portfolio_id, "view": view, "stuck": Attention.STUCK})
        return json.loads(cursor.fetchone()[0])


def verify() -> int:
    """Compares every clean sum with the truth; how many were wrong. Those are marked and logged."""
    wrong = 0
    for rollup in PortfolioRollup.objects.filter(is_dirty=False).iterator(chunk_size=200):
        wrong += _is_wrong(rollup.pk)
    return wrong


@transaction.atomic
def _is_wrong(rollup_id: int) -> bool:
    _take_time()
    row = PortfolioRollup.objects.select_for_update(no_key=True).get(pk=rollup_id)
    if row.is_dirty or row.figures == add_up(row.portfolio_id, view=row.view):
        return False
    logger.error("The %s sums of portfolio %s were wrong; they are added up again.", row.view, row.portfolio_id)
    row.is_dirty = True
    row.save(update_fields=["is_dirty"])
    return True


def _take_time() -> None:
    """Nobody waits for a worker: this transaction may take longer than a page may."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50s'")
