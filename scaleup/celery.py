"""The Celery application: its settings are the CELERY_ ones of scaleup.settings."""

import os
from typing import Any

from celery import Celery
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")

# The settings make whoever rings give up at once. A worker has nothing else to do: it waits.
PATIENCE = {"socket_timeout": 10, "socket_connect_timeout": 3, "max_retries": None}


class PatientReader(Celery):
    """Celery, whose worker keeps looking for a broker that whoever writes has given up on."""

    def connection_for_read(self, url: str | None = None, **options: Any) -> Connection:
        return super().connection_for_read(url, transport_options=PATIENCE, **options)


app = PatientReader("scaleup")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
