"""Measuring ScaleUp: `make bench` (speed and growth) and `make faults` (what survives). See docs/performance.md."""
