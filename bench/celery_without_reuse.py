"""The product's Celery, but with a new database connection for every task: what reuse is compared with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")

from django.conf import settings

settings.CELERY_DB_REUSE_MAX = None

from scaleup.celery import app  # noqa: E402, F401  reads the settings changed above
