"""Reads from the published tables what the report shows; what is many is added up by the database."""
