"""Saying that the money of a program must be added up again."""

from django.db.models import F
from django.db.models.functions import Now

from funding.models import FundingPlan
from scaleup import doorbell

COUNT = "funding.tasks.count_funding"


def mark_stale(program_id: int) -> None:
    """Counts a change that the sums rest on, in the caller's transaction, and rings for the worker.

    Call it last: everybody locks sources, contributions and costs before the plan.
    """
    FundingPlan.objects.filter(program=program_id).update(inputs_seq=F("inputs_seq") + 1, changed_at=Now())
    doorbell.ring(COUNT, program_id)
