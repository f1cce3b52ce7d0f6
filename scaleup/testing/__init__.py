"""Plugins for pytest: real servers for the whole run, and a real browser where there is one."""
