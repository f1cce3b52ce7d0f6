"""Tag libraries of the whole site."""
