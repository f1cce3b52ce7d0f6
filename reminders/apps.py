"""Configuration of the reminders app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    """What is due, who is told, inbox, mail, digest, calendar."""

    name = "reminders"
    verbose_name = _("reminders")

    def ready(self) -> None:
        from accounts.domain import mailing
        from programs.domain import history, phrases
        from reminders.domain import letters, news_rules, words
        from reminders.models import Delivery

        mailing.register(Delivery, letters.write)
        news_rules.register()
        phrases.register(words.VERBS, fields=words.FIELDS, values=words.VALUES)
        for kind, places in words.PLACES.items():
            history.register(kind, places)
