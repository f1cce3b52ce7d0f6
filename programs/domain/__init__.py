"""What can be done with programs: one module a subject, plain functions."""
