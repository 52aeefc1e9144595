"""Segments: groups of accounts in addition to tiers, by their traits, behaviour, value and needs."""
