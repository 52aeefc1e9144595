"""Quarantined rows, read from the warehouse and written to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.settings import Project
from flows.warehouse import reading
from sql.atomic import new_file
from sql.state import held_rows, last_attempt_by_month
from transforms.contracts import PUBLISHED, SOURCES
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month

_WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": lambda rows, path: rows.write_csv(path),
    ".jsonl": lambda rows, path: rows.write_ndjson(path),
    ".parquet": lambda rows, path: rows.write_parquet(path),
}


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The quarantined rows of a month.

    Attributes:
        month: The month.
        source: The source that was asked for; None for all.
        rows: One row per quarantined row, with the columns of ``quarantine``.
    """

    month: Month
    source: str | None
    rows: pl.DataFrame


def read_quarantine(project: Project, month: Month | None, source: str | None) -> Quarantine:
    """Return the rows that the last run of a month quarantined.

    Args:
        project: The project.
        month: The month; None means the one that ran last.
        source: The source; None for all.

    Raises:
        WrongUseError: If there is no such source.
        RetierError: If the month has never run.
    """
    if source is not None and source not in SOURCES:
        raise WrongUseError(f"there is no source {source!r}: the sources are {', '.join(SOURCES)}")
    with reading(project) as connection:
        runs = PUBLISHED["runs"].empty() if connection is None else last_attempt_by_month(connection)
        months = [Month.of(day) for day in runs.sort("finished_at", "run_id")["month"]]
        wanted = month or (months[-1] if months else None)
        if connection is None or wanted is None or wanted not in months:
            what = "no month has" if wanted is None else f"{wanted} has never"
            raise RetierError(f"{what} run, so nothing is quarantined: run it first with retier run --month YYYY-MM")
        return Quarantine(wanted, source, held_rows(connection, wanted, source))


def export_rows(rows: pl.DataFrame, path: Path) -> None:
    """Write quarantined rows to a file, which is replaced if it exists.

    Raises:
        WrongUseError: If the file's name does not show the format.
        RetierError: If it cannot be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise WrongUseError(f"{path} does not say how to write the rows: name it .csv, .jsonl or .parquet")
    with new_file(path) as unfinished:
        write(rows, unfinished)
