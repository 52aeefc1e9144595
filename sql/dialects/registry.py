"""The databases that can be a warehouse, and what everything else asks of them by the connection at hand."""

from __future__ import annotations

from contextlib import AbstractContextManager

import polars as pl
import sqlalchemy as sa

from sql.dialects.base import Database, Dialect
from sql.dialects.duckdb import DuckDB
from sql.dialects.postgresql import PostgreSQL
from sql.dialects.sqlite import SQLite

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (DuckDB(), PostgreSQL())}
"""The databases that can be a warehouse, by name. Another one is a subclass in a file of its own, and an entry here."""

DATABASES: dict[str, Database] = {**DIALECTS, SQLite.name: SQLite()}
"""The databases of which something is known where sources are read from them."""


def dialect_of(bound: sa.Connection | sa.Engine) -> Dialect:
    """Return the dialect of a connection or an engine."""
    return DIALECTS[bound.dialect.name]


def dialect_of_url(url: sa.URL) -> Dialect | None:
    """Return the dialect that a warehouse's URL names; None where it is no warehouse's, or names another driver."""
    dialect = DIALECTS.get(url.get_backend_name())
    return dialect if dialect and url.drivername in {dialect.name, dialect.driver} else None


def database_of_url(url: sa.URL) -> Database:
    """Return what is known of the database that a source's URL names."""
    return DATABASES.get(url.get_backend_name(), Database())


def with_own_driver(url: sa.URL) -> sa.URL:
    """Return a URL that names the driver that comes with retier, where it named none."""
    for database in DATABASES.values():
        if url.drivername in {database.name, *database.aliases}:
            return url.set(drivername=database.driver or database.name)
    return url


def read(connection: sa.Connection, query: str, **parameters: object) -> pl.DataFrame:
    """Read a query's result in bulk, without a Python object per value.

    Every database returns the same dtypes: ``sum`` of whole numbers is Decimal(38, 0), ``count`` Int64, times are in
    UTC.

    Args:
        connection: An open connection; what its transaction has written is seen.
        query: SQL in which parameters are written ``:name``.
        parameters: Their values.

    Raises:
        RetierError: If PostgreSQL returns fractions as a numeric without a scale, which has no dtype of its own.
    """
    return dialect_of(connection).read(connection, query, parameters)


def load(connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, column by name; columns that it lacks become null.

    Raises:
        RetierError: If a text holds a NUL character and the database is PostgreSQL, which cannot store it.
    """
    dialect_of(connection).load(connection, table, frame)


def given(connection: sa.Connection, name: str, frame: pl.DataFrame) -> AbstractContextManager[None]:
    """Let queries read a frame under a name, for the length of a ``with`` block."""
    return dialect_of(connection).given(connection, name, frame)


def catalogue(connection: sa.Connection) -> pl.DataFrame:
    """List what the schema holds: one row per column of a table or view.

    Returns:
        table_name, kind (table or view), table_comment, column_name, column_index, data_type (in the database's words),
        is_nullable and column_comment, in the order of tables and columns; comments are null where there are none.
    """
    return dialect_of(connection).catalogue(connection)


def acquire_publish_lock(connection: sa.Connection) -> None:
    """Wait until no other transaction publishes; the lock is released with the transaction.

    Raises:
        sqlalchemy.exc.OperationalError: If another one takes too long; :func:`sql.engine.transaction` makes that a
            BusyError.
    """
    dialect_of(connection).acquire_publish_lock(connection)


def exact_sum(connection: sa.Connection, value: str) -> str:
    """Return SQL that sums numbers so that their order, which is the threads', changes no digit: as decimals."""
    return dialect_of(connection).exact_sum(value)
