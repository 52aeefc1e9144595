"""Contracts as SQLAlchemy tables, with the comments that readers of the database see."""

from __future__ import annotations

from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from transforms.contracts import PUBLISHED, Column, Table
from transforms.contracts.rules import bounds_in_words

_TYPES: dict[Any, TypeEngine[Any]] = {
    pl.String: sa.String(),
    pl.Date: sa.Date(),
    pl.Datetime: sa.TIMESTAMP(timezone=True),
    pl.Int64: sa.BigInteger(),
    pl.Float64: sa.Double(),
    pl.Boolean: sa.Boolean(),
}


def metadata() -> sa.MetaData:
    """Describe every published table to SQLAlchemy, in the order of the contracts.

    The tables have no primary keys: on DuckDB, committing the replacement of a month of a million accounts took 14 to
    24 s per table with them and 0.1 s without. Frames are checked for unique keys before they are loaded.
    """
    described = sa.MetaData()
    for table in PUBLISHED.values():
        columns = [
            sa.Column(
                field.name,
                sql_type(field.column.dtype),
                nullable=not field.is_required,
                comment=column_comment(field.column, is_required=field.is_required),
            )
            for field in table.fields
        ]
        sa.Table(table.name, described, *columns, comment=table_comment(table))
    return described


def index_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of a table's index, for databases that need one; none if the table is small.

    Rows are loaded in the order of month and account, so that the index grows at its end.
    """
    if table.name == "runs":
        return ()
    return tuple(name for name in ("month", "account_id") if name in table.columns)


def sql_type(dtype: pl.DataType) -> TypeEngine[Any]:
    """Return the SQL type for a Polars dtype."""
    if isinstance(dtype, pl.List):
        return sa.ARRAY(_TYPES[dtype.inner.base_type()])
    return _TYPES[dtype.base_type()]


def table_comment(table: Table) -> str:
    """Write a table's grain, key and caveats."""
    key = ", ".join(table.key)
    return " ".join(filter(None, [f"{table.grain}.", f"Key: {key}.", table.caveats]))


def column_comment(column: Column, *, is_required: bool) -> str:
    """Write a column's meaning, unit and allowed values."""
    unit = f"Unit: {column.unit}." if column.unit else ""
    parts = [column.meaning, unit, *value_notes(column), "Never null." if is_required else ""]
    return " ".join(filter(None, parts))


def value_notes(column: Column) -> list[str]:
    """Write the rules for a column's values, one sentence each; empty if any value is allowed."""
    notes = [f"One of {', '.join(column.allowed)}."] if column.allowed else []
    bounds = bounds_in_words(column)
    if bounds:
        notes.append(f"{bounds.capitalize()}.")
    if column.pattern is not None:
        notes.append(f"Matches {column.pattern}")
    return notes
