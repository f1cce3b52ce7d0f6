"""What the worker does for the money of programs: one when the bell rings, the rest by a sweep."""

from celery import shared_task

from funding.domain import summaries
from scaleup.sweeping import sweep


@shared_task(name="funding.tasks.count_funding")
def count_funding(program_id: int) -> None:
    """Brings the figures of one program up to date; nothing to do if another task already did."""
    if not summaries.is_current(program_id):
        summaries.refresh([program_id])


@shared_task(name="funding.tasks.sweep_funding")
def sweep_funding() -> None:
    """Finds whatever the bell missed, and what a new year made old, for as long as one minute allows."""
    sweep(summaries.out_of_date, summaries.refresh, what="summaries of funding", batch=summaries.BATCH)
