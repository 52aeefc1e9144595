"""Data Docs: Great Expectations' pages on the checks of a run, self-contained and offline.

Everything here is pure: it returns pages, and flows writes them.
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
