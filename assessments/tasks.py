"""What the worker does for readiness: one program when the bell rings, the rest by sweeps."""

import logging
import time

from celery import shared_task
from django.utils import timezone

from assessments.domain import expiry, summaries

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
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until:
        stale = summaries.out_of_date(summaries.BATCH)
        if not stale or not _refresh_each_if_need_be(stale):
            return


@shared_task(name="assessments.tasks.sweep_expiry")
def sweep_expiry() -> None:
    """Once a day: evidence that expired, and programs that have stood still for too long."""
    today = timezone.localdate()
    for batch in expiry.touched(today):
        summaries.refresh(batch, today=today)


def _refresh_each_if_need_be(program_ids: list[int]) -> int:
    """All at once; if one of them cannot be scored, singly, so that it does not hold up the others."""
    try:
        return summaries.refresh(program_ids)
    except Exception:
        logger.exception("a batch of %d summaries failed; trying them singly", len(program_ids))
    done = 0
    for program_id in program_ids:
        try:
            done += summaries.refresh([program_id])
        except Exception:
            logger.exception("program %d cannot be summarised", program_id)
    return done
