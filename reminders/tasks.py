"""What the worker does for reminders: tells what is due and what happened, and makes digests."""

from celery import shared_task
from django.utils import timezone

from reminders.domain import announcing, digests, sight, telling


@shared_task(name="reminders.tasks.sweep_due")
def sweep_due() -> int:
    """Every minute: tells everybody whose morning has come what is due. Several at once tell it once."""
    return telling.tell_due(timezone.now())


@shared_task(name="reminders.tasks.sweep_news")
def sweep_news() -> int:
    """Every minute: tells what happened to whom it concerns. Several at once tell it once."""
    return announcing.tell_news(timezone.now())


@shared_task(name="reminders.tasks.sweep_digests")
def sweep_digests() -> int:
    """Every five minutes: makes the digests whose hour has come. Several at once make each once.

    Before that, the numbers of those whose roles ended: after this no more of it is said anywhere.
    """
    sight.recount()
    return digests.make(timezone.now())
