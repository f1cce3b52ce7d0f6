"""Tags of pages about partners."""
