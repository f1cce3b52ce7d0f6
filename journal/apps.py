"""Configuration of the journal app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    """What changed, when and by whom: the one saving path and the one history."""

    name = "journal"
    verbose_name = _("journal")
