"""The published tables in the database: made, commented, and brought up to the contracts of today."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa
from sqlalchemy.schema import CreateTable, SetColumnComment, SetTableComment

from sql.dialect import catalogue, execute, quoted, read
from sql.tables import metadata
from sql.views import create_views
from transforms.contracts import PUBLISHED
from transforms.errors import RetierError


def create_all(connection: sa.Connection) -> None:
    """Make what is missing of the schema: tables, columns, comments and views.

    Writes nothing where all is as the contracts say. A column that a contract has gained is added, null in the
    months that were published before; one that a contract has lost stays, with what it holds.

    Args:
        connection: An open connection; the caller commits.

    Raises:
        RetierError: If a column of an existing table has another type than its contract says.
    """
    present = catalogue(connection)
    tables = present.filter(pl.col("kind") == "table")
    by_name = {str(name[0]): columns for name, columns in tables.group_by("table_name")}
    for table in metadata().tables.values():
        columns = by_name.get(table.name)
        if columns is None:
            _create(connection, table)
        else:
            _migrate(connection, table, columns)
    create_views(connection, present.filter(pl.col("kind") == "view"))


def _create(connection: sa.Connection, table: sa.Table) -> None:
    execute(connection, CreateTable(table))
    execute(connection, SetTableComment(table))
    for column in table.columns:
        execute(connection, SetColumnComment(column))


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
    _refuse_other_types(connection, table)


def _add(connection: sa.Connection, table: sa.Table, column: sa.Column[object]) -> None:
    """Add a column, not bound to be filled: the months that are there have no value for it."""
    kind = column.type.compile(connection.dialect)
    execute(
        connection,
        f"alter table {quoted(connection, table.name)} add column {quoted(connection, column.name)} {kind}",
    )


def _free_optional(connection: sa.Connection, table: sa.Table, present: pl.DataFrame) -> None:
    """Let columns be null that the contract no longer requires, or no longer knows."""
    required = PUBLISHED[table.name].required
    for name in present.filter(~pl.col("is_nullable") & ~pl.col("column_name").is_in(required))["column_name"]:
        execute(
            connection,
            f"alter table {quoted(connection, table.name)} alter column {quoted(connection, name)} drop not null",
        )


def _refuse_other_types(connection: sa.Connection, table: sa.Table) -> None:
    schema = PUBLISHED[table.name].schema
    found = read(connection, f"select * from {quoted(connection, table.name)} limit 0").schema
    for name, dtype in schema.items():
        if found[name] != dtype:
            raise RetierError(
                f"column {name} of {table.name} holds {found[name]}, expected {dtype}: this warehouse was "
                "made by another version of retier; use that version, or move the warehouse away and backfill"
            )
