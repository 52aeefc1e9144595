"""Data Docs: the checks of each run, as pages that need no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expectations.data_docs import RunEntry, RunOfDocs, Tally, index_page, run_pages
from flows.checks.judgement import Judgement
from flows.clock import now
from flows.pages import write_or_warn
from flows.request.context import RunContext
from flows.settings import Project
from flows.transactions import read_in_transaction
from sql.atomic import new_file, scratch_folder
from sql.state import checks_by_run


def docs_folder(project: Project) -> Path:
    """Return the folder of all Data Docs."""
    return project.output / "data-docs"


def docs_of(project: Project, run_id: str) -> Path:
    """Return the page of a run, whether it exists or not."""
    return docs_folder(project) / run_id / "index.html"


def write_run(context: RunContext, judgement: Judgement, status: str) -> None:
    """Write the pages of the checks of a month's run.

    Args:
        context: The month of the run.
        judgement: The judgement of the month.
        status: The outcome of its checks, in a word.

    Raises:
        RetierError: If the folder cannot be written.
    """
    run = RunOfDocs(context.run_id, str(context.month), status, now())
    folder = docs_of(context.project, context.run_id).parent
    with scratch_folder(folder.parent) as scratch:
        for page in run_pages(run, judgement.results):
            path = scratch / page.path
            path.parent.mkdir(exist_ok=True)
            path.write_text(page.content, encoding="utf-8")
        (scratch / context.run_id).rename(folder)


@contextmanager
def runs_listed(project: Project) -> Iterator[list[str]]:
    """Write the page that lists all runs of the warehouse once the work ends, whether it succeeds or fails.

    A page that cannot be written does not undo the work: a sentence is added to the list that the block is given. Where
    the work fails, only its error is reported.
    """
    missing: list[str] = []
    try:
        yield missing
    finally:
        missing += write_or_warn(
            lambda: _write_index(project), "the list of all runs is out of date", "the same command again writes it"
        )


def _write_index(project: Project) -> None:
    """Write the page that lists the runs; those whose pages are gone have no link."""
    found = read_in_transaction(project, checks_by_run)
    runs = [] if found is None else list(found.iter_rows(named=True))
    entries = [
        RunEntry(
            RunOfDocs(run["run_id"], f"{run['month']:%Y-%m}", run["status"], run["finished_at"]),
            Tally(run["passed"], run["warned"], run["failed"]) if docs_of(project, run["run_id"]).exists() else None,
        )
        for run in runs
    ]
    page = index_page(entries)
    with new_file(docs_folder(project) / page.path, is_durable=False) as path:
        path.write_text(page.content, encoding="utf-8")
