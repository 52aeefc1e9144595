"""Fingerprints: what a month was computed from, and whether that is still so."""
