"""Arithmetic of readiness in plain Python: facts in, figures out, no Django and no clock."""
