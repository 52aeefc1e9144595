"""Orchestration: the only place that knows the environment, the clock, the file system and the terminal."""

import os

# Polars groups by many thousand accounts in random order: a larger table for groups that are being filled saves a
# quarter of that time. Whoever sets the variable themselves keeps their value.
os.environ.setdefault("POLARS_MAX_HOT_TABLE_SIZE", "4096")
