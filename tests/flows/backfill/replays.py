"""Projects that are backfilled in this way and that, on either database, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.backfill.backfill import BackfillSummary, backfill
from flows.progress import Silent
from flows.run_month import run_month
from flows.settings import Project, load_project
from flows.transactions import read_in_transaction
from flows.writing import writing
from sql.dialects import quoted, read
from tests.flows.options import options_of
from tests.flows.projects import JANUARY, MARCH, Tables, healthy_tables, write_project
from transforms.contracts import PUBLISHED
from transforms.month import Month

FIRST, LAST = JANUARY, MARCH
MONTHS = Month.range(FIRST, LAST)

OF_RUNS = ("runs", "check_results", "quarantine", "restatements", "notifications")
"""Tables that tell of runs, of which there are as many as were made."""

_OF_THE_RUN = ("revision", "run_id", "is_correction")

MakeUrl = Callable[..., str | None]
"""Returns the URL of a fresh warehouse, or of a copy of a database; None for the DuckDB file of the project."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A project, and where it publishes."""

    folder: Path
    url: str | None

    @property
    def project(self) -> Project:
        """The project, as it is read at the start of each command."""
        return load_project(self.folder, {} if self.url is None else {"RETIER_WAREHOUSE": self.url})

    def backfill(
        self, first: Month = FIRST, last: Month = LAST, progress: Silent | None = None, **options: bool
    ) -> BackfillSummary:
        """Backfill a range, with what was known at the end of March."""
        with writing(self.project, "test", wait_seconds=0) as writer:
            asked = options_of(first, last, known_until=MARCH.end_time, reason="because", **options)
            return backfill(self.project, asked, progress or Silent(), writer)

    def run(self, month: Month) -> None:
        """Run a month by itself."""
        run_month(self.project, options_of(month, known_until=MARCH.end_time, is_notifying=True), Silent())

    def tables(self) -> dict[str, pl.DataFrame]:
        """Everything that is published and does not tell of runs, in an order of its own."""
        names = [name for name in PUBLISHED if name not in OF_RUNS]
        found = read_in_transaction(
            self.project,
            lambda connection: {name: read(connection, f"select * from {quoted(connection, name)}") for name in names},
        )
        assert found is not None
        return {name: frame.drop(_OF_THE_RUN, strict=False).sort(PUBLISHED[name].key) for name, frame in found.items()}

    def runs(self) -> pl.DataFrame:
        """The runs so far, in the order in which they ended."""
        return self._read("select * from runs order by finished_at, run_id")

    def notifications(self) -> pl.DataFrame:
        """The messages so far, sent or not."""
        return self._read("select * from notifications order by notification_id")

    def _read(self, query: str) -> pl.DataFrame:
        found = read_in_transaction(self.project, lambda connection: read(connection, query))
        assert found is not None
        return found


Published = Callable[[Path], Replay]
"""Makes a project in a folder whose January to March are published."""


def replay(folder: Path, url: str | None, tables: Tables | None = None) -> Replay:
    """Make a project that has never run."""
    return Replay(write_project(folder, healthy_tables() if tables is None else tables), url)


def differences(one: Replay, other: Replay) -> list[str]:
    """Name the tables in which two projects differ."""
    left, right = one.tables(), other.tables()
    assert left.keys() == right.keys()
    return [name for name in left if not left[name].equals(right[name])]
