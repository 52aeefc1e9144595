"""Bad rows: which rules each row broke, what the quarantine keeps of it, and that no row is lost."""

from __future__ import annotations

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.contracts.rules import READABLE, UNIQUE
from transforms.errors import RetierError
from transforms.month import Month
from transforms.plurals import pluralize

UNREADABLE, BROKEN_RULES = "unreadable_columns", "broken_rules"
"""Columns of a judged frame besides those of the contract: null in every good row."""


def as_judged(accepted: pl.LazyFrame, refused: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Return all rows that were read, usable and refused, as a suite judges them.

    Args:
        accepted: The usable rows of a source.
        refused: Its refused rows, with ``errors`` (rule, column and value each); empty where there are none.
        columns: The mapped columns; only these are judged.
    """
    nothing = pl.lit(None, pl.String)
    usable = accepted.select(*columns, nothing.alias(UNREADABLE), nothing.alias(BROKEN_RULES))
    rules = _field("rule")
    is_unreadable = pl.element().struct.field("rule").str.ends_with(f".{READABLE}")
    unreadable = pl.col("errors").list.eval(pl.element().filter(is_unreadable).struct.field("column")).list.join(", ")
    held = refused.select(
        *columns,
        pl.when(unreadable != "").then(unreadable).alias(UNREADABLE),
        rules.list.join(",").alias(BROKEN_RULES),
    )
    return pl.concat([usable, held])


AS_READ = {"origin": pl.String(), "position": pl.Int64(), "row_as_read": pl.String()}
"""A row as it was read from its file or query."""


def quarantined_rows(refused: pl.LazyFrame, repeated_rows: pl.DataFrame, source: str) -> pl.LazyFrame:
    """List the quarantined rows of a source.

    Args:
        refused: Its refused rows: origin, position, row_as_read, errors.
        repeated_rows: Its rows that share their key with others: origin, position, row_as_read.
        source: The source.

    Returns:
        One row per row, by origin and position: source, origin, position_in_origin, row_as_read, broken_rules.
    """
    for_values = refused.select(*AS_READ, _field("rule").list.join(",").alias(BROKEN_RULES))
    for_key = repeated_rows.lazy().select(*AS_READ, pl.lit(UNIQUE).alias(BROKEN_RULES))
    return (
        pl.concat([for_values, for_key])
        .sort("origin", "position")
        .select(
            pl.lit(source).alias("source"),
            "origin",
            pl.col("position").alias("position_in_origin"),
            "row_as_read",
            BROKEN_RULES,
        )
    )


def as_published(rows: list[pl.LazyFrame], run_id: str, month: Month, quarantined_at: pl.Expr) -> pl.LazyFrame:
    """Return the quarantined rows of all sources as rows of ``quarantine``, numbered within the run."""
    table = PUBLISHED["quarantine"]
    if not rows:
        return table.empty().lazy()
    numbered = pl.concat(rows).with_row_index("row", offset=1)
    return table.conform(
        numbered.with_columns(
            pl.lit(run_id).alias("run_id"),
            pl.lit(month.first_day).alias("month"),
            quarantined_at.alias("quarantined_at"),
        )
    )


def refuse_lost_rows(source: str, read: int, accepted: int, held: int) -> None:
    """Check that every row read from a source was either accepted or quarantined.

    Raises:
        RetierError: If a row is missing or counted twice, which is a bug in retier.
    """
    if read != accepted + held:
        raise RetierError(
            f"{pluralize(read, 'row was', 'rows were')} read from {source}, but {accepted:,} were accepted and "
            f"{held:,} quarantined; expected these to add up; nothing was published: this is a bug in retier, please "
            "report it"
        )


def _field(name: str) -> pl.Expr:
    return pl.col("errors").list.eval(pl.element().struct.field(name))
