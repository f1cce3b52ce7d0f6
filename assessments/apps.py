"""Configuration of the assessments app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """How ready a program is: scores, snapshots, and later instruments and rounds."""

    name = "assessments"
    verbose_name = _("assessments")

    def ready(self) -> None:
        from assessments.domain.rating import RatingKind
        from journal import saving

        saving.register("rating", RatingKind())
