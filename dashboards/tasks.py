"""What the worker does for dashboards: adds portfolios up, and checks the sums once a day."""

import logging

from celery import shared_task

from dashboards.domain import rollups

logger = logging.getLogger("scaleup.dashboards")


@shared_task(name="dashboards.tasks.sweep_rollups")
def sweep_rollups() -> None:
    """Every minute: adds up the portfolios whose programs changed."""
    rollups.sweep()


@shared_task(name="dashboards.tasks.verify_rollups")
def verify_rollups() -> None:
    """Every night: compares the sums with the truth. Wrong ones are added up by the next sweep."""
    if wrong := rollups.verify():
        logger.error("%d of the kept sums were wrong.", wrong)
