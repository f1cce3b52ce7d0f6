"""Saying that the complaints of a program must be counted again."""

from django.db.models import F
from django.db.models.functions import Now

from partners.models import Partnership
from scaleup import doorbell

COUNT = "partners.tasks.count_roles"


def mark_stale(program_id: int) -> None:
    """Counts a change that complaints rest on, in the caller's transaction, and rings for the worker.

    Call it last: everybody locks partners and functions before the partnership.
    """
    Partnership.objects.filter(program=program_id).update(inputs_seq=F("inputs_seq") + 1, changed_at=Now())
    doorbell.ring(COUNT, program_id)
