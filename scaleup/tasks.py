"""The one task of the wiring itself. Read by worker and beat alone, so their signals are connected here."""

from celery import shared_task

from scaleup import heartbeats  # noqa: F401  connects itself to the start and end of worker and beat
from scaleup.models import Heartbeat


@shared_task
def answer_bell() -> None:
    """Rung by beat through the broker: if this runs, the broker carries messages."""
    Heartbeat.objects.beat(Heartbeat.Name.BROKER)
