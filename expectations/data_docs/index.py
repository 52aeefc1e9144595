"""The index of all runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from expectations.data_docs.model import Page, RunEntry
from expectations.data_docs.run import run_folder
from expectations.data_docs.site import render


def index_page(runs: Sequence[RunEntry]) -> Page:
    """Render ``index.html``: one line per run, newest first, with links to the runs' overviews.

    Args:
        runs: The runs, in any order.

    Raises:
        ValueError: If a run's id cannot be the name of a folder.
    """
    newest_first = sorted(runs, key=_age, reverse=True)
    lines = [(entry, run_folder(entry.run)) for entry in newest_first]
    return Page("index.html", render("index.html.j2", lines=lines))


def _age(entry: RunEntry) -> tuple[float, str, str]:
    finished_at = entry.run.finished_at
    in_utc = finished_at if finished_at.tzinfo else finished_at.replace(tzinfo=UTC)
    return in_utc.timestamp(), entry.run.month, entry.run.run_id
