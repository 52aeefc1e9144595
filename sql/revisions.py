"""Reads any revision of a month: the one in force, or a former one from restatements."""

from __future__ import annotations

import polars as pl
import sqlalchemy as sa

from sql.dialects import quoted, read
from transforms.contracts import PUBLISHED, Table
from transforms.month import Month

RESTATED = ("account_tiers", "account_scores")
"""The tables whose former rows are kept."""


def revisions_of(connection: sa.Connection, month: Month) -> pl.DataFrame:
    """List the runs that made the revisions of a month.

    Args:
        connection: An open connection.
        month: The month.

    Returns:
        One row per revision with the columns of ``runs``, oldest first; empty if the month is not published.
    """
    columns = ", ".join(quoted(connection, name) for name in PUBLISHED["runs"].columns)
    return read(
        connection,
        f"select {columns} from {quoted(connection, 'runs')} "
        "where month = :month and status = 'published' order by revision",
        month=month.first_day,
    )


def rows_of_revision(connection: sa.Connection, table: str, month: Month, revision: int, newest: int) -> pl.DataFrame:
    """Return the rows of a table in a revision of a month.

    Args:
        connection: An open connection.
        table: One of ``RESTATED``.
        month: The month.
        revision: The revision.
        newest: The revision in force.

    Returns:
        One row per account in scope, as the table's contract says, sorted by account. A column that was added to the
        contract since is null.
    """
    contract = PUBLISHED[table]
    if revision == newest:
        columns = ", ".join(quoted(connection, name) for name in contract.columns)
        query = f"select {columns} from {quoted(connection, table)} where month = :month"
        return read(connection, query, month=month.first_day).sort(contract.key)
    kept = read(
        connection,
        f"select former_row from {quoted(connection, 'restatements')} "
        "where month = :month and revision = :revision and table_name = :name",
        month=month.first_day,
        revision=revision,
        name=table,
    )
    return _parsed(kept["former_row"], contract).sort(contract.key)


def _parsed(former_rows: pl.Series, contract: Table) -> pl.DataFrame:
    """Read rows from JSON, in which dates are texts."""
    dates = [name for name, dtype in contract.schema.items() if dtype == pl.Date]
    as_written = pl.Struct(contract.schema | dict.fromkeys(dates, pl.String()))
    rows = former_rows.str.json_decode(as_written).struct.unnest()
    return rows.with_columns(pl.col(dates).str.to_date("%Y-%m-%d"))
