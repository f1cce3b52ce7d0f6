"""Pages, one module a subject. Every view has a door from programs.access."""
