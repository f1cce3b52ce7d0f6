"""What the worker does for readiness and for rounds: one when the bell rings, the rest by sweeps."""

import logging
import time
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from assessments.domain import expiry, result_keeping, summaries

logger = logging.getLogger("scaleup.assessments")
SWEEP_SECONDS = 45


@shared_task(name="assessments.tasks.summarise")
def summarise(program_id: int) -> None:
    """Brings one program's summary up to date; nothing to do if another task already did."""
    if not summaries.is_current(program_id):
        summaries.refresh([program_id])


@shared_task(name="assessments.tasks.sweep_summaries")
def sweep_summaries() -> None:
    """Finds whatever the bell missed, the longest waiting first, for as long as one minute allows."""
    _sweep(summaries.out_of_date, summaries.refresh, what="summaries", batch=summaries.BATCH)


@shared_task(name="assessments.tasks.score_round")
def score_round(round_id: int) -> None:
    """Computes what came of a round that was revealed or closed; nothing to do if another task already did."""
    result_keeping.keep([round_id])


@shared_task(name="assessments.tasks.sweep_rounds")
def sweep_rounds() -> None:
    """Finds revealed and closed rounds whose result the bell missed."""
    _sweep(result_keeping.lacking, result_keeping.keep, what="rounds", batch=result_keeping.BATCH)


@shared_task(name="assessments.tasks.sweep_expiry")
def sweep_expiry() -> None:
    """Once a day: evidence that expired, rounds that grew too old, programs that have stood still for too long."""
    today = timezone.localdate()
    for batch in expiry.touched(today):
        summaries.refresh(batch, today=today)


Do = Callable[[list[int]], int]


def _sweep(find: Callable[[int], list[int]], do: Do, *, what: str, batch: int) -> None:
    """Batch after batch, until nothing is left that can be done or a minute is nearly over."""
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until:
        waiting = find(batch)
        if not waiting or not _each_if_need_be(do, waiting, what=what):
            return


def _each_if_need_be(do: Do, ids: list[int], *, what: str) -> int:
    """All at once; if one of them cannot be computed, singly, so that it does not hold up the others."""
    try:
        return do(ids)
    except Exception:
        logger.exception("a batch of %d %s failed; trying them singly", len(ids), what)
    done = 0
    for one in ids:
        try:
            done += do([one])
        except Exception:
            logger.exception("%s: %d cannot be computed", what, one)
    return done
