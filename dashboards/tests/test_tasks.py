"""The worker's part: tasks answer to the names the schedule rings for."""

import logging

import pytest
from django.conf import settings

from accounts.models import Portfolio
from dashboards import tasks
from dashboards.models import PortfolioRollup
from programs.models import Program
from scaleup.celery import app


def test_the_schedule_knows_the_tasks_by_name() -> None:
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    own = {name for name in app.tasks if name.startswith("dashboards.")}
    assert own == {"dashboards.tasks.sweep_rollups", "dashboards.tasks.verify_rollups"}
    assert own <= rung


def test_a_sweep_adds_up_and_the_check_finds_nothing(
    portfolio: Portfolio, program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.sweep_rollups()
    assert PortfolioRollup.objects.get(portfolio=portfolio, view="live").figures["programs"] == 1
    with caplog.at_level(logging.ERROR):
        tasks.verify_rollups()
    assert caplog.text == ""
