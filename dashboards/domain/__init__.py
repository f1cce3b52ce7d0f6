"""What the three front doors read: one module a subject."""
