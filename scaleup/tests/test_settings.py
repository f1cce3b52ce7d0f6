"""Settings that must reach what they are meant for."""

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.conf import settings
from django.db import connection

from scaleup.celery import PATIENCE, app


@pytest.mark.django_db
def test_the_database_knows_our_limits_of_time() -> None:
    limits = {"lock_timeout": "2s", "statement_timeout": "10s", "idle_in_transaction_session_timeout": "30s"}
    with connection.cursor() as cursor:
        for name, limit in limits.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone() == (limit,)


def test_connections_to_the_database_are_kept() -> None:
    assert settings.DATABASES["default"]["CONN_MAX_AGE"] is None
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] is True
    assert DjangoWorkerFixup(app).db_reuse_max == 1000


def test_tasks_are_plain_messages_that_survive_their_worker() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.task_ignore_result is True
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_publish_retry is False
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_who_rings_gives_up_at_once_and_who_listens_never() -> None:
    with app.connection_for_write() as writing, app.connection_for_read() as reading:
        assert writing.transport_options["max_retries"] == 0
        assert writing.transport_options["socket_timeout"] < 0.3
        assert reading.transport_options["max_retries"] is None
        assert reading.transport_options["socket_timeout"] == PATIENCE["socket_timeout"]
