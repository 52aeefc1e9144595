"""Data Docs: what was checked in each run, as pages that need no network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from expectations.data_docs import Page, RunEntry, RunOfDocs, Tally, index_page, run_pages
from flows.settings import Project
from flows.steps.judgement import Judgement
from flows.warehouse import reading
from sql.atomic import new_file
from sql.state import checks_by_run
from transforms.month import Month

_FOLDER = "data-docs"
_INDEX = "index.html"


def docs_of(project: Project, run_id: str) -> Path:
    """Give the page of a run, whether it is there or not."""
    return project.output / _FOLDER / run_id / _INDEX


def write_run(project: Project, judgement: Judgement, run_id: str, month: Month, status: str, at: datetime) -> None:
    """Write the pages of a run.

    Args:
        project: The project.
        judgement: What was judged.
        run_id: The run.
        month: Its month.
        status: What came of its checks, in a word.
        at: When they were made.

    Raises:
        RetierError: If the folder cannot be written.
    """
    _write(project, run_pages(RunOfDocs(run_id, str(month), status, at), judgement.results))


def write_index(project: Project) -> None:
    """Write the page that lists all runs of the warehouse; those whose pages are gone are listed without a link.

    Raises:
        BusyError: If another process holds the warehouse.
        RetierError: If the folder cannot be written.
    """
    with reading(project) as connection:
        runs = [] if connection is None else list(checks_by_run(connection).iter_rows(named=True))
    entries = [
        RunEntry(
            RunOfDocs(run["run_id"], f"{run['month']:%Y-%m}", run["status"], run["finished_at"]),
            Tally(run["passed"], run["warned"], run["failed"]) if docs_of(project, run["run_id"]).exists() else None,
        )
        for run in runs
    ]
    _write(project, [index_page(entries)])


def _write(project: Project, pages: Iterable[Page]) -> None:
    for page in pages:
        with new_file(project.output / _FOLDER / page.path) as path:
            path.write_text(page.content, encoding="utf-8")
