"""Configuration of the funding app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """What scale costs, and who pays."""

    name = "funding"
    verbose_name = _("funding")

    def ready(self) -> None:
        from funding.domain import step_facts, words
        from programs.domain import history, known, phrases

        phrases.register(words.VERBS, fields=words.FIELDS, values=words.VALUES, shown=words.SHOWN)
        for kind, places in words.PLACES.items():
            history.register(kind, places)
        known.register(step_facts.beside, items=step_facts.ITEMS)
