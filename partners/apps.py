"""Configuration of the partners app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Who does what, by which agreement, and who is able to."""

    name = "partners"
    verbose_name = _("partners")

    def ready(self) -> None:
        from journal import saving
        from partners.domain import agreement_words, capacity_words, counting, step_facts, words
        from partners.domain import owed as owed_by_partners
        from partners.domain.assigning import ResponsibilityKind
        from programs.domain import history, known, listing, owed, phrases

        saving.register("responsibility", ResponsibilityKind())
        for one in (words, agreement_words, capacity_words):
            phrases.register(one.VERBS, fields=one.FIELDS, values=one.VALUES)
            for kind, places in one.PLACES.items():
                history.register(kind, places)
        phrases.register({}, names=words.NAMES)
        known.register(step_facts.beside_partners, items=step_facts.OF_PARTNERS)
        known.register(step_facts.beside_roles, items=step_facts.OF_ROLES)
        listing.register(counting.mark_stale)
        owed.register(*owed_by_partners.RULES, selects=owed_by_partners.SELECTS)
