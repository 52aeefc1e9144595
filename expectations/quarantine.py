"""Quarantine: rows that are held back, with every rule that they broke; nothing that was read is lost."""

from __future__ import annotations

import polars as pl

from transforms.contracts import PUBLISHED
from transforms.contracts.rules import READABLE, UNIQUE
from transforms.errors import RetierError
from transforms.month import Month

UNREADABLE, BROKEN_RULES = "unreadable_columns", "broken_rules"
"""Columns beside the contract's in a frame to be judged: null in every row that is good."""


def as_judged(accepted: pl.LazyFrame, refused: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Put usable and refused rows together, as a suite judges them: all that was read.

    Args:
        accepted: Usable rows of a source.
        refused: Its refused rows, with ``faults`` (rule, column and value each); empty where there are none.
        columns: The columns that are judged: the mapped ones.
    """
    nothing = pl.lit(None, pl.String)
    usable = accepted.select(*columns, nothing.alias(UNREADABLE), nothing.alias(BROKEN_RULES))
    rules = _field("rule")
    is_unreadable = pl.element().struct.field("rule").str.ends_with(f".{READABLE}")
    unreadable = pl.col("faults").list.eval(pl.element().filter(is_unreadable).struct.field("column")).list.join(", ")
    held = refused.select(
        *columns,
        pl.when(unreadable != "").then(unreadable).alias(UNREADABLE),
        rules.list.join(",").alias(BROKEN_RULES),
    )
    return pl.concat([usable, held])


AS_READ = {"origin": pl.String(), "position": pl.Int64(), "row_as_read": pl.String()}
"""A row as it stands in its file or query."""


def quarantined_rows(refused: pl.LazyFrame, held_for_their_key: pl.DataFrame, source: str) -> pl.LazyFrame:
    """List the rows of a source that are held back.

    Args:
        refused: Its refused rows: origin, position, row_as_read, faults.
        held_for_their_key: Its rows that share their key with others: origin, position, row_as_read.
        source: The source.

    Returns:
        One row per row, by origin and position: source, origin, position_in_origin, row_as_read, broken_rules.
    """
    for_values = refused.select(*AS_READ, _field("rule").list.join(",").alias(BROKEN_RULES))
    for_key = held_for_their_key.lazy().select(*AS_READ, pl.lit(UNIQUE).alias(BROKEN_RULES))
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
    """Number the held rows of all sources within a run, as the contract of ``quarantine`` says."""
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
    """See that every row that was read of a source is either accepted or quarantined.

    Raises:
        RetierError: If any is not; that would be a fault of retier itself.
    """
    if read != accepted + held:
        raise RetierError(
            f"of {read:,} rows read of {source} {accepted:,} were accepted and {held:,} quarantined, expected these "
            "to add up: this is a fault of retier itself, so report it; nothing was published"
        )


def _field(name: str) -> pl.Expr:
    return pl.col("faults").list.eval(pl.element().struct.field(name))
