"""Reading across programs: team home, facilitator portfolio, donor dashboard."""
