"""Configuration of the programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """What is scaled, by whom and how far: guides, steps, answers, evidence, gates."""

    name = "programs"
    verbose_name = _("programs")

    def ready(self) -> None:
        from accounts.domain import invitations, people_overview
        from journal import saving
        from programs.domain import owed, owed_rules, teams, who_sees
        from programs.domain.answering import AnswerKind
        from programs.domain.planning import PlanKind

        saving.register("answer", AnswerKind())
        saving.register("plan", PlanKind())
        invitations.register(teams.KIND, teams.ProgramGrant())
        people_overview.register(who_sees.from_teams)
        people_overview.register(who_sees.from_listings)
        owed.register(*owed_rules.RULES)
