"""The month of a run: the one that was asked for, else the last complete one when the run was scheduled to begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from prefect import runtime

from flows.clock import last_complete_month, now
from flows.request.cutoff import known_until, month_known
from transforms.errors import WrongUseError
from transforms.month import Month


def month_of_run(month: str | None, known_at: str | None) -> Month:
    """Return the month of the current run; a run that begins late keeps the month that it was scheduled for.

    Args:
        month: The month that was asked for.
        known_at: The day until whose end rows were known.

    Raises:
        WrongUseError: If the text is not a month, or the month has not ended yet.
    """
    return _month(month, known_at, runtime.flow_run.scheduled_start_time)


def month_of_ended_run(parameters: Mapping[str, Any], scheduled: datetime | None) -> Month | None:
    """Return the month of a run from its parameters; None where they name no valid month."""
    try:
        return _month(parameters.get("month", parameters.get("last")), parameters.get("known_at"), scheduled or now())
    except WrongUseError:
        return None


def name_of_run(flow: str) -> str:
    """Name the current run by its flow and month; by the flow alone where the month is unknown."""
    when = month_of_ended_run(runtime.flow_run.parameters, runtime.flow_run.scheduled_start_time)
    return flow if when is None else f"{flow} {when}"


def name_as_asked(flow: str) -> str:
    """Name the current run by its flow and the month that was asked for, if any."""
    month = runtime.flow_run.parameters.get("month")
    return f"{flow} {month}" if month else flow


def _month(month: str | None, known_at: str | None, scheduled: datetime) -> Month:
    if month is None and known_at is None:
        return last_complete_month(scheduled)
    return month_known(month, known_at, known_until(known_at, now()))
