"""The databases that can be a warehouse, and functions that choose the right one by a connection."""

from __future__ import annotations

from contextlib import AbstractContextManager

import polars as pl
import sqlalchemy as sa

from sql.dialects.base import Database, Dialect
from sql.dialects.duckdb import DuckDB
from sql.dialects.postgresql import PostgreSQL
from sql.dialects.sqlite import SQLite

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (DuckDB(), PostgreSQL())}
"""The databases that can be a warehouse, by name. To add one, write a subclass in a new file, and an entry here."""

DATABASES: dict[str, Database] = {**DIALECTS, SQLite.name: SQLite()}
"""The databases with a class of their own from which sources can be read."""


def dialect_of(bound: sa.Connection | sa.Engine) -> Dialect:
    """Return the dialect of a connection or an engine."""
    return DIALECTS[bound.dialect.name]


def dialect_of_url(url: sa.URL) -> Dialect | None:
    """Return the dialect of a warehouse's URL; None if its database cannot be a warehouse, or its driver is another."""
    dialect = DIALECTS.get(url.get_backend_name())
    return dialect if dialect and url.drivername in {dialect.name, dialect.driver} else None


def database_of_url(url: sa.URL) -> Database:
    """Return the kind of database of a source's URL."""
    return DATABASES.get(url.get_backend_name(), Database())


def with_own_driver(url: sa.URL) -> sa.URL:
    """Return a URL with the driver that comes with retier, if it names none."""
    for database in DATABASES.values():
        if url.drivername in {database.name, *database.aliases}:
            return url.set(drivername=database.driver or database.name)
    return url


def read(connection: sa.Connection, query: str, **parameters: object) -> pl.DataFrame:
    """Read a query's result in bulk, without a Python object per value.

    Every database returns the same dtypes: ``sum`` of whole numbers is Decimal(38, 0), ``count`` Int64, times are in
    UTC.

    Args:
        connection: An open connection; the query sees what its transaction has written.
        query: SQL in which parameters are written ``:name``.
        parameters: Their values.

    Raises:
        RetierError: If PostgreSQL returns fractions as a numeric without a scale, which has no dtype of its own.
    """
    return dialect_of(connection).read(connection, query, parameters)


def load(connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, matching columns by name; columns that the frame lacks become null.

    Raises:
        RetierError: If a text holds a NUL character and the database is PostgreSQL, which cannot store it.
    """
    dialect_of(connection).load(connection, table, frame)


def given(connection: sa.Connection, name: str, frame: pl.DataFrame) -> AbstractContextManager[None]:
    """Let queries read a frame under a name within a ``with`` block."""
    return dialect_of(connection).given(connection, name, frame)


def catalogue(connection: sa.Connection) -> pl.DataFrame:
    """List the contents of the schema: one row per column of a table or view.

    Returns:
        table_name, kind (table or view), table_comment, column_name, column_index, data_type (in the database's words),
        is_nullable and column_comment, in the order of tables and columns; comments are null where there are none.
    """
    return dialect_of(connection).catalogue(connection)


def acquire_publish_lock(connection: sa.Connection) -> None:
    """Wait until no other transaction publishes; the lock is released with the transaction.

    Raises:
        sqlalchemy.exc.OperationalError: If another one takes too long; :func:`sql.engine.transaction` turns that into
            a BusyError.
    """
    dialect_of(connection).acquire_publish_lock(connection)


def exact_sum(connection: sa.Connection, value: str) -> str:
    """Return SQL that sums numbers as decimals, so that their order, which depends on threads, changes no digit."""
    return dialect_of(connection).exact_sum(value)
