"""The wiring of ScaleUp: settings, addresses, servers, background work. No domain lives here."""
