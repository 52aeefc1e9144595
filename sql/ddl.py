"""Creates the published tables in the database, comments them, and migrates them to the present contracts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import polars as pl
import sqlalchemy as sa
from sqlalchemy.schema import SetColumnComment, SetTableComment

from sql.dialects import acquire_publish_lock, catalogue, dialect_of, execute, literal, quoted, read
from sql.tables import index_columns, metadata
from sql.views import create_views
from transforms.contracts import PUBLISHED, Table
from transforms.errors import RetierError

_KNOWN_GOOD: dict[str, dict[str, Table]] = {}
"""Layouts of schemas that match the contracts, and those contracts: checking again takes a tenth of a second."""


def create_all(connection: sa.Connection) -> None:
    """Create what is missing from the schema: tables, columns, comments and views.

    If the schema matches the contracts, nothing is written or locked. A column that is new in a contract is added, null
    in the months that were published before; a column that was removed from a contract stays, with its values. Whole
    numbers become fractional ones where a contract says so, and keep their values.

    Args:
        connection: An open connection; the caller commits.

    Raises:
        RetierError: If a column of an existing table has another type than its contract says, or cannot get it because
            views of others read it.
    """
    if is_known_good(connection):
        return
    acquire_publish_lock(connection)
    dialect_of(connection).make_schema(connection)
    with dialect_of(connection).defining(connection):
        _create_missing(connection)
    _KNOWN_GOOD[_layout(connection)] = dict(PUBLISHED)


def _create_missing(connection: sa.Connection) -> None:
    before = catalogue(connection)
    tables = before.filter(pl.col("kind") == "table")
    by_name = {str(name[0]): columns for name, columns in tables.group_by("table_name")}
    dtypes = _dtypes(connection, tables["data_type"])
    whole: list[sa.Column[object]] = []
    for table in metadata().tables.values():
        columns = by_name.get(table.name)
        if columns is None:
            _create(connection, table)
        else:
            _migrate(connection, table, columns)
            whole.extend(_whole_numbers(table, columns, dtypes))
    _create_indexes(connection)
    create_views(connection, before.filter(pl.col("kind") == "view"))
    # Last: by then no view of retier's own reads them, and PostgreSQL changes no column that a view reads.
    for column in whole:
        _widen(connection, column)


def is_known_good(connection: sa.Connection) -> bool:
    """Return whether this process has made sure that a schema with this layout matches the contracts."""
    return bool(_KNOWN_GOOD) and _KNOWN_GOOD.get(_layout(connection)) == PUBLISHED


def is_behind(found: set[tuple[str, str]]) -> bool:
    """Return whether a schema lacks a table or column of the contracts, because an earlier version of retier made it.

    Args:
        found: The output of :meth:`sql.dialects.Dialect.column_names`.
    """
    return any((table.name, column) not in found for table in PUBLISHED.values() for column in table.columns)


def _layout(connection: sa.Connection) -> str:
    """Hash the layout of a schema, the database's version included."""
    dialect = dialect_of(connection)
    layout = (dialect.name, connection.dialect.server_version_info, dialect.layout(connection))
    return hashlib.sha256(repr(layout).encode()).hexdigest()


def _create_indexes(connection: sa.Connection) -> None:
    present = dialect_of(connection).index_names(connection)
    if present is None:
        return
    for table in PUBLISHED.values():
        columns = index_columns(table)
        name = f"{table.name}_by_{'_and_'.join(columns)}"
        if columns and name not in present:
            listed = ", ".join(quoted(connection, column) for column in columns)
            execute(
                connection, f"create index {quoted(connection, name)} on {quoted(connection, table.name)} ({listed})"
            )


def _create(connection: sa.Connection, table: sa.Table) -> None:
    # As one script: some hundred single statements would take longer to send than to run.
    name = quoted(connection, table.name)
    columns = ", ".join(_column(connection, column) for column in table.columns)
    script = [f"create table {name} ({columns})", f"comment on table {name} is {literal(str(table.comment))}"]
    script.extend(
        f"comment on column {name}.{quoted(connection, column.name)} is {literal(str(column.comment))}"
        for column in table.columns
    )
    execute(connection, ";\n".join(script))


def _column(connection: sa.Connection, column: sa.Column[object]) -> str:
    kind = column.type.compile(connection.dialect)
    return f"{quoted(connection, column.name)} {kind}{'' if column.nullable else ' not null'}"


def _migrate(connection: sa.Connection, table: sa.Table, present: pl.DataFrame) -> None:
    comments = dict(present.select("column_name", "column_comment").iter_rows())
    for column in table.columns:
        if column.name not in comments:
            _add(connection, table, column)
        if comments.get(column.name) != column.comment:
            execute(connection, SetColumnComment(column))
    if present["table_comment"][0] != table.comment:
        execute(connection, SetTableComment(table))
    _free_optional(connection, table, present)


def _add(connection: sa.Connection, table: sa.Table, column: sa.Column[object]) -> None:
    """Add a column as nullable, since the published months have no value for it."""
    kind = column.type.compile(connection.dialect)
    execute(
        connection,
        f"alter table {quoted(connection, table.name)} add column {quoted(connection, column.name)} {kind}",
    )


def _free_optional(connection: sa.Connection, table: sa.Table, present: pl.DataFrame) -> None:
    """Make columns nullable that the contract no longer requires, or no longer has."""
    required = PUBLISHED[table.name].required
    for name in present.filter(~pl.col("is_nullable") & ~pl.col("column_name").is_in(required))["column_name"]:
        execute(
            connection,
            f"alter table {quoted(connection, table.name)} alter column {quoted(connection, name)} drop not null",
        )


def _dtypes(connection: sa.Connection, types: pl.Series) -> dict[str, pl.DataType]:
    """Return as what the columns of each type of the database are read, by one query for all."""
    listed = types.unique().sort().to_list()
    if not listed:
        return {}
    # A colon, as an enumeration may have, would begin the name of a parameter.
    escaped = (kind.replace(":", "\\:") for kind in listed)
    nulls = ", ".join(f"cast(null as {kind}) as type_{number}" for number, kind in enumerate(escaped))
    return dict(zip(listed, read(connection, f"select {nulls} limit 0").dtypes, strict=True))


def _whole_numbers(
    table: sa.Table, present: pl.DataFrame, dtypes: Mapping[str, pl.DataType]
) -> Iterator[sa.Column[object]]:
    """Yield the columns of whole numbers that the contract wants as fractional ones, and refuse any other type."""
    schema = PUBLISHED[table.name].schema
    for name, kind in present.select("column_name", "data_type").iter_rows():
        if name not in schema or dtypes[kind] == schema[name]:
            continue
        if (dtypes[kind], schema[name]) != (pl.Int64(), pl.Float64()):
            raise RetierError(
                f"column {name} of {table.name} holds {dtypes[kind]}, expected {schema[name]}: this warehouse was "
                "made by another version of retier; use that version, or move the warehouse away and backfill"
            )
        yield table.columns[name]


def _widen(connection: sa.Connection, column: sa.Column[object]) -> None:
    table, kind = column.table.name, column.type.compile(connection.dialect)
    dependents = dialect_of(connection).dependents(connection, table, column.name)
    if dependents:
        raise RetierError(
            f"column {column.name} of {table} cannot hold fractions yet, since views that are not retier's read it: "
            f"drop them ({', '.join(dependents)}), run this again, and create them again"
        )
    execute(
        connection,
        f"alter table {quoted(connection, table)} alter column {quoted(connection, column.name)} type {kind}",
    )
    execute(connection, SetColumnComment(column))
