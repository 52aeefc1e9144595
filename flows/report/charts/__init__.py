"""The charts of the report: pure functions from frames to Altair charts."""
