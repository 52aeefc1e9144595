"""SQLite: a database that sources can be read from, but that cannot be a warehouse."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from sql.dialects.base import Database


class SQLite(Database):
    """An SQLite file."""

    name = "sqlite"
    is_file = True

    def reading(self, _most_seconds: float) -> tuple[str, ...]:
        """Return the statement that makes a connection read-only."""
        return ("pragma query_only = on",)

    def is_guarded(self, url: sa.URL) -> bool:
        """Return whether it is Python's own driver, which runs one statement."""
        return url.drivername == self.name

    def for_reading(self, url: sa.URL) -> sa.URL:
        """Return a URL that leaves the file as it is.

        Whoever is last to close a file with a write-ahead log writes the log into it, unless it is opened for reading;
        and whoever opens one without a log for reading leaves an empty log behind.
        """
        if not url.database or url.query:
            return url
        log = Path(f"{url.database}-wal")
        if not (log.is_file() and log.stat().st_size):
            return url
        return url.set(database=f"file:{quote(url.database)}", query={"mode": "ro", "uri": "true"})
