"""Judgement: whether sources and results are fit to be used and published."""

from expectations.deferred_imports import defer

# Here, because every module of this package that imports Great Expectations is imported after it.
defer()
