"""Judgement: whether sources and results are fit to be used and published."""
