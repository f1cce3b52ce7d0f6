"""Looking at a dashboard: remembers what somebody saw, and says what they saw the time before."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Portfolio, User

IDLE = timedelta(minutes=30)

# Two open tabs, two devices, a double click: one row a person and thing, and one statement to
# write it, so that none of them can start a visit of its own.
KEEP = """
ON CONFLICT (user_id, view, portfolio_id, program_id) DO UPDATE SET
    previous_at = CASE WHEN {is_new} THEN visit.last_seen_at ELSE visit.previous_at END,
    previous_figures = CASE WHEN {is_new} THEN visit.figures ELSE visit.previous_figures END,
    started_at = CASE WHEN {is_new} THEN excluded.started_at ELSE visit.started_at END,
    last_seen_at = excluded.last_seen_at,
    figures = excluded.figures
""".format(is_new="visit.last_seen_at <= excluded.last_seen_at - %(idle)s")

TO_PORTFOLIO = f"""
WITH rollup AS (
    SELECT figures, refreshed_at FROM dashboards_portfoliorollup
    WHERE portfolio_id = %(portfolio)s AND view = %(view)s
), visit AS (
    INSERT INTO dashboards_visit AS visit
        (user_id, portfolio_id, view, started_at, last_seen_at, figures, previous_figures)
    VALUES (%(user)s, %(portfolio)s, %(view)s, %(now)s, %(now)s,
            coalesce((SELECT figures FROM rollup), '{{}}'), '{{}}')
    {KEEP}
    RETURNING previous_at, previous_figures
)
SELECT rollup.figures, rollup.refreshed_at, visit.previous_at, visit.previous_figures
FROM visit LEFT JOIN rollup ON true
"""  # noqa: S608  all words are our own

TO_PROGRAMS = f"""
INSERT INTO dashboards_visit AS visit
    (user_id, program_id, view, started_at, last_seen_at, figures, previous_figures)
SELECT %(user)s, program_id, view, %(now)s, %(now)s,
       jsonb_build_object('before', before, 'during', during, 'passed', passed_count), '{{}}'
FROM programs_programsummary
WHERE view = 'live' AND program_id = ANY(%(programs)s)
ORDER BY program_id
{KEEP}
RETURNING program_id, previous_at, previous_figures
"""  # noqa: S608  all words are our own


@dataclass(frozen=True, slots=True)
class PortfolioVisit:
    """The sums of a portfolio now and at the person's last visit (None: never here before).

    `refreshed_at` is None until a worker has added up the portfolio for the first time.
    """

    figures: dict[str, Any] | None
    refreshed_at: datetime | None
    previous_at: datetime | None
    previous_figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProgramVisit:
    """When the person last looked at a program's home, and its scores then."""

    previous_at: datetime | None
    previous_figures: dict[str, Any]


def to_portfolio(portfolio: Portfolio, *, view: str, by: User, now: datetime) -> PortfolioVisit:
    """Notes the visit; gives the portfolio's sums, now and as they were at the visit before."""
    values: dict[str, Any] = {"user": by.pk, "portfolio": portfolio.pk, "view": view, "now": now, "idle": IDLE}
    with connection.cursor() as cursor:
        cursor.execute(TO_PORTFOLIO, values)
        figures, refreshed_at, previous_at, previous = cursor.fetchone()
    return PortfolioVisit(figures and json.loads(figures), refreshed_at, previous_at, json.loads(previous))


def to_programs(programs: Collection[int], *, by: User, now: datetime) -> dict[int, ProgramVisit]:
    """Notes the visit to each program's home; gives what was seen the time before, by program."""
    values: dict[str, Any] = {"user": by.pk, "programs": list(programs), "now": now, "idle": IDLE}
    with connection.cursor() as cursor:
        cursor.execute(TO_PROGRAMS, values)
        rows = cursor.fetchall()
    return {program: ProgramVisit(at, json.loads(figures)) for program, at, figures in rows}
