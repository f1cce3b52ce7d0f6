"""Saying that a program's readiness must be computed again."""

from django.db.models import F
from django.db.models.functions import Now

from programs.models import Program
from scaleup import doorbell

SUMMARISE = "assessments.tasks.summarise"


def mark_stale(program_id: int) -> None:
    """Counts a change that readiness rests on, in the caller's transaction, and rings for the worker.

    Call it last: everybody locks steps and items before the program.
    """
    Program.objects.filter(pk=program_id).update(inputs_seq=F("inputs_seq") + 1, changed_at=Now())
    doorbell.ring(SUMMARISE, program_id)
