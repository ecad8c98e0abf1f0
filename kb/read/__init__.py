"""Files to values: front matter, bodies and bibliography with the lines of everything, and the faults of form."""
