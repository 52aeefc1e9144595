"""The parts of the report: pure functions from what was read to words, figures and tables."""
