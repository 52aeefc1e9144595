"""Data Docs: Great Expectations' pages on what was checked, self-contained and offline.

Everything here is pure: pages are given back, and flows writes them.
"""

from expectations.data_docs.index import index_page
from expectations.data_docs.model import Page, RunEntry, RunOfDocs
from expectations.data_docs.outcomes import Outcome, Tally, outcome_of, tally, tally_all
from expectations.data_docs.run import run_pages

__all__ = [
    "Outcome",
    "Page",
    "RunEntry",
    "RunOfDocs",
    "Tally",
    "index_page",
    "outcome_of",
    "run_pages",
    "tally",
    "tally_all",
]
