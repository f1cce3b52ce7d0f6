"""Background work on programs: clearing away what a killed process left behind."""

from celery import shared_task
from django.utils import timezone

from programs.domain import stray_files


@shared_task(name="programs.tasks.sweep_stray_files")
def sweep_stray_files() -> None:
    """Once a day: files that no evidence points at."""
    stray_files.sweep(timezone.now())
