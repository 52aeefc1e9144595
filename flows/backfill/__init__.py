"""Backfills: a range of months computed again, or for the first time: planned, in one pass over the facts, in order."""
