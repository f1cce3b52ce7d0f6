"""What can be done with accounts: setting up, inviting, organisations, portfolios, sessions, mail."""

from accounts.domain.first_run import setup_token

__all__ = ["setup_token"]
