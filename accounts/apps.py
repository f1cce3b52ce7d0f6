"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People who sign in, their organisations and portfolios, and invitations."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from accounts.domain import grants, people_overview, two_step

        grants.register()
        people_overview.register(people_overview.from_organisation)
        people_overview.register(people_overview.from_portfolios)
        two_step.register(two_step.of_administrators)
        two_step.register(two_step.of_facilitators)
        authenticator_added.connect(two_step.app_added)
        authenticator_removed.connect(two_step.app_removed)
