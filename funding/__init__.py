"""What scale costs and who pays: cost lines, sources, contributions, the gap of each year."""
