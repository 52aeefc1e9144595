"""DuckDB: frames in and out through Arrow, its catalogue, and the SQL that only it understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import polars as pl
import sqlalchemy as sa

from sql.dialects.names import SCHEMA, quoted

_GIVEN = "_frame_to_load"

_CATALOGUE = """
    with
    relations as (
        select table_name, 'table' as kind, comment from duckdb_tables()
        where schema_name = :schema and database_name = current_database()
        union all
        select view_name as table_name, 'view' as kind, comment from duckdb_views()
        where schema_name = :schema and database_name = current_database()
    ),
    columns as (
        select table_name, column_name, column_index, data_type, is_nullable, comment from duckdb_columns()
        where schema_name = :schema and database_name = current_database()
    )
    select
        relations.table_name,
        relations.kind,
        relations.comment as table_comment,
        columns.column_name,
        columns.column_index,
        columns.data_type,
        columns.is_nullable,
        columns.comment as column_comment
    from relations
    join columns using (table_name)
    order by relations.table_name, columns.column_index
"""

_COLUMN_NAMES = """
    select table_name, column_name from duckdb_columns()
    where schema_name = $schema and database_name = current_database()
"""

_SETTINGS = (
    "set timezone = 'UTC'",
    # A name in a query must mean a table, never a variable of the program that happens to be called alike.
    "set python_enable_replacements = false",
    "set enable_progress_bar = false",
)


class _ArrowStream:
    """A frame as nothing but an Arrow stream: DuckDB asks pyarrow to read whatever it knows as a Polars frame."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def prepare(raw: Any) -> None:
    """Set up a connection of the driver's: settings, and the schema as the place where names are looked up.

    Tables are never written as ``retier.account_tiers``: in a file called retier.duckdb that is ambiguous, since
    DuckDB calls the database by the file's name. Views, too, find tables beside them under any name of the file.
    """
    for setting in _SETTINGS:
        raw.execute(setting)
    database = raw.execute("select current_database()").fetchall()[0][0].replace('"', '""')
    raw.execute(f'create schema if not exists "{database}".{SCHEMA}')
    raw.execute(f'use "{database}".{SCHEMA}')


def read(connection: sa.Connection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
    """Read a query's result; see :func:`sql.dialect.read`."""
    compiled = sa.text(query).bindparams(**parameters).compile(dialect=connection.dialect)
    values = [compiled.params[name] for name in getattr(compiled, "positiontup", None) or ()]
    raw = _raw(connection)
    # A result that SQLAlchemy has left half read would stand in the way.
    raw.complete()
    # Scanned, since pl.DataFrame(...) of a relation makes DuckDB tell of leaks at the end of the process as soon as
    # pandas is installed.
    return pl.scan_arrow_c_stream(raw.sql(str(compiled), params=values)).collect(engine="in-memory")


def load(connection: sa.Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; see :func:`sql.dialect.load`."""
    names = ", ".join(quoted(connection, name) for name in frame.columns)
    with given(connection, _GIVEN, frame):
        connection.execute(sa.text(f"insert into {quoted(connection, table)} ({names}) select {names} from {_GIVEN}"))


@contextmanager
def given(connection: sa.Connection, name: str, frame: pl.DataFrame) -> Iterator[None]:
    """Let queries read a frame under a name; see :func:`sql.dialect.given`."""
    raw = _raw(connection)
    raw.register(name, _ArrowStream(frame))
    yield
    # After a failure the transaction is rolled back, which takes the name with it; until then nothing else works.
    raw.unregister(name)


def catalogue(connection: sa.Connection) -> pl.DataFrame:
    """List what the schema holds; see :func:`sql.dialect.catalogue`."""
    return read(connection, _CATALOGUE, {"schema": SCHEMA})


def column_names(connection: sa.Connection) -> set[tuple[str, str]]:
    """List tables and views with their columns; see :func:`sql.dialect.column_names`."""
    return set(_raw(connection).execute(_COLUMN_NAMES, {"schema": SCHEMA}).fetchall())


def index_names(_connection: sa.Connection) -> set[str] | None:
    """Return None: DuckDB does without indexes; see :func:`sql.dialect.index_names`."""
    return None


def normalised(connection: sa.Connection, query: str) -> str:
    """Return a query in the form in which DuckDB keeps that of a view; see :func:`sql.dialect.normalised`."""
    connection.execute(sa.text(f"create or replace temp view _retier_probe as {query}"))
    kept = read(connection, "select sql from duckdb_views() where view_name = '_retier_probe' and temporary", {})
    connection.execute(sa.text("drop view _retier_probe"))
    return _body(kept["sql"].item())


def view_queries(connection: sa.Connection) -> dict[str, str]:
    """Return the query of every view of the schema; see :func:`sql.dialect.view_queries`."""
    views = read(
        connection,
        "select view_name, sql from duckdb_views() where schema_name = :schema and database_name = current_database()",
        {"schema": SCHEMA},
    )
    return {name: _body(kept) for name, kept in views.iter_rows()}


def acquire_publish_lock(_connection: sa.Connection) -> None:
    """Do nothing: who has the file open is its only writer; see :func:`sql.dialect.acquire_publish_lock`."""


def make_schema(_connection: sa.Connection) -> None:
    """Do nothing: opening the file makes the schema; see :func:`prepare`."""


def exact_sum(value: str) -> str:
    """Write a sum that does not depend on the order of rows; see :func:`sql.dialect.exact_sum`."""
    return f"cast(sum(cast({value} as decimal(24, 4))) as double precision)"


def from_json(document: str, key: str, sql_type: str, *, is_list: bool) -> str:
    """Write how a value is taken out of JSON; see :func:`sql.dialect.from_json`."""
    # A list is cast as JSON: as text, the quotes of its elements would become part of them.
    return f"cast({document} {'->' if is_list else '->>'} '{key}' as {sql_type})"


def _body(create_view: str) -> str:
    return create_view.partition(" AS ")[2]


def _raw(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection
