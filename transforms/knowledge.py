"""What was known of a source in a month: by the knowledge cut-off, and by the month's end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce

import polars as pl

from transforms.contracts import Table
from transforms.contracts.model import TIMESTAMP
from transforms.month import Month

VERSIONS = {1: "as in 0.1.0"}

_UNTIL_IT_HAPPENS = {"status": "open"}
"""The value of a required column before the event that overwrote it; null would not be allowed there."""

_STAYS = {"status": ("void",)}
"""Values that the event did not cause, and that therefore hold before it, too."""


def as_known(
    rows: pl.LazyFrame, table: Table, known_until: datetime | None, configured: Collection[str]
) -> pl.LazyFrame:
    """Reduce a source to the rows that were known: the latest one per key, without tombstones.

    A null ``known_at`` counts as known from the beginning, so any dated row of the same key replaces it. Of
    rows with an equal key and an equal ``known_at``, which validation quarantines, a tombstone wins, else
    the row that is greatest column by column, so that row order never matters.

    Args:
        rows: Rows of the source, with all columns of its contract.
        table: The source's contract.
        known_until: The last instant that counts, inclusive, with a time zone; None for no cut-off.
        configured: Names of the mapped sources and columns, such as ``usage`` and ``usage.known_at``.

    Returns:
        Rows of the same columns, one per key; unchanged where neither column is configured.
    """
    if not {f"{table.name}.known_at", f"{table.name}.is_deleted"} & set(configured):
        return rows
    if known_until is not None:
        rows = known_by(rows, known_until)
    rows = rows.with_columns(pl.col("is_deleted").fill_null(value=False))
    return _latest(rows, table.key, ["known_at", "is_deleted"]).filter(~pl.col("is_deleted"))


def known_by(rows: pl.LazyFrame, known_until: datetime) -> pl.LazyFrame:
    """Return the rows that were known at an instant, with a time zone; a null ``known_at`` counts as always known."""
    return rows.filter(pl.col("known_at").is_null() | (pl.col("known_at") <= pl.lit(known_until, TIMESTAMP)))


def as_of(rows: pl.LazyFrame, table: Table, month: Month) -> pl.LazyFrame:
    """Return a source as of the end of a month.

    Events after the month end are removed. If a date that overwrites other columns is after it, those columns
    are null (an invoice that was paid later is ``open``). Of rows with a validity, those of the last day
    remain: per account or owner the one with the latest ``valid_from``; null means that it was always valid.

    Args:
        rows: Known rows of the source, with all columns of its contract.
        table: The source's contract.
        month: The month.

    Returns:
        Rows of the same columns.
    """
    if table.event_time is not None:
        rows = rows.filter(pl.col(table.event_time) <= _end(table, table.event_time, month))
    rows = rows.with_columns(_nulled(table, month))
    if "valid_from" not in table.columns:
        return rows
    started = pl.col("valid_from").is_null() | (pl.col("valid_from") <= month.last_day)
    running = pl.col("valid_to").is_null() | (pl.col("valid_to") >= month.last_day)
    identity = [name for name in table.key if name != "valid_from"]
    return _latest(rows.filter(started & running), identity, ["valid_from"])


def beginning(months: Collection[Month], until: Month) -> Month | None:
    """Return the month from which on a source is known: before it, a month without rows is unknown and not zero.

    Args:
        months: The months with rows of the source.
        until: Later months do not count.

    Returns:
        The first of three consecutive months with rows; without three, the first month with rows; None without any.
    """
    with_rows = sorted(month for month in months if month <= until)
    steady = (month for month in with_rows if {month + 1, month + 2} <= set(with_rows))
    return next(steady, with_rows[0] if with_rows else None)


def _latest(rows: pl.LazyFrame, identity: Sequence[str], order: Sequence[str]) -> pl.LazyFrame:
    """Keep the last row of each identity; ties are broken by the other columns."""
    others = [name for name in rows.collect_schema() if name not in {*identity, *order}]
    # Nearly all identities have one row. Sorting only the others took a third of the time and half of the
    # memory on 6 M rows; a hash collision only means that one more row is sorted.
    is_contested = pl.struct(identity).hash().is_duplicated()
    marked = rows.with_columns(_is_contested=is_contested)
    alone = marked.filter(~pl.col("_is_contested"))
    contested = marked.filter("_is_contested").sort(*order, *others)
    chosen = contested.unique(identity, keep="last", maintain_order=True)
    return pl.concat([alone, chosen]).drop("_is_contested")


def _nulled(table: Table, month: Month) -> list[pl.Expr]:
    """Return the columns that a later event overwrote, with their values before it."""
    return [
        pl.when(_is_later(table, field.column.nulled_by, month) & ~_stays(field.name))
        .then(pl.lit(_UNTIL_IT_HAPPENS.get(field.name) if field.is_required else None))
        .otherwise(pl.col(field.name))
        .cast(field.column.dtype)
        .alias(field.name)
        for field in table.fields
        if field.column.nulled_by is not None
    ]


def _is_later(table: Table, date_column: str, month: Month) -> pl.Expr:
    return (pl.col(date_column) > _end(table, date_column, month)).fill_null(value=False)


def _stays(name: str) -> pl.Expr:
    values = (pl.col(name) == value for value in _STAYS.get(name, ()))
    return reduce(pl.Expr.__or__, values, pl.lit(value=False))


def _end(table: Table, date_column: str, month: Month) -> pl.Expr:
    """Return the last day, or the last microsecond, of the month, depending on the column's dtype."""
    if table.field(date_column).column.dtype == TIMESTAMP:
        return pl.lit(month.end_time, TIMESTAMP) - pl.duration(microseconds=1)
    return pl.lit(month.last_day, pl.Date)
