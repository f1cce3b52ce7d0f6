"""Configuration of the assessments app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """How ready a program is: scores, snapshots, instruments and rounds."""

    name = "assessments"
    verbose_name = _("assessments")

    def ready(self) -> None:
        from assessments.domain import owed as owed_in_rounds
        from assessments.domain import round_words
        from assessments.domain.rating import RatingKind
        from assessments.domain.rounds import KIND
        from journal import saving
        from programs.domain import history, owed, phrases

        saving.register("rating", RatingKind())
        phrases.register(round_words.VERBS)
        history.register(KIND, round_words.places)
        owed.register(*owed_in_rounds.RULES, selects=owed_in_rounds.SELECTS)
