"""Configuration of the programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """What is scaled, by whom and how far: guides, steps, answers, evidence, gates."""

    name = "programs"
    verbose_name = _("programs")

    def ready(self) -> None:
        from journal import saving
        from programs.domain.answering import AnswerKind

        saving.register("answer", AnswerKind())
