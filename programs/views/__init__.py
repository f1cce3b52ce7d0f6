"""Pages of the programs app, one module a subject. Every view has a door from programs.access or journal.doors."""
