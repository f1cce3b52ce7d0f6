"""Demonstration data: invented programs whose last year is played again, day by day, through the domain."""
