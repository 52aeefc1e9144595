"""Seeded sample data: a believable company with planted stories; a month is the same whichever range is generated."""

from transforms.sample.span import ACCOUNTS, FIRST_MONTH, HISTORY_MONTH, LAST_MONTH, MONTHS
from transforms.sample.stories import STORIES, Story
from transforms.sample.vocabulary import FEATURES, USE_CASES
from transforms.sample.world import sample_accounts, sample_month, sample_tables

__all__ = [
    "ACCOUNTS",
    "FEATURES",
    "FIRST_MONTH",
    "HISTORY_MONTH",
    "LAST_MONTH",
    "MONTHS",
    "STORIES",
    "USE_CASES",
    "Story",
    "sample_accounts",
    "sample_month",
    "sample_tables",
]
