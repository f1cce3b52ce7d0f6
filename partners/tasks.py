"""What the worker does for partner roles: counts programs and writes annexes as the bell rings, the rest by sweeps."""

from celery import shared_task

from partners.domain import annex_writing, annexes, summaries
from scaleup import doorbell
from scaleup.sweeping import sweep

SECONDS_A_RING_IS_WORTH = 60


@shared_task(name="partners.tasks.count_roles")
def count_roles(program_id: int) -> None:
    """Brings one program's summary up to date; nothing to do if another task already did."""
    if not summaries.is_current(program_id):
        summaries.refresh([program_id])


@shared_task(name="partners.tasks.sweep_roles")
def sweep_roles() -> None:
    """Every minute: whatever the bell missed, and once a day each program anew, for days alone change complaints."""
    for find in (summaries.out_of_date, summaries.of_an_earlier_day):
        sweep(find, summaries.refresh, what="summaries of partner roles", batch=summaries.BATCH)


@shared_task(name="partners.tasks.write_annex")
def write_annex(annex_id: int) -> None:
    """Writes the files of one annex; nothing to do if another task did or is at it."""
    annex_writing.write(annex_id)


@shared_task(name="partners.tasks.sweep_annexes")
def sweep_annexes() -> None:
    """Every minute: rings again for annexes the bell missed, or whose worker was killed; each is a task of its own."""
    for annex_id in annex_writing.waiting():
        doorbell.ring_now(annexes.WRITE, annex_id, expires=SECONDS_A_RING_IS_WORTH)
