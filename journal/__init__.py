"""What changed, when and by whom: the one saving path and the one history."""
