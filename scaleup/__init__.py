"""The wiring of ScaleUp: settings, addresses, servers, background work. No domain lives here."""

from scaleup.celery import app as celery_app

__all__ = ["celery_app"]
