"""Reads the report's data from the published tables; the database does the sums."""
