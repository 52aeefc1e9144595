"""Ends queries that return more rows, or take longer, than anybody means: before they fill the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from sql.sources.asked import Query
from transforms.errors import RetierError
from transforms.plurals import pluralize

MOST_ROWS = 1_000_000_000
"""How many rows a query may return: some thirty for every account, feature and day of the largest companies' months."""

LEAST_FREE_SHARE = 0.1
"""How much of the room that was free at first a query leaves: others write to that disk, too."""

MOST_SECONDS = 6 * 3600
"""How long DuckDB may work on a query: a night is over by then, and what has returned nothing so far never will."""

_LOOK_ROWS = 1_000_000
"""How often the disk is looked at: a look takes microseconds, and a million rows rarely take more than a gigabyte."""


class Limit:
    """Counts the rows of one query.

    Args:
        query: The query.
        folder: The folder that its rows are written to.
    """

    def __init__(self, query: Query, folder: Path) -> None:
        self._query, self._folder = query, folder
        self._rows = self._looked = 0
        self._least_free = shutil.disk_usage(folder).free * LEAST_FREE_SHARE
        self._exceeded = ""

    def end_for_time(self) -> None:
        """Note that the query was ended because it took too long."""
        self._exceeded = f"nothing for more than {MOST_SECONDS / 3600:g} hours"

    def allows(self, rows: int) -> bool:
        """Count further rows, and return whether the query may go on."""
        self._rows += rows
        if self._rows > MOST_ROWS:
            self._exceeded = f"more than {MOST_ROWS:,} rows"
        elif self._rows - self._looked >= _LOOK_ROWS:
            self._looked = self._rows
            if shutil.disk_usage(self._folder).free < self._least_free:
                self._exceeded = f"more than {pluralize(self._rows, 'row')}, for which the disk has no room"
        return not self._exceeded

    def error(self) -> RetierError | None:
        """Return the error of a query that may not go on; None for one that may."""
        if not self._exceeded:
            return None
        query = self._query
        return RetierError(
            f"{query.source}: {query.name} returns {self._exceeded}: count or filter in the query, or read each "
            "month by itself with {{ month_start }} and {{ month_end }}"
        )
