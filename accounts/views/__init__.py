"""Pages of the accounts, by subject."""
