"""Addresses: the apps', from high to low. /livez and /healthz are answered by scaleup.health."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from scaleup.ui_gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reminders.urls")),
    path("", include("dashboards.urls")),
    path("", include("assessments.urls")),
    path("", include("funding.urls")),
    path("", include("partners.urls")),
    path("", include("programs.urls")),
    path("", include("journal.urls")),
    path("", include("accounts.urls")),
]

if settings.DEBUG_UI:
    urlpatterns.append(path("ui/", gallery, name="ui_gallery"))

handler500 = "scaleup.errors.server_error"
