"""Configuration of the dashboards app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """Reading across programs: team home, facilitator portfolio, donor dashboard."""

    name = "dashboards"
    verbose_name = _("dashboards")
