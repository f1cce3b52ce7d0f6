"""Pages that read across programs, by whom they are for."""
