"""Configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People who sign in, their organisations and portfolios, and invitations."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from accounts.domain import grants, people_overview

        grants.register()
        people_overview.register(people_overview.from_organisation)
        people_overview.register(people_overview.from_portfolios)
