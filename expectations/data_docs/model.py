"""What Data Docs are told and what they give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from expectations.data_docs.outcomes import Tally


@dataclass(frozen=True, slots=True)
class Page:
    """A page, complete in itself: it loads nothing, neither from outside nor from beside it.

    Attributes:
        path: Where it belongs below the folder of Data Docs, with forward slashes.
        content: The HTML, to be written as UTF-8.
    """

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class RunOfDocs:
    """What the pages of a run say of the run itself.

    Attributes:
        run_id: Its name, which is also the name of its folder: letters, digits, dots, dashes, underscores.
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
    """One line of the index: a run, with what became of all its checks together.

    Attributes:
        run: The run.
        tally: How many checks passed, warned and failed in all of its tables; null where none were made, and then
            there are no pages to link to.
    """

    run: RunOfDocs
    tally: Tally | None
