"""Verbs and readings, one module a subject; arithmetic and checks are plain Python."""
