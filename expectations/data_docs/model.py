"""The input and output of Data Docs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.data_docs.outcomes import Tally


@dataclass(frozen=True, slots=True)
class Page:
    """A self-contained page: it loads nothing, neither from the network nor from other files.

    Attributes:
        path: Its path below the folder of Data Docs, with forward slashes.
        content: The HTML, to write as UTF-8.
    """

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class RunOfDocs:
    """A run, as its pages describe it.

    Attributes:
        run_id: Its id and the name of its folder: letters, digits, dots, dashes, underscores.
        month: The month that was computed, for example ``2026-10``.
        status: How the run ended, in a word.
        finished_at: When it ended; a time without a zone is taken as UTC.
    """

    run_id: str
    month: str
    status: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One line of the index: a run and the outcomes of its checks.

    Attributes:
        run: The run.
        tally: How many checks passed, warned and failed in all of its tables; null if none ran, and then
            there are no pages to link to.
    """

    run: RunOfDocs
    tally: Tally | None
