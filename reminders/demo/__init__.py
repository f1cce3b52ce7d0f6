"""Demonstration data: what the invented people were told, chose, put off and put away, played with their stories."""
