"""What the worker does for readiness and for rounds: one when the bell rings, the rest by sweeps."""

from celery import shared_task
from django.utils import timezone

from assessments.domain import expiry, result_keeping, summaries
from scaleup.sweeping import sweep


@shared_task(name="assessments.tasks.summarise")
def summarise(program_id: int) -> None:
    """Brings one program's summary up to date; nothing to do if another task already did."""
    if not summaries.is_current(program_id):
        summaries.refresh([program_id])


@shared_task(name="assessments.tasks.sweep_summaries")
def sweep_summaries() -> None:
    """Finds whatever the bell missed, the longest waiting first, for as long as one minute allows."""
    sweep(summaries.out_of_date, summaries.refresh, what="summaries", batch=summaries.BATCH)


@shared_task(name="assessments.tasks.score_round")
def score_round(round_id: int) -> None:
    """Computes what came of a round that was revealed or closed; nothing to do if another task already did."""
    result_keeping.keep([round_id])


@shared_task(name="assessments.tasks.sweep_rounds")
def sweep_rounds() -> None:
    """Finds revealed and closed rounds whose result the bell missed."""
    sweep(result_keeping.lacking, result_keeping.keep, what="rounds", batch=result_keeping.BATCH)


@shared_task(name="assessments.tasks.sweep_expiry")
def sweep_expiry() -> None:
    """Once a day: evidence that expired, rounds that grew too old, programs that have stood still for too long."""
    today = timezone.localdate()
    for batch in expiry.touched(today):
        summaries.refresh(batch, today=today)
