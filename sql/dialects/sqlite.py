"""SQLite: a database that sources can be read from, but that cannot be a warehouse."""

from __future__ import annotations

from sql.dialects.base import Database


class SQLite(Database):
    """An SQLite file."""

    name = "sqlite"
    is_file = True
    read_only = "pragma query_only = on"
