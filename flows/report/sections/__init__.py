"""The parts of the report: pure functions from data to words, figures and tables."""
