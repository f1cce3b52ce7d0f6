"""The page for a fault on our side, which also knows the difference between broken and away."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

SECONDS_TO_WAIT = 10


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away or too busy: then trying again is the right thing to do."""
    page = render_to_string("500.html")  # no context: nothing that could fail a second time
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(page, status=503, headers={"Retry-After": str(SECONDS_TO_WAIT)})
    return HttpResponse(page, status=500)
