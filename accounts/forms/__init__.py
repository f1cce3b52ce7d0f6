"""Forms of the accounts: they clean what was typed and save nothing."""
