"""A naive second opinion of the tiering rules, one account at a time, to compare the vectorised step with."""
