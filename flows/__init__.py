"""Orchestration: the only place that knows Prefect, the environment, the clock and the file system."""
