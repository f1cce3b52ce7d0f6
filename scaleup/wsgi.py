"""The web application for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scaleup.settings")

application = get_wsgi_application()

from scaleup.checks import refuse_unsafe_start  # noqa: E402  needs the apps

refuse_unsafe_start()
