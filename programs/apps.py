"""Configuration of the programs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgramsConfig(AppConfig):
    """What is scaled, by whom and how far: guides, steps, answers, evidence, gates."""

    name = "programs"
    verbose_name = _("programs")

    def ready(self) -> None:
        from accounts.domain import invitations, people_overview, two_step
        from journal import saving
        from programs.domain import describing, owed, owed_invitations, owed_rules, owed_sql, teams, who_sees
        from programs.domain.answering import AnswerKind
        from programs.domain.planning import PlanKind

        saving.register("answer", AnswerKind())
        saving.register("plan", PlanKind())
        invitations.register(teams.KIND, teams.ProgramGrant())
        people_overview.register(who_sees.from_teams)
        people_overview.register(who_sees.from_listings)
        two_step.register(describing.of_reviewers)
        owed.register(*owed_rules.RULES, selects=owed_sql.SELECTS)
        owed.register(*owed_invitations.RULES, selects=owed_invitations.SELECTS)
