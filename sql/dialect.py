"""The one place that knows which database is behind SQLAlchemy: moving frames in and out, the catalogue."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import polars as pl
import psycopg
import sqlalchemy as sa

from sql.dialects import duckdb, postgresql
from sql.dialects.names import SCHEMA, quoted
from sql.dialects.protocol import Dialect

__all__ = [
    "SCHEMA",
    "acquire_publish_lock",
    "catalogue",
    "column_names",
    "exact_sum",
    "execute",
    "from_json",
    "given",
    "index_names",
    "literal",
    "load",
    "make_schema",
    "normalised",
    "prepare",
    "quoted",
    "read",
    "view_queries",
]


def prepare(raw: Any) -> None:
    """Set up a connection of the driver's: UTC, and the schema as the place where names are looked up."""
    if isinstance(raw, psycopg.Connection):
        postgresql.prepare(raw)
    else:
        duckdb.prepare(raw)


def execute(connection: sa.Connection, statement: str | sa.Executable, **parameters: object) -> None:
    """Run a statement for its effect; parameters are written ``:name`` in it."""
    connection.execute(sa.text(statement) if isinstance(statement, str) else statement, parameters)


def read(connection: sa.Connection, query: str, **parameters: object) -> pl.DataFrame:
    """Read a query's result in bulk, without a Python object per value.

    Both databases give the same dtypes: ``sum`` of whole numbers is Decimal(38, 0), ``count`` Int64, times are in UTC.

    Args:
        connection: An open connection; what its transaction has written is seen.
        query: SQL in which parameters are written ``:name``.
        parameters: Their values.

    Raises:
        RetierError: If PostgreSQL gives fractions as a numeric without a scale, which has no dtype of its own.
    """
    return _of(connection).read(connection, query, parameters)


def load(connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, column by name; columns that it lacks become null.

    Raises:
        RetierError: If a text holds a NUL character and the database is PostgreSQL, which cannot store it.
    """
    _of(connection).load(connection, table, frame)


def given(connection: sa.Connection, name: str, frame: pl.DataFrame) -> AbstractContextManager[None]:
    """Let queries read a frame under a name, for the length of a ``with`` block."""
    return _of(connection).given(connection, name, frame)


def catalogue(connection: sa.Connection) -> pl.DataFrame:
    """List what the schema holds: one row per column of a table or view.

    Returns:
        table_name, kind (table or view), table_comment, column_name, column_index, data_type (in the database's words),
        is_nullable and column_comment, in the order of tables and columns; comments are null where there are none.
    """
    return _of(connection).catalogue(connection)


def column_names(connection: sa.Connection) -> set[tuple[str, str]]:
    """List tables and views with their columns, as pairs of names: what most need of the catalogue, in less time."""
    return _of(connection).column_names(connection)


def index_names(connection: sa.Connection) -> set[str] | None:
    """Return the names of the schema's indexes; None where the database does without them."""
    return _of(connection).index_names(connection)


def normalised(connection: sa.Connection, query: str) -> str:
    """Return a query in the form in which the database keeps that of a view, so that the two can be compared."""
    return _of(connection).normalised(connection, query)


def view_queries(connection: sa.Connection) -> dict[str, str]:
    """Return the query of every view of the schema, in the form of :func:`normalised`."""
    return _of(connection).view_queries(connection)


def acquire_publish_lock(connection: sa.Connection) -> None:
    """Wait until no other transaction writes what is published; the turn ends with the transaction.

    Raises:
        sqlalchemy.exc.OperationalError: If another one takes too long; :func:`sql.engine.transaction` makes that a
            BusyError.
    """
    _of(connection).acquire_publish_lock(connection)


def make_schema(connection: sa.Connection) -> None:
    """Make the schema if it is missing; the caller has taken its turn."""
    _of(connection).make_schema(connection)


def exact_sum(connection: sa.Connection, value: str) -> str:
    """Write the SQL that sums numbers so that their order, which is the threads', changes no digit: as decimals."""
    return _of(connection).exact_sum(value)


def from_json(connection: sa.Connection, document: str, key: str, sql_type: str, *, is_list: bool) -> str:
    """Write the SQL that takes the value of a key out of a JSON document.

    Args:
        connection: An open connection.
        document: An SQL expression of type json.
        key: The key, one of a contract.
        sql_type: The type that the value is to have.
        is_list: Whether that is a list.
    """
    return _of(connection).from_json(document, key, sql_type, is_list=is_list)


def literal(text: str) -> str:
    """Return a text as SQL takes it where parameters are not allowed, as part of a statement for :func:`execute`."""
    escaped = text.replace("'", "''").replace(":", "\\:")
    return f"'{escaped}'"


def _of(connection: sa.Connection) -> Dialect:
    return postgresql if connection.dialect.name == "postgresql" else duckdb
