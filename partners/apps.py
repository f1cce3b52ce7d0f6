"""Configuration of the partners app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Who does what, by which agreement, and who is able to."""

    name = "partners"
    verbose_name = _("partners")

    def ready(self) -> None:
        from journal import saving
        from partners.domain import agreement_words, capacity_words, words
        from partners.domain.assigning import ResponsibilityKind
        from programs.domain import history, phrases

        saving.register("responsibility", ResponsibilityKind())
        for one in (words, agreement_words, capacity_words):
            phrases.register(one.VERBS, fields=one.FIELDS, values=one.VALUES)
            for kind, places in one.PLACES.items():
                history.register(kind, places)
