"""The checks of a month: of its sources and of its results, and the rows that are quarantined."""
