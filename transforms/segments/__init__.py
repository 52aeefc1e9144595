"""Segments: how accounts are grouped beside their tiers, by what they are, do, bring and need."""
