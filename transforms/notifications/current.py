"""Which rows of the outbox are no longer true when they are due."""

from __future__ import annotations

import polars as pl

_PLACE = ["month", "channel", "recipient"]


def outdated(outbox: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Find pending rows that are no longer true.

    These are rows of a change that is no longer published, rows about an account or summary that a later revision
    replaces for the same recipient, and rows that withdraw a notification which was never sent, or a change that was
    made again since.

    Args:
        outbox: All rows of ``notifications`` of some months, whatever their status.
        changes: tier_changes of these months: month, account_id and change_id.

    Returns:
        The rows to supersede.
    """
    newest = outbox.group_by(*_PLACE, "account_id").agg(pl.col("revision").max().alias("newest"))
    sent = outbox.filter(pl.col("status") == "sent")
    first_sent = sent.group_by(*_PLACE, "account_id").agg(pl.col("revision").min().alias("first_sent"))
    accounts = changes.select("month", "account_id", pl.lit(value=True).alias("is_changed")).unique()
    known = changes.select("month", "change_id", pl.lit(value=True).alias("is_there")).unique()
    takes_back = pl.col("account_id").is_not_null() & pl.col("change_id").is_null()
    was_sent = (pl.col("first_sent") < pl.col("revision")).fill_null(value=False)
    is_outdated = pl.any_horizontal(
        pl.col("change_id").is_not_null() & pl.col("is_there").is_null(),
        pl.col("revision") < pl.col("newest"),
        takes_back & (pl.col("is_changed").is_not_null() | ~was_sent),
    )
    return (
        outbox.filter(pl.col("status") == "pending")
        .join(newest, on=[*_PLACE, "account_id"], how="left", nulls_equal=True)
        .join(first_sent, on=[*_PLACE, "account_id"], how="left", nulls_equal=True)
        .join(accounts, on=["month", "account_id"], how="left")
        .join(known, on=["month", "change_id"], how="left")
        .filter(is_outdated)
        .select(outbox.columns)
        .sort("notification_id")
    )
