"""The product with a few addresses more, for measuring. REUSE_CONNECTIONS=0 takes its database connections away."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")

from django.conf import settings

settings.ROOT_URLCONF = "bench.urls"
if os.environ.get("REUSE_CONNECTIONS") == "0":
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 0

from scaleup.wsgi import application  # noqa: E402, F401  reads the settings changed above
