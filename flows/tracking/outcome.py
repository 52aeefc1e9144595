"""Shows the outcome of a month in Prefect: lines of its log, artifacts and an event."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from httpx import HTTPError
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger

from flows.notify.send import Sending, send_waiting
from flows.settings import Project
from flows.summary import RunSummary
from flows.tracking.artifacts import show_checks, show_data_docs, show_movements, show_report
from flows.tracking.events import emit_published
from flows.tracking.tasks import retried
from flows.words import CHANGES, in_words
from transforms.errors import RetierError
from transforms.month import Month
from transforms.plurals import pluralize

OUTPUT_URL = "RETIER_OUTPUT_URL"
"""The environment variable with the URL under which the project's output folder is served, for links."""


def show_month(project: Project, summary: RunSummary, *, is_waiting: bool) -> None:
    """Show the outcome of a month: log it, emit its event, and make its artifacts.

    Args:
        project: The project.
        summary: The outcome.
        is_waiting: Whether its messages may wait to be sent.
    """
    logger = get_run_logger()
    moved = [pluralize(number, in_words(kind, CHANGES)) for kind, number in summary.movements.items() if number]
    logger.info(
        "%s %s: revision %s, %s; changes: %s",
        summary.month,
        summary.status,
        summary.revision,
        pluralize(summary.accounts, "account"),
        ", ".join(moved) or "none",
    )
    for warning in summary.warnings:
        logger.warning("%s: %s", summary.month, warning)
    emit_published(project, summary, is_waiting=is_waiting)
    with _tolerated(summary.month):
        show_movements(project, summary.month)
    show_findings(project, summary.month)


def show_findings(project: Project, month: Month) -> None:
    """Show the findings of the month's newest run, with a link to the pages of its checks."""
    with _tolerated(month):
        run_id = show_checks(project, month)
        if run_id:
            show_data_docs(project, run_id, month, os.environ.get(OUTPUT_URL))


@contextmanager
def _tolerated(month: Month) -> Iterator[None]:
    """Let the run go on without an artifact: what it shows is in the warehouse, and the run must not look failed."""
    try:
        yield
    except (PrefectException, HTTPError, RetierError, OSError) as error:
        get_run_logger().warning("an artifact of %s is missing: %s", month, error)


@task(
    name="sending messages", task_run_name="sending messages", cache_policy=NO_CACHE, persist_result=False, **retried()
)
def send(project: Project, month: Month | None = None) -> Sending:
    """Send the waiting messages; the caller must not hold the right to write."""
    return send_waiting(project, month)


@task(name="report", task_run_name="{month} report", cache_policy=NO_CACHE, persist_result=False, **retried())
def report(project: Project, month: Month) -> None:
    """Write the report of a published month, with a link to it."""
    # Imported here, since the charting library takes a second to import.
    from flows.report.write import write_report

    file = write_report(project, month)
    with _tolerated(month):
        show_report(project, file, month, os.environ.get(OUTPUT_URL))
