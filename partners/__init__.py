"""Who does what: partners, functions and the matrix that complains, agreements, capacity."""
