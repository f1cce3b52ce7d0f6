"""People who sign in, their organisations and portfolios, and invitations."""
