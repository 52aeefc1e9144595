"""Counts accounts by value and health, in cells of the map."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from sql.dialects import exact_sum, quoted, read
from transforms.month import Month

CELL_POINTS = 10
SHOWN_ACCOUNTS = 10

_LAST_CELL = 100 // CELL_POINTS - 1


@dataclass(frozen=True, slots=True)
class PortfolioMap:
    """Accounts by value and health.

    Attributes:
        cells: One row per tier and cell with accounts: tier, value and health (the lower ends of the cell, in points),
            accounts, arr.
        unplaced: Accounts without a value or a health score, which are in no cell.
        most_valuable: The accounts with the largest ARR among those with both scores: account_id, name, tier, value,
            health, arr, owner.
    """

    cells: pl.DataFrame
    unplaced: int
    most_valuable: pl.DataFrame


def read_map(connection: Connection, month: Month) -> PortfolioMap:
    """Read the map of a month; the database counts, so that the result does not grow with the accounts."""
    counted = _cells(connection, month)
    is_placed = pl.col("value").is_not_null() & pl.col("health").is_not_null()
    return PortfolioMap(
        cells=counted.filter(is_placed),
        unplaced=int(counted.filter(~is_placed)["accounts"].sum()),
        most_valuable=_most_valuable(connection, month),
    )


def _cells(connection: Connection, month: Month) -> pl.DataFrame:
    def cell(score: str) -> str:
        # A score of 100 lies in the last cell. Least() would make a number of a null.
        number = f"cast(floor(scores.{score} / {CELL_POINTS}) as integer)"
        return f"{CELL_POINTS} * case when {number} > {_LAST_CELL} then {_LAST_CELL} else {number} end"

    return read(
        connection,
        f"""
        with placed as (
            select tiers.tier, {cell('"value"')} as "value", {cell("health")} as health, tiers.arr
            from {quoted(connection, "account_tiers")} as tiers
            left join {quoted(connection, "account_scores")} as scores
                on scores.account_id = tiers.account_id and scores.month = tiers.month
            where tiers.month = :month
        )
        select tier, "value", health, count(*) as accounts, {exact_sum(connection, "arr")} as arr
        from placed
        group by tier, "value", health
        order by tier, "value", health
        """,
        month=month.first_day,
    )


def _most_valuable(connection: Connection, month: Month) -> pl.DataFrame:
    return read(
        connection,
        f"""
        select
            tiers.account_id, features.name, tiers.tier, scores."value", scores.health, tiers.arr, tiers.owner
        from {quoted(connection, "account_tiers")} as tiers
        join {quoted(connection, "account_scores")} as scores
            on scores.account_id = tiers.account_id and scores.month = tiers.month
        join {quoted(connection, "account_features")} as features
            on features.account_id = tiers.account_id and features.month = tiers.month
        where tiers.month = :month and scores."value" is not null and scores.health is not null
        order by tiers.arr desc, tiers.account_id
        limit {SHOWN_ACCOUNTS}
        """,
        month=month.first_day,
    )
