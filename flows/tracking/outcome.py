"""Tells Prefect what came of a month: lines of its log, artifacts, the event."""

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
from transforms.month import Month
from transforms.plurals import pluralize

OUTPUT_URL = "RETIER_OUTPUT_URL"
"""Where the project's output folder is served, so that links lead there."""


def show_month(project: Project, summary: RunSummary, *, is_waiting: bool) -> None:
    """Tell what came of a month.

    Args:
        project: The project.
        summary: What came of it.
        is_waiting: Whether messages of it may wait to be sent.
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
    with _shown_if_it_can_be(summary.month):
        show_movements(project, summary.month)
    show_findings(project, summary.month)


def show_findings(project: Project, month: Month) -> None:
    """Show what became of the checks of the month's newest run, with a link to its pages."""
    with _shown_if_it_can_be(month):
        run_id = show_checks(project, month)
        if run_id:
            show_data_docs(project, run_id, month, os.environ.get(OUTPUT_URL))


@contextmanager
def _shown_if_it_can_be(month: Month) -> Iterator[None]:
    """Let a picture be missing: what it shows stands in the warehouse, and must not look as if it did not."""
    try:
        yield
    except (PrefectException, HTTPError) as error:
        get_run_logger().warning("Prefect did not take an artifact of %s: %s", month, error)


@task(
    name="sending messages", task_run_name="sending messages", cache_policy=NO_CACHE, persist_result=False, **retried()
)
def send(project: Project, month: Month | None = None) -> Sending:
    """Send what waits; the caller is the only writer."""
    return send_waiting(project, month)


@task(name="report", task_run_name="{month} report", cache_policy=NO_CACHE, persist_result=False, **retried())
def report(project: Project, month: Month) -> None:
    """Write the report of a published month, with a link to it."""
    # Only here, since drawing takes a second to import.
    from flows.report.write import write_report

    file = write_report(project, month)
    with _shown_if_it_can_be(month):
        show_report(project, file, month, os.environ.get(OUTPUT_URL))
