"""Seeded floods of mutated input files: no traceback, no lost row, no changed publication."""
