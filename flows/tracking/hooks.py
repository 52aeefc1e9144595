"""What is logged when a tracked run fails, crashes or is cancelled: what is published, and who holds the warehouse."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.loggers import flow_run_logger

from flows.settings import load_project
from flows.tracking.month import month_of_ended_run
from flows.transactions import read_in_transaction
from flows.writing import writing
from sql.state import last_run_by_month
from transforms.errors import BusyError, RetierError
from transforms.month import Month
from transforms.passwords import without_password

_WAIT_SECONDS = 2.0
"""What a process held is free once it has ended; whoever holds it longer is another run."""


def release_month(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:
    """Check that a run that failed, crashed or was cancelled no longer holds the warehouse, and log what is published.

    The right to write ends with the process that held it; it is acquired here for an instant to be sure.
    """
    logger = flow_run_logger(flow_run, flow)
    try:
        logger.warning("%s: %s", state.name, _state_of_month(flow_run))
    except RetierError as error:
        logger.warning("%s; what is published could not be read: %s", state.name, without_password(str(error)))


def _state_of_month(flow_run: FlowRun) -> str:
    folder = flow_run.parameters.get("project")
    project = load_project(Path(folder) if folder else None, os.environ)
    try:
        with writing(project, "a look at what is published", wait_seconds=_WAIT_SECONDS):
            held = "the warehouse is free for the next run"
    except BusyError as busy:
        held = str(busy)
    month = month_of_ended_run(flow_run.parameters, flow_run.expected_start_time)
    if month is None:
        return f"no month is partly published; {held}"
    return (
        f"no month is partly published; {_publication(read_in_transaction(project, last_run_by_month), month)}; {held}"
    )


def _publication(runs: pl.DataFrame | None, month: Month) -> str:
    found = None if runs is None else runs.filter(pl.col("month") == month.first_day)
    if found is None or found.is_empty():
        return f"{month} is not published yet"
    return f"{month} is published in revision {found['revision'].item()}"
