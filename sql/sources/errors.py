"""Describes refused rows in one sentence: how many values, in which columns, the first ones, what was expected."""

from __future__ import annotations

import polars as pl

from sql.sources.spec import SourceSpec
from transforms.contracts import Column, Table
from transforms.contracts.model import TIMESTAMP
from transforms.contracts.rules import ORDERED
from transforms.plurals import pluralize

SHOWN = 3
"""How many values of a column are shown."""

_LONGEST_VALUE = 60


def errors_sentence(refused: pl.LazyFrame, table: Table, spec: SourceSpec) -> str:
    """Describe what is wrong with the refused rows of a source.

    Args:
        refused: Rows of :meth:`sql.sources.source.Source.refused`, at least one.
        table: The source's contract.
        spec: Its specification, which says how values should be written.
    """
    values = _values(refused)
    found = {(str(column), bool(is_order)): rows for (column, is_order), rows in values.group_by("column", "is_order")}
    parts = [
        _part(table.field(column).column, found[column, is_order], _wanted(table, column, spec, is_order=is_order))
        for column in table.columns
        for is_order in (False, True)
        if (column, is_order) in found
    ]
    total = int(values["count"].sum())
    return (
        f"{pluralize(total, 'value')} cannot be used: {', '.join(parts)}: fix them where they come from, or say "
        f"what they mean under values, null_values or cast of sources.{table.name} in retier.yaml"
    )


def _values(refused: pl.LazyFrame) -> pl.DataFrame:
    """Count the unusable values: one row per column and value, with the place where it first occurs."""
    return (
        refused.select("origin", "row_word", "position", "errors")
        .explode("errors")
        .unnest("errors")
        .with_columns(is_order=pl.col("rule").str.ends_with(f".{ORDERED}"))
        # What breaks several rules is told once, and a date beyond reason rather as that than as out of order.
        .sort("origin", "position", "is_order")
        .unique(["origin", "position", "column"], keep="first", maintain_order=True)
        .group_by("column", "is_order", "got", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("origin", "row_word", "position").first())
        .collect(engine="streaming")
    )


def _part(column: Column, values: pl.DataFrame, wanted: str) -> str:
    count = int(values["count"].sum())
    ordered = values.sort("origin", "position").head(SHOWN)
    examples = [
        f"{_quoted(row['got'])} in {row['origin']} {row['row_word']} {row['position']:,}"
        for row in ordered.iter_rows(named=True)
    ]
    more = f" and {count - len(examples):,} more" if count > len(examples) else ""
    return f"{count:,} in {column.name} (got {', '.join(examples)}{more}; expected {wanted})"


def _wanted(table: Table, column: str, spec: SourceSpec, *, is_order: bool) -> str:
    if not is_order:
        return expected(table.field(column).column, spec)
    earlier = next(order.earlier for order in table.orders if order.later == column)
    return f"a day not before its {earlier}"


def expected(column: Column, spec: SourceSpec) -> str:
    """Describe the values that a column should have."""
    cast = spec.cast.get(column.name)
    if column.allowed:
        return ", ".join(column.allowed[:-1]) + f" or {column.allowed[-1]}"
    if column.dtype.is_temporal() and cast and cast.format:
        return f"a date written {cast.format}"
    if column.dtype == TIMESTAMP:
        return "a time such as 2026-10-31T09:30:00Z"
    if column.dtype == pl.Date:
        return "a month written YYYY-MM" if column.unit else "a date written YYYY-MM-DD"
    if column.dtype == pl.Boolean:
        return "true or false"
    if not column.dtype.is_numeric():
        return "a value" if column.pattern is None else f"a value that matches {column.pattern}"
    what = "a whole number" if column.dtype == pl.Int64 else "a number"
    what += f" from {column.minimum:zg}" if column.minimum is not None else ""
    what += f" to {column.maximum:zg}" if column.maximum is not None else ""
    return what + (" with a decimal comma" if spec.decimal == "," else "")


def _quoted(value: str | None) -> str:
    if value is None:
        return "nothing"
    return repr(value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…")
